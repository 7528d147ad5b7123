import type { KnownMember } from '../../member/domain/member.ts';
import { scopesOfRoles, staffKindOf } from '../../staff/domain/roles.ts';
import type { Staff } from '../../staff/domain/staff.ts';
import type { TokenSubject } from '../../token/domain/claims.ts';

/** Whose account it is. Staff and analysts share one kind of account; their roles tell them apart. */
export interface Owner {
  readonly id: string;
  readonly kind: 'MEMBER' | 'STAFF';
}

/** Somebody who can sign in, as they are now. */
export interface Person extends Omit<TokenSubject, 'sessionId'> {
  readonly displayName: string;
}

/** A session as its owner gets it. */
export interface OpenedSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
}

/** A member as somebody who can sign in. */
export function personOfMember({ id, profile: { displayName }, growth }: KnownMember): Person {
  return { id, kind: 'MEMBER', displayName, roles: [], scopes: [], tierLevel: growth.tierLevel };
}

/** Somebody who works here as somebody who can sign in, with the scopes of their roles. */
export function personOfStaff({ id, displayName, roles }: Staff): Person {
  return { id, kind: staffKindOf(roles), displayName, roles, scopes: scopesOfRoles(roles), tierLevel: null };
}
