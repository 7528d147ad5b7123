import { isStaffRole } from '../domain/roles.ts';
import { createStaff, type NewStaff, type StaffParts } from './create-staff.ts';
import { readEmail } from '../../session/domain/identity.ts';

/**
 * Adds people who work here and answers their ids in the order given; who is known already stays as they are. RangeError when one of them breaks
 * the rules that staff's own input obeys.
 */
export async function loadStaff(
  parts: StaffParts,
  brought: readonly (Omit<NewStaff, 'roles'> & { readonly roles: readonly string[] })[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const one of brought) {
    const email = readEmail(one.email);
    const known = email === null ? null : await parts.identities.ownerOf(email);
    if (known !== null) {
      ids.push(known.id);
      continue;
    }
    if (!one.roles.every(isStaffRole)) throw new RangeError('a role is unknown');
    const created = await createStaff(parts, { ...one, roles: one.roles.filter(isStaffRole) });
    if (!created.ok)
      throw new RangeError(`staff can not be added: ${created.refusals.map(({ code }) => code).join(', ')}`);
    ids.push(created.value.id);
  }
  return ids;
}
