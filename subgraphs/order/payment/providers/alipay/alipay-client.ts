import { request } from 'undici';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import { ProviderError } from '../payment-provider.ts';
import { signedAnswer, signedRequest, type AlipayRequest } from './alipay-signature.ts';
import type { AlipaySettings } from './alipay-settings.ts';

/** An answer that Alipay signed. `code` is `10000` for a success; the reason of a refusal is in `subCode`, such as `ACQ.TRADE_NOT_EXIST`. */
export interface AlipayAnswer {
  readonly code: string;
  readonly subCode: string;
  readonly body: unknown;
}

/** Asks Alipay. Throws ProviderError `UNKNOWN` when nobody answers in time, when Alipay itself doesn't know, or when the answer isn't its own. */
export type AskAlipay = (asked: AlipayRequest) => Promise<AlipayAnswer>;

const timeoutMs = 2_500;
const head = z.object({ code: z.string(), sub_code: z.string().optional() });
/** The service is not available, and "processing": it may or may not have been done. */
const undecided = new Set(['20000', '10003']);

export function createAlipayClient(settings: AlipaySettings, clock: Clock): AskAlipay {
  const unknown = (message: string, cause?: unknown) => new ProviderError('UNKNOWN', 'ALIPAY', message, { cause });

  async function send(asked: AlipayRequest): Promise<string> {
    const parameters = signedRequest(settings, asked, clock.now());
    const content = parameters.get('biz_content') ?? '';
    parameters.delete('biz_content');
    try {
      const { body } = await request(new URL(`?${parameters}`, settings.url), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', 'user-agent': 'fullchain' },
        body: new URLSearchParams({ biz_content: content }).toString(),
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await body.text();
    } catch (error) {
      throw unknown('nobody answered', error);
    }
  }

  return async (asked) => {
    const signed = signedAnswer(settings, asked.method, await send(asked));
    if (signed === null) throw unknown('an answer is not its own');
    const body: unknown = JSON.parse(signed);
    const read = head.safeParse(body);
    if (!read.success) throw unknown('it answered in another shape');
    const { code, sub_code: subCode = '' } = read.data;
    if (undecided.has(code) || subCode.endsWith('SYSTEM_ERROR')) throw unknown(`${code} ${subCode}`);
    return { code, subCode, body };
  };
}
