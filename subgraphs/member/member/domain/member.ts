import type { GrowthState } from '../../growth/domain/growth.ts';

/** What names somebody: the personal data of a member. */
export interface Profile {
  readonly displayName: string;
  /** Canonical spelling, see the identities; null when they gave none. */
  readonly email: string | null;
  /** E.164; null when they gave none. */
  readonly phone: string | null;
}

/** Somebody who shops here, or did. */
export interface Member {
  readonly id: string;
  /** Null once they were erased, and nothing says any more who they were, or merged into another member, who has it. */
  readonly profile: Profile | null;
  readonly createdAt: Date;
  readonly erasedAt: Date | null;
  /** The member that they turned out to be; null as long as nobody has said so. */
  readonly mergedInto: string | null;
  readonly growth: GrowthState;
}

/** A member of whom it is still known who they are. */
export type KnownMember = Member & { readonly profile: Profile };

export function isKnown(member: Member): member is KnownMember {
  return member.profile !== null;
}
