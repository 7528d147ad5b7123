import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { newGrowth } from '../../growth/domain/growth.ts';
import type { KnownMember } from '../../member/domain/member.ts';
import type { MembersStore } from '../../member/store/members-store.ts';
import { wechatIdentities, type Identity } from '../domain/identity.ts';
import { personOfMember, type OpenedSession, type Owner, type Person } from '../domain/person.ts';
import { wechatSignInFailed } from '../domain/refusals.ts';
import type { IdentitiesStore } from '../store/identities-store.ts';
import type { Code2Session } from '../wechat/code2session.ts';
import { openSession, type SessionParts, type SignInPlace } from './open-session.ts';

/** What signing in by WeChat needs. */
export interface SignInWithWeChatParts extends SessionParts {
  readonly code2session: Code2Session;
  readonly identities: Pick<IdentitiesStore, 'ownerOf' | 'add' | 'isTaken' | 'indexOf'>;
  readonly members: Pick<MembersStore, 'add'>;
  readonly findPerson: (owner: Owner) => Promise<Person | null>;
  readonly inTransaction: Transact;
}

/** Two phones of one new person may sign in at once: the slower one then finds what the faster made. */
const mostLooks = 3;

/**
 * Signs in the user of a mini-program; an unknown one becomes a member. A user of another mini-program whom WeChat knows to be the same person
 * (unionid) is the same member. Refuses with WECHAT_SIGN_IN_FAILED.
 */
export async function signInWithWeChat(
  parts: SignInWithWeChatParts,
  input: { readonly appId: string; readonly code: string },
  place: SignInPlace,
): Promise<Outcome<{ session: OpenedSession; person: Person }>> {
  const answer = await parts.code2session(input.appId, input.code);
  if (!answer.ok) return refused(wechatSignInFailed(answer.reason));
  const { own, person: overApps } = wechatIdentities(input.appId, answer.user);
  const recognisedBy = await parts.identities.indexOf(own);
  for (let look = 1; ; look += 1) {
    try {
      return accepted(await signInOrUp(parts, own, overApps, { ...place, recognisedBy }));
    } catch (error) {
      if (look === mostLooks || !parts.identities.isTaken(error)) throw error;
    }
  }
}

async function signInOrUp(
  parts: SignInWithWeChatParts,
  own: Identity,
  overApps: Identity | null,
  place: SignInPlace,
): Promise<{ session: OpenedSession; person: Person }> {
  const ownerHere = await parts.identities.ownerOf(own);
  const ownerOverApps = overApps === null ? null : await parts.identities.ownerOf(overApps);
  const known = ownerHere ?? ownerOverApps;
  const now = parts.clock.now();
  const newcomer = known === null ? newMember(now) : null;
  const owner: Owner = known ?? { id: newcomer?.id ?? '', kind: 'MEMBER' };
  const person = newcomer === null ? await parts.findPerson(owner) : personOfMember(newcomer);
  if (person === null) throw new Error(`the account ${owner.id} has identities but is gone`);
  // When openid and unionid belong to two members already, the openid's stays who they are: joining two accounts is an act of its own.
  const added = [ownerHere === null ? own : null, ownerOverApps === null ? overApps : null]
    .filter((identity) => identity !== null)
    .map((identity) => ({ owner, identity }));
  const session = await parts.inTransaction(async (transaction) => {
    if (added.length > 0) await parts.identities.add(transaction, added, now);
    if (newcomer !== null) await parts.members.add(transaction, [newcomer]);
    return openSession(parts, person, place, transaction);
  });
  return { session, person };
}

/** Whether WeChat says of a code that it is the owner's. Refuses with WECHAT_SIGN_IN_FAILED. */
export async function isOwnerByWeChat(
  {
    code2session,
    identities,
  }: Pick<SignInWithWeChatParts, 'code2session'> & {
    readonly identities: Pick<IdentitiesStore, 'ownerOf'>;
  },
  ownerId: string,
  { appId, code }: { readonly appId: string; readonly code: string },
): Promise<Outcome<boolean>> {
  const answer = await code2session(appId, code);
  if (!answer.ok) return refused(wechatSignInFailed(answer.reason));
  const { own, person } = wechatIdentities(appId, answer.user);
  const owner = (await identities.ownerOf(own)) ?? (person && (await identities.ownerOf(person)));
  return accepted(owner?.id === ownerId);
}

/** WeChat tells no name: the member can be told apart by the end of their id until they give one. */
function newMember(now: Date): KnownMember {
  const id = newId('member');
  return {
    id,
    profile: { displayName: `微信用户${id.slice(-4)}`, email: null, phone: null },
    createdAt: now,
    erasedAt: null,
    mergedInto: null,
    growth: newGrowth(now),
  };
}
