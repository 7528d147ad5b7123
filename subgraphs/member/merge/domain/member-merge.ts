import type { KnownMember, Profile } from '../../member/domain/member.ts';

/** That two members turned out to be one person. */
export interface MemberMerge {
  /** Made of its caller and idempotency key, so that a repetition finds it. */
  readonly id: string;
  /** Of what was asked: another input under the same key is a conflict. */
  readonly inputHash: string;
  /** The member who is no more. */
  readonly mergedId: string;
  /** The member who has all now. */
  readonly memberId: string;
  /** Who said so: the member, who proved to be both, or somebody of the staff. */
  readonly by: { readonly kind: 'MEMBER' | 'STAFF'; readonly id: string };
  /** Why, in the words of staff; null when it was the member, or they were erased since. */
  readonly reason: string | null;
  readonly at: Date;
}

/** What names a member once another one turned out to be them: their own words, and of the other's what they had not given. */
export function mergedProfile({ profile: own }: KnownMember, { profile: other }: KnownMember): Profile {
  return { displayName: own.displayName, email: own.email ?? other.email, phone: own.phone ?? other.phone };
}
