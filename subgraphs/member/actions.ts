import type { AuditLog } from '#kit/audit-log/audit-log.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { Transact, TransactOutcome } from '#kit/mongo/transaction.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { removeAddress, saveAddress } from './address/actions/save-address.ts';
import { eraseMe } from './erasure/actions/erase-me.ts';
import { eraseMember } from './erasure/actions/erase-member.ts';
import type { ReadAuditLog } from './audit/queries/read-audit-log.ts';
import { isKnown } from './member/domain/member.ts';
import { listPartners } from './partner/queries/list-partners.ts';
import { createPartner, issueApiKey, revokeApiKey, rotateApiKey } from './partner/actions/partner-keys.ts';
import { mergeByStaff } from './merge/actions/merge-by-staff.ts';
import { mergeIntoMe } from './merge/actions/merge-into-me.ts';
import type { PasswordHasher } from './password/password-hasher.ts';
import type { PointsDesk } from './points/actions/points-desk.ts';
import { listPointsEntries } from './points/queries/list-points-entries.ts';
import { countTriesFromAddress } from './session/actions/count-tries-from-address.ts';
import type { SignInPlace } from './session/actions/open-session.ts';
import { proveAgain } from './session/actions/prove-again.ts';
import { proveAnother } from './session/actions/prove-another.ts';
import { refreshSession } from './session/actions/refresh-session.ts';
import { signInWithWeChat } from './session/actions/sign-in-with-wechat.ts';
import { signIn } from './session/actions/sign-in.ts';
import { signOut } from './session/actions/sign-out.ts';
import { signUp } from './session/actions/sign-up.ts';
import { personOfMember, personOfStaff, type Owner, type Person } from './session/domain/person.ts';
import type { Code2Session } from './session/wechat/code2session.ts';
import { createStaff } from './staff/actions/create-staff.ts';
import { listStaff } from './staff/queries/list-staff.ts';
import type { Stores } from './store/stores.ts';
import type { AccessTokens } from './token/access-tokens.ts';
import type { SecretBox } from './token/secret-box.ts';

/** All that the actions of this subgraph are made of. */
export interface Parts extends Stores {
  readonly tokens: AccessTokens;
  readonly box: SecretBox;
  readonly hasher: PasswordHasher;
  readonly code2session: Code2Session;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly inTransaction: Transact;
  readonly transactOutcome: TransactOutcome;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly personalData: PersonalData;
  readonly pointsDesk: PointsDesk;
  /** How many of a member's orders aren't over yet. Asks order; throws BUSY when it can't say. */
  readonly countUnfinishedOrders: (memberId: string) => Promise<number>;
  /** Whether there is a carrier of this code. Asks logistics; throws BUSY when it can't say. */
  readonly knowsCarrier: (carrierCode: string) => Promise<boolean>;
  readonly signUpsPerMinute: number;
  readonly readAuditLog: ReadAuditLog;
}

/** What people can ask for, ready to be called. */
export type Actions = ReturnType<typeof createActions>;

type Input<Action extends (parts: never, ...rest: never[]) => unknown> =
  Parameters<Action> extends [unknown, ...infer Rest] ? Rest : never;

/** Gives every action its parts. */
export function createActions(stored: Parts) {
  const findPerson = async ({ id, kind }: Owner): Promise<Person | null> => {
    if (kind === 'STAFF') {
      const staff = await stored.staff.find(id);
      return staff === null ? null : personOfStaff(staff);
    }
    const member = await stored.members.find(id);
    return member !== null && isKnown(member) ? personOfMember(member) : null;
  };
  const parts = { ...stored, findPerson };
  const proving = {
    ...parts,
    provesAgain: (...input: Input<typeof proveAgain>) => proveAgain(parts, ...input),
    provesAnother: (...input: Input<typeof proveAnother>) => proveAnother(parts, ...input),
  };
  return {
    findPerson,
    findPartner: (id: string) => stored.partners.find(id),
    signUp: (...input: Input<typeof signUp>) => signUp(parts, ...input),
    signIn: (...input: Input<typeof signIn>) => signIn(parts, ...input),
    signInWithWeChat: (...input: Input<typeof signInWithWeChat>) => signInWithWeChat(parts, ...input),
    refreshSession: (...input: Input<typeof refreshSession>) => refreshSession(parts, ...input),
    signOut: (...input: Input<typeof signOut>) => signOut(parts, ...input),
    eraseMe: (...input: Input<typeof eraseMe>) => eraseMe(proving, ...input),
    eraseMember: (...input: Input<typeof eraseMember>) => eraseMember(parts, ...input),
    /** Who guesses at accounts by it rests like who guesses at a sign-in. */
    mergeIntoMe: (place: SignInPlace, ...input: Input<typeof mergeIntoMe>) =>
      countTriesFromAddress(
        parts,
        place,
        () => mergeIntoMe(proving, ...input),
        (outcome) => !outcome.ok,
      ),
    mergeMembers: (...input: Input<typeof mergeByStaff>) => mergeByStaff(parts, ...input),
    saveAddress: (...input: Input<typeof saveAddress>) => saveAddress(parts, ...input),
    removeAddress: (...input: Input<typeof removeAddress>) => removeAddress(parts, ...input),
    holdPoints: stored.pointsDesk.hold,
    releasePoints: stored.pointsDesk.release,
    listPointsEntries: (...input: Input<typeof listPointsEntries>) => listPointsEntries(parts, ...input),
    createStaff: (...input: Input<typeof createStaff>) => createStaff(parts, ...input),
    readAuditLog: stored.readAuditLog,
    listStaff: (...input: Input<typeof listStaff>) => listStaff(parts, ...input),
    createPartner: (...input: Input<typeof createPartner>) => createPartner(parts, ...input),
    listPartners: (...input: Input<typeof listPartners>) => listPartners(parts, ...input),
    issueApiKey: (...input: Input<typeof issueApiKey>) => issueApiKey(parts, ...input),
    rotateApiKey: (...input: Input<typeof rotateApiKey>) => rotateApiKey(parts, ...input),
    revokeApiKey: (...input: Input<typeof revokeApiKey>) => revokeApiKey(parts, ...input),
  };
}
