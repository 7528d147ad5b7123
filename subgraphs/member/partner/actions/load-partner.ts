import { readGrant } from '../domain/partner.ts';
import { createPartner, hashOfKey, newKey, type PartnerParts } from './partner-keys.ts';

/**
 * Adds a partner with one key, or finds the partner of that name; a key whose text is known already stays as it is. RangeError when name or
 * scopes break the rules that staff's own input obeys.
 */
export async function loadPartner(
  parts: PartnerParts,
  brought: { readonly name: string; readonly scopes: readonly string[]; readonly apiKey?: string },
): Promise<{ partnerId: string; apiKey: string }> {
  const grant = readGrant({ scopes: brought.scopes, carrierCode: null });
  if (!grant.ok) throw new RangeError('a scope is not for partners who are brought along');
  const partnerId = await partnerCalled(parts, brought.name);
  const isKnown = brought.apiKey !== undefined && (await parts.partners.findKeyByHash(hashOfKey(brought.apiKey)));
  if (brought.apiKey !== undefined && isKnown) return { partnerId, apiKey: brought.apiKey };
  const facts = { ...grant.value, partnerId, name: brought.name, expiresAt: null };
  return { partnerId, apiKey: (await newKey(parts, facts, brought.apiKey)).key };
}

async function partnerCalled(parts: PartnerParts, name: string): Promise<string> {
  const known = await parts.partners.findByName(name.normalize('NFC').trim());
  if (known !== null) return known.id;
  const created = await createPartner(parts, name);
  if (!created.ok) throw new RangeError(`the partner can not be added: ${created.refusals[0]?.code}`);
  return created.value.id;
}
