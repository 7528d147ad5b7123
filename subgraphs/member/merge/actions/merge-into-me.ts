import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { readIdentifier } from '../../session/domain/identity.ts';
import type { AccountProof, Proof } from '../../session/domain/proof.ts';
import { invalidCredentials } from '../../session/domain/refusals.ts';
import type { IdentitiesStore } from '../../session/store/identities-store.ts';
import type { MemberMerge } from '../domain/member-merge.ts';
import { mergedBefore, mergeMembers, mergeOf, type MergeCall, type MergeMembersParts } from './merge-members.ts';

/** What joining another member of one's own needs. */
export interface MergeIntoMeParts extends MergeMembersParts {
  readonly identities: MergeMembersParts['identities'] & Pick<IdentitiesStore, 'indexOf'>;
  /** Whether it is really the member who is asking. Refuses at the path. */
  readonly provesAgain: (memberId: string, proof: Proof, path: readonly string[]) => Promise<Outcome<boolean>>;
  /** Whom the member has proved to be as well. Refuses at the path. */
  readonly provesAnother: (memberId: string, proof: AccountProof, path: readonly string[]) => Promise<Outcome<string>>;
}

/** A member's wish to have another one of theirs joined. */
export interface MergeIntoMe {
  readonly me: Proof;
  readonly other: AccountProof;
  readonly idempotencyKey: string;
}

/**
 * Joins another member into the one who is asking, who has proved to be both. Refuses with INVALID_INPUT (a proof missing, or of oneself), INVALID_CREDENTIALS (the same for both proofs, and for an
 * account that nobody has), TOO_MANY_ATTEMPTS, WECHAT_SIGN_IN_FAILED, INVALID_STATE, IDEMPOTENCY_CONFLICT.
 */
export async function mergeIntoMe(
  parts: MergeIntoMeParts,
  memberId: string,
  { me, other, idempotencyKey: key }: MergeIntoMe,
  call: MergeCall,
): Promise<Outcome<MemberMerge>> {
  // Nothing secret and nothing personal: an account by what it is found by, WeChat's user by the app.
  const input = { account: await indexOf(parts, other.account?.identifier), appId: other.weChat?.appId ?? null };
  const what = mergeOf({ caller: memberId, operation: 'mergeIntoMe', key, input });
  // What proved it then is used up.
  const before = await mergedBefore(parts, what);
  if (before !== null) return before;
  const proven = await parts.provesAgain(memberId, me, ['me']);
  if (!proven.ok) return proven;
  if (!proven.value) return refused(invalidCredentials());
  const owner = await parts.provesAnother(memberId, other, ['other']);
  if (!owner.ok) return owner;
  const by = { kind: 'MEMBER', id: memberId } as const;
  return mergeMembers(parts, { ...what, mergedId: owner.value, memberId, by, reason: null }, call);
}

async function indexOf({ identities }: MergeIntoMeParts, identifier: string | undefined): Promise<string | null> {
  if (identifier === undefined) return null;
  return identities.indexOf(readIdentifier(identifier) ?? { kind: 'EMAIL', value: identifier });
}
