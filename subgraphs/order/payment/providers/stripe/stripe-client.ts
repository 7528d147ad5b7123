import { request } from 'undici';
import { z } from 'zod';
import { ProviderError } from '../payment-provider.ts';
import type { StripeSettings } from './stripe-settings.ts';

/** Parameters as Stripe takes them: nested names are written `metadata[orderId]`. */
export type StripeParameters = Readonly<Record<string, string>>;

export interface StripeAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The reason of a refusal, such as `resource_missing`; empty otherwise. */
  readonly code: string;
}

/**
 * Asks Stripe; a POST carries the key that makes it happen once. Throws ProviderError `UNKNOWN` when nobody answers in time or Stripe itself doesn't know.
 * Its answers are not signed: TLS says whose they are.
 */
export type AskStripe = (
  method: 'GET' | 'POST',
  path: string,
  parameters?: StripeParameters,
  idempotencyKey?: string,
) => Promise<StripeAnswer>;

/** The version of the API that the shapes here are those of. */
const apiVersion = '2024-06-20';
const timeoutMs = 2_500;
const refusal = z.object({ error: z.object({ code: z.string().optional(), type: z.string().optional() }) });

export function createStripeClient({ url, secretKey }: StripeSettings): AskStripe {
  const unknown = (message: string, cause?: unknown) => new ProviderError('UNKNOWN', 'STRIPE', message, { cause });

  return async (method, path, parameters = {}, idempotencyKey) => {
    const form = new URLSearchParams(parameters).toString();
    const post = method === 'POST';
    const headers = {
      authorization: `Bearer ${secretKey}`,
      'stripe-version': apiVersion,
      'user-agent': 'fullchain',
      ...(post && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const target = new URL(!post && form !== '' ? `${path}?${form}` : path, url);
    let status: number;
    let body: unknown;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await request(target, { method, headers, ...(post && { body: form }), signal });
      status = answer.statusCode;
      body = await answer.body.json();
    } catch (error) {
      throw unknown('nobody answered, or not in JSON', error);
    }
    // 409: the first request with the same key is still at work.
    if (status >= 500 || status === 429 || status === 409) throw unknown(`status ${status}`);
    if (status < 300) return { status, body, code: '' };
    const read = refusal.safeParse(body);
    return { status, body, code: (read.success && (read.data.error.code ?? read.data.error.type)) || `${status}` };
  };
}
