import { createStaff, type StaffParts } from './create-staff.ts';

/** What became of the first administrator. */
export type FirstAdministrator = 'CREATED' | 'NOT_NEEDED' | 'REFUSED';

/**
 * Makes an administrator when nobody works here yet, so that a new installation can be entered. Two processes that start together make one: the
 * second finds the address taken. `REFUSED` when the address or the password can't be used.
 */
export async function createFirstAdministrator(
  parts: StaffParts,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<FirstAdministrator> {
  if (!(await parts.staff.isEmpty())) return 'NOT_NEEDED';
  const created = await createStaff(parts, { email, password, displayName: 'Administrator', roles: ['ADMIN'] });
  if (created.ok) return 'CREATED';
  return created.refusals.some(({ code }) => code === 'IDENTITY_TAKEN') ? 'NOT_NEEDED' : 'REFUSED';
}
