import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';

/** Another company whose systems call the graph. */
export interface Partner {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** What is known of a partner's key. */
export interface ApiKey {
  readonly id: string;
  readonly partnerId: string;
  readonly name: string;
  /** The key's first characters, to tell keys apart. */
  readonly prefix: string;
  readonly scopes: readonly string[];
  /** The carrier whose parcels it reports about; null for a key that reports nothing. */
  readonly carrierCode: string | null;
  readonly createdAt: Date;
  /** When it stops being accepted; null for never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** What a key lets its holder do. */
export type Grant = Pick<ApiKey, 'scopes' | 'carrierCode'>;

const reporting = 'partner:tracking';
/** The scopes that a partner's key may have. */
export const partnerScopes = ['partner:orders', 'partner:catalog', reporting] as const;
/** As logistics names carriers. */
const carrierCodes = /^[A-Z0-9-]{2,20}$/;

/** PARTNER_NAME_TAKEN */
export function partnerNameTaken() {
  return { type: 'PartnerNameTakenError', code: 'PARTNER_NAME_TAKEN', path: ['name'] } as const satisfies Refusal;
}

/** The state of a key at `now`. */
export function stateOfKey(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, now: Date): 'ACTIVE' | 'EXPIRED' | 'REVOKED' {
  if (key.revokedAt !== null) return 'REVOKED';
  return key.expiresAt !== null && key.expiresAt <= now ? 'EXPIRED' : 'ACTIVE';
}

const longestName = 80;

/** A name of 1 to 80 characters, tidied; refuses with INVALID_INPUT at `name`. */
export function readPartnerName(text: string): Outcome<string, ReturnType<typeof invalidInput>> {
  const name = text.normalize('NFC').trim();
  const length = [...name].length;
  if (length >= 1 && length <= longestName && !/\p{Cc}/u.test(name)) return accepted(name);
  return refused(
    invalidInput(['name'], { en: `Use 1–${longestName} characters.`, zh: `请填写 1–${longestName} 个字符。` }),
  );
}

/**
 * What is asked for a key, each scope once. Refuses with INVALID_INPUT at `scopes` when there are none or a partner may not have one, and at `carrierCode` when a key
 * that reports of parcels names no carrier, or another key names one: nobody reports of everybody's parcels.
 */
export function readGrant(asked: {
  readonly scopes: readonly string[];
  readonly carrierCode: string | null;
}): Outcome<Grant, ReturnType<typeof invalidInput>> {
  const scopes = [...new Set(asked.scopes)];
  const { carrierCode } = asked;
  const known: readonly string[] = partnerScopes;
  if (scopes.length === 0 || !scopes.every((scope) => known.includes(scope))) {
    const list = partnerScopes.join(', ');
    return refused(invalidInput(['scopes'], { en: `Use one or more of ${list}.`, zh: `请选择以下权限：${list}。` }));
  }
  const isCarrier = carrierCode !== null && carrierCodes.test(carrierCode);
  if (scopes.includes(reporting) ? isCarrier : carrierCode === null) return accepted({ scopes, carrierCode });
  return refused(
    invalidInput(['carrierCode'], {
      en: `Name the carrier's code with ${reporting}, and only then.`,
      zh: `仅当选择 ${reporting} 时须填写承运商代码。`,
    }),
  );
}

/** The roles in which a key speaks: `carrier:<code>` for that carrier's own system. */
export function rolesOf({ carrierCode }: Grant): string[] {
  return carrierCode === null ? [] : [`carrier:${carrierCode}`];
}
