/** How a person can be recognised. `WECHAT_USER` is one app's openid, `WECHAT_PERSON` the unionid over all apps. */
export type IdentityKind = 'EMAIL' | 'PHONE' | 'WECHAT_USER' | 'WECHAT_PERSON';

/** An identity in its one canonical spelling: equal people have equal values. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly value: string;
}

const emailPattern = /^[^\s@"(),:;<>[\\\]]{1,64}@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?\.[\p{L}\p{N}-]{2,}$/u;
const longestEmail = 254;
const chineseMobile = /^1[3-9]\d{9}$/;
const e164 = /^\+[1-9]\d{6,14}$/;

/** The canonical spelling of an e-mail address (NFKC, lower case), or null when it is none. */
export function readEmail(text: string): Identity | null {
  const value = text.normalize('NFKC').trim().toLowerCase();
  if (value.length > longestEmail || !emailPattern.test(value) || value.includes('..')) return null;
  return { kind: 'EMAIL', value };
}

/**
 * The canonical spelling of a mobile number (E.164), or null when it is none. Spaces, hyphens and brackets are passed over; `00` stands
 * for `+`; without a country code it must be a mainland-Chinese mobile number.
 */
export function readPhone(text: string): Identity | null {
  const digits = text
    .normalize('NFKC')
    .replaceAll(/[\s().-]/g, '')
    .replace(/^00/, '+');
  if (chineseMobile.test(digits)) return { kind: 'PHONE', value: `+86${digits}` };
  if (!e164.test(digits)) return null;
  if (digits.startsWith('+86') && !chineseMobile.test(digits.slice(3))) return null;
  return { kind: 'PHONE', value: digits };
}

/** Reads what somebody typed to sign in: an e-mail address or a mobile number, or null when it can be neither. */
export function readIdentifier(text: string): Identity | null {
  return text.includes('@') || text.includes('\u{ff20}') ? readEmail(text) : readPhone(text);
}

/** The identities that WeChat's answer stands for. An openid means something only together with its app. */
export function wechatIdentities(appId: string, user: { readonly openid: string; readonly unionid: string | null }) {
  const own: Identity = { kind: 'WECHAT_USER', value: `${appId}:${user.openid}` };
  const person: Identity | null = user.unionid === null ? null : { kind: 'WECHAT_PERSON', value: user.unionid };
  return { own, person };
}
