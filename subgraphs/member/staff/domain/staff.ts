import type { StaffRole } from './roles.ts';

/** Somebody who works here. */
export interface Staff {
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  readonly roles: readonly StaffRole[];
  readonly createdAt: Date;
}
