import type { StaffRole } from '../staff/domain/roles.ts';
import type { OpenedSession } from './domain/person.ts';

export type SessionMapper = OpenedSession;

/** Who is asking, or has just signed in. */
export interface ViewerMapper {
  readonly id: string;
  readonly kind: 'MEMBER' | 'STAFF' | 'ANALYST' | 'PARTNER';
  readonly displayName: string;
  readonly roles: readonly StaffRole[];
}
