import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { PasswordHasher } from '../../password/password-hasher.ts';
import { readEmail } from '../../session/domain/identity.ts';
import { readDisplayName } from '../../session/domain/names.ts';
import { isAcceptablePassword, readPassword } from '../../session/domain/password-rules.ts';
import { identityTaken, weakPassword } from '../../session/domain/refusals.ts';
import type { IdentitiesStore } from '../../session/store/identities-store.ts';
import type { StaffRole } from '../domain/roles.ts';
import type { Staff } from '../domain/staff.ts';
import type { StaffStore } from '../store/staff-store.ts';

/** What adding staff needs. */
export interface StaffParts {
  readonly staff: StaffStore;
  readonly identities: IdentitiesStore;
  readonly hasher: PasswordHasher;
  readonly inTransaction: Transact;
  readonly clock: Clock;
}

/** A new colleague. */
export interface NewStaff {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly roles: readonly StaffRole[];
}

/** Adds somebody who works here. Refuses with INVALID_INPUT (e-mail, name, no role), WEAK_PASSWORD, IDENTITY_TAKEN. */
export async function createStaff(parts: StaffParts, input: NewStaff): Promise<Outcome<Staff>> {
  const refusals: Refusal[] = [];
  const email = readEmail(input.email);
  const displayName = readDisplayName(input.displayName);
  if (email === null) {
    refusals.push(invalidInput(['email'], { en: 'Enter a valid e-mail address.', zh: '请填写有效的邮箱地址。' }));
  }
  if (displayName === null) {
    refusals.push(invalidInput(['displayName'], { en: 'Use 1–40 characters.', zh: '请填写 1–40 个字符。' }));
  }
  if (input.roles.length === 0) {
    refusals.push(invalidInput(['roles'], { en: 'Choose at least one role.', zh: '请至少选择一个角色。' }));
  }
  if (!isAcceptablePassword(input.password)) refusals.push(weakPassword());
  if (email === null || displayName === null || refusals.length > 0) return refused(...refusals);

  const passwordHash = await parts.hasher.hash(readPassword(input.password));
  const createdAt = parts.clock.now();
  const roles = [...new Set(input.roles)];
  const added: Staff = { id: newId('staff'), email: email.value, displayName, roles, createdAt };
  const owner = { id: added.id, kind: 'STAFF' } as const;
  try {
    await parts.inTransaction(async (session) => {
      await parts.identities.add(session, [{ owner, identity: email }], createdAt);
      await parts.identities.setPasswords(session, [{ ownerId: added.id, passwordHash }], createdAt);
      await parts.staff.add(session, [added]);
    });
  } catch (error) {
    if (!parts.identities.isTaken(error)) throw error;
    return refused(identityTaken(['email']));
  }
  return accepted(added);
}
