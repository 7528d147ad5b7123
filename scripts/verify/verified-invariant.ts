import type { SubgraphName } from '#kit/events/events.ts';
import type { VerificationReport } from '#kit/neighbours/verification.ts';

/** A comparison that was made, of how many things, and how many of them disagree. */
export interface VerifiedInvariant {
  /** The subgraph whose books were compared, or `graph` where two owners' were. */
  readonly owner: SubgraphName | 'graph';
  readonly invariant: string;
  readonly count: number;
  readonly discrepancies: VerificationReport['discrepancies'];
}
