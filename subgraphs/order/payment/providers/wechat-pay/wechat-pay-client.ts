import { request } from 'undici';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import { NotificationRefused, ProviderError } from '../payment-provider.ts';
import { authorizationOf, verifyWord } from './wechat-pay-signature.ts';
import type { WeChatPaySettings } from './wechat-pay-settings.ts';

/** An answer that WeChat Pay signed. */
export interface WeChatPayAnswer {
  readonly status: number;
  /** Undefined for an empty body. */
  readonly body: unknown;
  /** The reason of a refusal, such as `ORDER_NOT_EXIST`; empty otherwise. */
  readonly code: string;
}

/** Asks WeChat Pay. Throws ProviderError `UNKNOWN` when nobody answers in time, or when the answer isn't WeChat Pay's own. */
export interface WeChatPayClient {
  ask(method: 'GET' | 'POST', path: string, body?: object): Promise<WeChatPayAnswer>;
  /** The bytes of a file. These answers are not signed: the digest that comes before them is. */
  download(path: string): Promise<Buffer>;
}

const timeoutMs = 2_500;
const refusal = z.object({ code: z.string().optional() }).catch({});

export function createWeChatPayClient(settings: WeChatPaySettings, clock: Clock): WeChatPayClient {
  const unknown = (message: string, cause?: unknown) => new ProviderError('UNKNOWN', 'WECHAT_PAY', message, { cause });

  async function send(method: 'GET' | 'POST', path: string, body: string) {
    const headers = {
      authorization: authorizationOf(settings, { method, path, body, at: clock.now() }),
      accept: 'application/json',
      'content-type': 'application/json',
      'user-agent': 'fullchain',
    };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const given = body === '' ? {} : { body };
      const answer = await request(new URL(path, settings.url), { method, headers, ...given, signal });
      return { ...answer, rawBody: Buffer.from(await answer.body.arrayBuffer()) };
    } catch (error) {
      throw unknown('nobody answered', error);
    }
  }

  async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<WeChatPayAnswer> {
    const { statusCode, headers, rawBody } = await send(method, path, body === undefined ? '' : JSON.stringify(body));
    // A refusal of our own signature, and what a proxy says, come without theirs.
    try {
      verifyWord(settings, headers, rawBody, clock.now());
    } catch (error) {
      if (!(error instanceof NotificationRefused)) throw error;
      throw unknown(`an answer with status ${statusCode} is not its own (${error.reason})`);
    }
    if (statusCode >= 500 || statusCode === 429) throw unknown(`status ${statusCode}`);
    const read = jsonOf(rawBody);
    return { status: statusCode, body: read, code: statusCode < 300 ? '' : (refusal.parse(read).code ?? 'NO_CODE') };
  }

  return {
    ask,
    async download(path) {
      const { statusCode, rawBody } = await send('GET', path, '');
      if (statusCode >= 300) throw unknown(`a file was answered with status ${statusCode}`);
      return rawBody;
    },
  };

  function jsonOf(rawBody: Buffer): unknown {
    if (rawBody.length === 0) return undefined;
    try {
      return JSON.parse(rawBody.toString('utf8'));
    } catch (error) {
      throw unknown('its answer is not JSON', error);
    }
  }
}
