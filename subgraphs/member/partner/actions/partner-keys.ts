import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import {
  partnerNameTaken,
  readPartnerName,
  readGrant,
  stateOfKey,
  type ApiKey,
  type Partner,
} from '../domain/partner.ts';
import type { PartnersStore } from '../store/partners-store.ts';

/** What the partners' actions need. */
export interface PartnerParts {
  readonly partners: PartnersStore;
  readonly clock: Clock;
  /** Whether there is a carrier of this code. Throws BUSY when nobody can say. */
  readonly knowsCarrier: (carrierCode: string) => Promise<boolean>;
}

/** A key with its text, which is known at this moment only. */
export interface IssuedKey {
  readonly apiKey: ApiKey;
  readonly key: string;
}

const partnerThing = { en: 'partner', zh: '合作伙伴' };
const carrierThing = { en: 'carrier', zh: '承运商' };
const keyThing = { en: 'API key', zh: 'API 密钥' };
const prefixLength = 12;
const longestOverlapHours = 720;

/** How a key is stored and found. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Adds a partner. Refuses with INVALID_INPUT and PARTNER_NAME_TAKEN. */
export async function createPartner({ partners, clock }: PartnerParts, given: string): Promise<Outcome<Partner>> {
  const name = readPartnerName(given);
  if (!name.ok) return name;
  const partner: Partner = { id: newId('partner'), name: name.value, createdAt: clock.now() };
  return (await partners.add(partner)) ? accepted(partner) : refused(partnerNameTaken());
}

/** Makes a key for a partner. Refuses with INVALID_INPUT (name, scopes, carrier, a time that has passed) and NOT_FOUND (partner, carrier). */
export async function issueApiKey(
  parts: PartnerParts,
  input: {
    readonly partnerId: string;
    readonly name: string;
    readonly scopes: readonly string[];
    readonly carrierCode?: string | null;
    readonly expiresAt?: Date | null;
  },
): Promise<Outcome<IssuedKey>> {
  const name = readPartnerName(input.name);
  const grant = readGrant({ scopes: input.scopes, carrierCode: input.carrierCode ?? null });
  const expiresAt = input.expiresAt ?? null;
  if (!name.ok) return name;
  if (!grant.ok) return grant;
  if (expiresAt !== null && expiresAt <= parts.clock.now()) {
    return refused(invalidInput(['expiresAt'], { en: 'Choose a time in the future.', zh: '请选择将来的时间。' }));
  }
  if ((await parts.partners.find(input.partnerId)) === null) return refused(notFound(['partnerId'], partnerThing));
  const { carrierCode } = grant.value;
  if (carrierCode !== null && !(await parts.knowsCarrier(carrierCode)))
    return refused(notFound(['carrierCode'], carrierThing));
  const facts = { ...grant.value, partnerId: input.partnerId, name: name.value, expiresAt };
  return accepted(await newKey(parts, facts));
}

/**
 * Replaces a key by a new one with the same name, scopes and carrier; the old one is accepted for `overlapHours` more, or until its own end if that is sooner. Refuses with
 * INVALID_INPUT, NOT_FOUND, and INVALID_STATE for a key that is revoked or expired.
 */
export async function rotateApiKey(
  parts: PartnerParts,
  { apiKeyId, overlapHours = 24 }: { readonly apiKeyId: string; readonly overlapHours?: number },
): Promise<Outcome<IssuedKey>> {
  if (overlapHours < 0 || overlapHours > longestOverlapHours) {
    const range = `0–${longestOverlapHours}`;
    return refused(invalidInput(['overlapHours'], { en: `Use ${range} hours.`, zh: `请填写 ${range} 小时。` }));
  }
  const now = parts.clock.now();
  const old = await parts.partners.findKey(apiKeyId);
  if (old === null) return refused(notFound(['apiKeyId'], keyThing));
  const state = stateOfKey(old, now);
  if (state !== 'ACTIVE') return refused(invalidState(['apiKeyId'], { state }));
  const { partnerId, name, scopes, carrierCode } = old;
  const issued = await newKey(parts, { partnerId, name, scopes, carrierCode, expiresAt: null });
  const overlapEnds = new Date(now.getTime() + overlapHours * 3_600_000);
  await parts.partners.expireKey(
    old.id,
    old.expiresAt !== null && old.expiresAt < overlapEnds ? old.expiresAt : overlapEnds,
  );
  return accepted(issued);
}

/** Revokes a key at once; one that is revoked already stays so. Refuses with NOT_FOUND. */
export async function revokeApiKey({ partners, clock }: PartnerParts, apiKeyId: string): Promise<Outcome<ApiKey>> {
  const apiKey = await partners.revokeKey(apiKeyId, clock.now());
  return apiKey === null ? refused(notFound(['apiKeyId'], keyThing)) : accepted(apiKey);
}

/** The partner's key behind a text, or null when it is unknown, expired or revoked. */
export async function authenticateApiKey({ partners, clock }: PartnerParts, key: string): Promise<ApiKey | null> {
  const apiKey = await partners.findKeyByHash(hashOfKey(key));
  return apiKey !== null && stateOfKey(apiKey, clock.now()) === 'ACTIVE' ? apiKey : null;
}

/** Makes and stores a key: `fck_` and 256 random bits, unless its text is given. */
export async function newKey(
  { partners, clock }: PartnerParts,
  facts: Pick<ApiKey, 'partnerId' | 'name' | 'scopes' | 'carrierCode' | 'expiresAt'>,
  key = `fck_${randomBytes(32).toString('base64url')}`,
): Promise<IssuedKey> {
  const prefix = key.slice(0, prefixLength);
  const apiKey: ApiKey = { ...facts, id: newId('apiKey'), prefix, createdAt: clock.now(), revokedAt: null };
  await partners.addKey(apiKey, hashOfKey(key));
  return { apiKey, key };
}
