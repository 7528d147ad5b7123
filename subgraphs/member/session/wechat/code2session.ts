import { request } from 'undici';
import { z } from 'zod';
import { pause } from '#kit/lease/pause.ts';
import type { WeChatFailure } from '../domain/refusals.ts';

/** WeChat's word on who uses a mini-program. */
export type WeChatAnswer =
  | { readonly ok: true; readonly user: { readonly openid: string; readonly unionid: string | null } }
  | { readonly ok: false; readonly reason: WeChatFailure };

/** Exchanges the code of `wx.login` for the user it stands for. */
export type Code2Session = (appId: string, code: string) => Promise<WeChatAnswer>;

/** Where WeChat is and who we are to it. */
export interface WeChatSettings {
  /** The platform's address, without a path. */
  readonly url: string;
  /** The secret of each of our mini-programs, by its id. */
  readonly apps: Readonly<Record<string, string>>;
}

/** session_key is left out on purpose: it can decrypt what the user shares, and nobody here needs it. */
const answerSchema = z.object({
  openid: z.string().min(1).optional(),
  unionid: z.string().min(1).optional(),
  errcode: z.number().optional(),
});

const busy = -1;
const reasons: Readonly<Record<number, WeChatFailure>> = {
  40_029: 'INVALID_CODE',
  40_013: 'UNKNOWN_APP',
  40_163: 'CODE_USED',
  45_011: 'TOO_OFTEN',
};
const timeoutMs = 1_200;
const longestCode = 200;
/** Pauses before a second and a third try when WeChat is busy, milliseconds. */
const retryAfterMs = [100, 300];

/** Speaks `GET /sns/jscode2session`. A busy platform is asked again twice; a lost answer is not, because the code may be used up by then. */
export function createCode2Session({ url, apps }: WeChatSettings): Code2Session {
  async function ask(appId: string, secret: string, code: string): Promise<WeChatAnswer | 'BUSY'> {
    const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' };
    let read: unknown;
    try {
      const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) };
      const { statusCode, body } = await request(new URL('/sns/jscode2session', url), { query, ...limits });
      const text = await body.text();
      if (statusCode !== 200) return unavailable;
      // The platform calls its JSON text/plain.
      read = JSON.parse(text);
    } catch {
      // Unreachable, too slow or not JSON: the caller learns that WeChat is unavailable. The address holds the secret, so it is not logged.
      return unavailable;
    }
    const answer = answerSchema.safeParse(read);
    if (!answer.success) return unavailable;
    const { openid, unionid, errcode = 0 } = answer.data;
    if (errcode === busy) return 'BUSY';
    if (errcode !== 0) return { ok: false, reason: reasons[errcode] ?? 'UNAVAILABLE' };
    return openid === undefined ? unavailable : { ok: true, user: { openid, unionid: unionid ?? null } };
  }

  return async (appId, code) => {
    const secret = Object.hasOwn(apps, appId) ? apps[appId] : undefined;
    if (secret === undefined) return { ok: false, reason: 'UNKNOWN_APP' };
    if (code === '' || code.length > longestCode) return { ok: false, reason: 'INVALID_CODE' };
    let answer = await ask(appId, secret, code);
    for (const ms of retryAfterMs) {
      if (answer !== 'BUSY') break;
      await pause(ms);
      answer = await ask(appId, secret, code);
    }
    return answer === 'BUSY' ? unavailable : answer;
  };
}

const unavailable: WeChatAnswer = { ok: false, reason: 'UNAVAILABLE' };
