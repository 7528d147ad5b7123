import { createGroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import { isDuplicateKey, type Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkNow } from '../../delivery/domain/planning.ts';
import type { Reservation } from '../domain/reservation.ts';
import type { Reservations } from '../store/reservations.ts';
import {
  OrderKnownError,
  orderIdOf,
  type ReservationCommand,
  type SettleReservations,
  type Settled,
} from './settle-reservations.ts';

/** Where orders reserve and give back: each command is answered when it is durable, or left out when its caller has gone before it was begun. */
export type ReservationDesk = (command: ReservationCommand, signal?: AbortSignal) => Promise<Outcome<Settled>>;

export interface ReservationDeskParts {
  /** Gives up when other processes are faster: the group commit decides what then. */
  readonly transactGroup: Transact;
  readonly settle: SettleReservations;
  readonly reservations: Pick<Reservations, 'ofOrders'>;
  readonly networkNow: () => Promise<NetworkNow>;
  /** Told of every group, for metrics. */
  readonly observeReservations?: (group: ObservedGroup) => void;
}

interface Queued {
  readonly command: ReservationCommand;
  /** The order, and the SKUs whose stock the command may change. */
  readonly keys: readonly string[];
}

/**
 * Settles commands as they come, those for the same SKUs that arrive together as one transaction: hundreds of orders for the last units of one SKU
 * cost as many commits as they would cost seconds one by one. Between processes, conflicting groups are run again.
 */
export function createReservationDesk(deps: ReservationDeskParts): ReservationDesk {
  const { transactGroup, settle, reservations, networkNow } = deps;
  const submit = createGroupCommit<Queued, Outcome<Settled>>({
    keysOf: ({ keys }) => keys,
    async commit(group) {
      const commands = group.map(({ command }) => command);
      // Read beside the transaction, which reads the stock meanwhile.
      const network = networkNow();
      const [answers] = await Promise.all([settleGroup(commands, network), network]);
      return answers;
    },
    async alreadyDone(group) {
      const known = await reservations.ofOrders(group.map(({ command }) => orderIdOf(command)));
      return group.map(({ command }) => effectOf(command, known.get(orderIdOf(command))));
    },
    observe: deps.observeReservations,
  });

  return async (command, signal) => {
    const orderId = orderIdOf(command);
    if (command.kind === 'RESERVE') return submit({ command, keys: keysOf(orderId, command.request.lines) }, signal);
    const known = await reservations.ofOrders([orderId]);
    return submit({ command, keys: keysOf(orderId, known.get(orderId)?.lines ?? []) }, signal);
  };

  async function settleGroup(commands: readonly ReservationCommand[], network: Promise<NetworkNow>) {
    try {
      return await transactGroup((session) => settle(session, commands, network, { assumeNew: true }));
    } catch (error) {
      if (!isDuplicateKey(error) && !(error instanceof OrderKnownError)) throw error;
      return transactGroup((session) => settle(session, commands, network));
    }
  }
}

function keysOf(orderId: string, lines: readonly { readonly skuId: string }[]): string[] {
  return [...new Set([orderId, ...lines.map((line) => line.skuId)])];
}

/** The answer to a command whose effect is there to be seen. */
function effectOf(command: ReservationCommand, known: Reservation | undefined): Outcome<Settled> | undefined {
  if (known === undefined) return undefined;
  if (command.kind === 'RESERVE') {
    const isHeld = known.state !== 'RELEASED' && known.attempt === command.request.attempt;
    return isHeld ? accepted({ reservation: known, released: 0 }) : undefined;
  }
  if (known.state !== 'RELEASED' || known.attempt < (command.attempt ?? 1)) return undefined;
  const released = known.lines.filter((line) => line.state === 'RELEASED').length;
  return accepted({ reservation: known, released });
}
