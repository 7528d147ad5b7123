import type { GrowthState } from '../../growth/domain/growth.ts';

/** Somebody who shops here. */
export interface Member {
  readonly id: string;
  readonly displayName: string;
  /** Canonical spelling, see the identities; null when they gave none. */
  readonly email: string | null;
  /** E.164; null when they gave none. */
  readonly phone: string | null;
  readonly createdAt: Date;
  readonly growth: GrowthState;
}
