import { createHmac, randomBytes, randomInt } from 'node:crypto';
import { request } from 'undici';
import { z } from 'zod';
import type { Clock } from '#kit/clock/clock.ts';
import type { NuonuoSettings } from './nuonuo-settings.ts';

/** An answer of Nuonuo's. `code` is `E0000` for a success; otherwise `describe` says why not. */
export interface NuonuoAnswer {
  readonly code: string;
  readonly describe: string;
  readonly result: unknown;
}

/** Asks Nuonuo. Throws {@link NuonuoUnknown} when nobody answers in time, or not in its shape: it may or may not have been done. */
export type AskNuonuo = (method: string, content: object) => Promise<NuonuoAnswer>;

/** Nobody knows whether it was done. */
export class NuonuoUnknown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(`nuonuo: ${message}`, options);
    this.name = 'NuonuoUnknown';
  }
}

const timeoutMs = 5_000;
/** A token is renewed so long before its end. */
const marginMs = 60_000;
const tokenShape = z.object({ access_token: z.string(), expires_in: z.coerce.number() });
const answerShape = z.object({ code: z.string(), describe: z.string().default(''), result: z.unknown() });
/** The token isn't good any more, by Nuonuo's own list. */
const tokenCodes = new Set(['070301', '070302', '070303']);

/** The text that is signed: the parts of the path, the app, the three numbers of the call and the body. */
function signature(
  { url, appKey, appSecret }: NuonuoSettings,
  call: { senid: string; nonce: string; timestamp: string; body: string },
): string {
  const [, p = '', l = '', a = ''] = new URL(url).pathname.split('/');
  const text = `a=${a}&l=${l}&p=${p}&k=${appKey}&i=${call.senid}&n=${call.nonce}&t=${call.timestamp}&f=${call.body}`;
  return createHmac('sha1', appSecret).update(text).digest('base64');
}

export function createNuonuoClient(settings: NuonuoSettings, clock: Clock): AskNuonuo {
  // Nuonuo hands out few tokens a month: one lives for a day and is kept for so long.
  let token: { readonly text: string; readonly until: number } | null = null;

  async function post(url: string, headers: Record<string, string>, body: string): Promise<unknown> {
    try {
      const answer = await request(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
      return await answer.body.json();
    } catch (error) {
      throw new NuonuoUnknown('nobody answered, or not in JSON', { cause: error });
    }
  }

  async function accessToken(): Promise<string> {
    const now = clock.now().getTime();
    if (token !== null && now < token.until) return token.text;
    const { appKey, appSecret, tokenUrl } = settings;
    const asked = { client_id: appKey, client_secret: appSecret, grant_type: 'client_credentials' };
    const form = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    const read = tokenShape.safeParse(await post(tokenUrl, form, new URLSearchParams(asked).toString()));
    if (!read.success) throw new NuonuoUnknown('it gave no access token');
    token = { text: read.data.access_token, until: now + read.data.expires_in * 1_000 - marginMs };
    return token.text;
  }

  return async (method, content) => {
    const body = JSON.stringify(content);
    const senid = randomBytes(16).toString('hex');
    const nonce = String(randomInt(10_000_000, 100_000_000));
    const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
    const headers = {
      'content-type': 'application/json',
      'x-nuonuo-sign': signature(settings, { senid, nonce, timestamp, body }),
      accesstoken: await accessToken(),
      usertax: settings.seller.taxNumber,
      method,
    };
    const query = new URLSearchParams({ senid, nonce, timestamp, appkey: settings.appKey });
    const read = answerShape.safeParse(await post(`${settings.url}?${query}`, headers, body));
    if (!read.success) throw new NuonuoUnknown('it answered in another shape');
    const { code, describe, result } = read.data;
    if (tokenCodes.has(code)) {
      token = null;
      throw new NuonuoUnknown(`the access token isn't good any more (${code})`);
    }
    return { code, describe, result };
  };
}
