import type { Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkNow } from '../../delivery/domain/planning.ts';
import { groupCommit } from '../../group-commit.ts';
import type { Transact } from '../../session.ts';
import type { ReservationCommand, SettleReservations, Settled } from './settle-reservations.ts';

/** Where orders reserve and give back: each command is answered when it is durable. */
export type ReservationDesk = (command: ReservationCommand) => Promise<Outcome<Settled>>;

/**
 * Settles commands as they come, those that arrive together as one transaction: hundreds of orders for the last units of one SKU
 * cost as many commits as they would cost seconds one by one. Between processes, conflicting groups are run again.
 */
export function createReservationDesk(deps: {
  readonly transact: Transact;
  readonly settle: SettleReservations;
  readonly networkNow: () => Promise<NetworkNow>;
}): ReservationDesk {
  return groupCommit(async (commands: readonly ReservationCommand[]) => {
    const state = await deps.networkNow();
    return deps.transact((session) => deps.settle(session, commands, state));
  });
}
