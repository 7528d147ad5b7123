import type { Session } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import {
  candidatesFor,
  type Candidate,
  type DeliveryPolicy,
  type Destination,
  type NetworkNow,
} from '../../delivery/domain/planning.ts';
import type { StockSheet } from '../../stock/domain/stock-sheet.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import {
  drawn,
  emptied,
  filled,
  isAside,
  unitsAside,
  type AsideReservation,
} from '../../set-aside/domain/set-aside.ts';
import {
  release,
  releasedBefore,
  reserve,
  type ReleaseReason,
  type Reservation,
  type ReservationRequest,
} from '../domain/reservation.ts';
import type { Reservations } from '../store/reservations.ts';

/** Reserve everything an order asks for. */
export interface ReserveCommand {
  readonly kind: 'RESERVE';
  readonly request: ReservationRequest;
  readonly destination: Destination;
  /** The presale whose goods are set aside for it; absent: those that anybody may have. */
  readonly presaleId?: string;
}

/** Give back what an order holds and hasn't paid. */
export interface ReleaseCommand {
  readonly kind: 'RELEASE';
  readonly orderId: string;
  /** The attempt that gives back, with all before it; absent: the present one. */
  readonly attempt?: number;
  /** `EXPIRED` only takes effect when the reservation's time is over; `UNDONE` also forbids an order that reserved nothing yet. */
  readonly because: Extract<ReleaseReason, 'EXPIRED' | 'UNDONE'>;
}

export type ReservationCommand = ReserveCommand | ReleaseCommand;

/** The order's reservation after a command, null when there is none; `released` counts the lines given back now. */
export interface Settled {
  readonly reservation: Reservation | null;
  readonly released: number;
}

/** How a group is settled. */
export interface SettleOptions {
  /**
   * Takes orders that reserve for new ones without looking them up, which nearly all of them are. One that isn't is a duplicate key or an
   * {@link OrderKnownError} and ends the transaction: settle again without this.
   */
  readonly assumeNew?: boolean;
}

/** Decides reservation commands inside the caller's transaction, in order, all on one working copy of the stock. The network may still be on its way. */
export type SettleReservations = (
  session: Session,
  commands: readonly ReservationCommand[],
  network: NetworkNow | Promise<NetworkNow>,
  options?: SettleOptions,
) => Promise<Outcome<Settled>[]>;

/** An order was taken for a new one and refused, but has a reservation. */
export class OrderKnownError extends Error {
  constructor(orderId: string) {
    super(`order ${orderId} has a reservation already`);
    this.name = 'OrderKnownError';
  }
}

/** What a group is decided on. */
interface DecideOn {
  readonly sheet: StockSheet;
  readonly candidatesOf: (destination: Destination) => readonly Candidate[];
  readonly now: Date;
}

export function createSettleReservations(deps: {
  readonly reservations: Reservations;
  readonly stock: StockBook;
  readonly policy: DeliveryPolicy;
}): SettleReservations {
  const { reservations, stock, policy } = deps;

  return async (session, commands, network, { assumeNew = false } = {}) => {
    const looked = assumeNew ? commands.filter(({ kind }) => kind === 'RELEASE') : commands;
    const loaded = await byOrders(session, [...looked.map(orderIdOf), ...commands.flatMap(presaleOf)]);
    const current = new Map(loaded);
    const sheet = await stock.sheet(session, skusOf(commands, loaded));
    const state = await network;
    const candidatesOf = candidatesByDestination(state);
    const outcomes = commands.map((command) => {
      const on = { sheet, candidatesOf, now: state.now };
      const outcome = decide(command, current, on);
      if (outcome.ok && outcome.value.reservation) current.set(orderIdOf(command), outcome.value.reservation);
      return outcome;
    });
    const refused = commands.filter((_, index) => outcomes[index]?.ok === false);
    if (assumeNew) await refuseKnown(session, refused.map(orderIdOf));
    const changed = [...current.values()].filter((reservation) => reservation !== loaded.get(reservation.orderId));
    // However many steps an order took in this group, they are written as one.
    const next = changed.map((row) => ({ ...row, version: (loaded.get(row.orderId)?.version ?? 0) + 1 }));
    const [asides, others] = [next.filter(isAside), next.filter((row) => !isAside(row))];
    // What is set aside no longer must not be taken for wanting when the levels are written.
    await reservations.save(session, asides);
    // The levels first: when another process was faster, this is where it shows.
    await stock.write(session, sheet, { movements: [], at: state.now });
    await reservations.save(session, others);
    return outcomes;
  };

  async function byOrders(session: Session, orderIds: readonly string[]): Promise<Map<string, Reservation>> {
    return orderIds.length === 0 ? new Map() : reservations.byOrders(session, [...new Set(orderIds)]);
  }

  /** Who has a reservation must not be told that there is no stock. */
  async function refuseKnown(session: Session, orderIds: readonly string[]): Promise<void> {
    for (const orderId of (await byOrders(session, orderIds)).keys()) throw new OrderKnownError(orderId);
  }

  function decide(
    command: ReservationCommand,
    current: Map<string, Reservation>,
    { sheet, candidatesOf, now }: DecideOn,
  ): Outcome<Settled> {
    const known = current.get(orderIdOf(command)) ?? null;
    if (command.kind === 'RELEASE') return accepted(giveBack(command, known, sheet, now));
    const candidates = candidatesOf(command.destination);
    const reserveNow = () => reserve(command.request, known, { sheet, candidates, policy, now });
    const aside = current.get(command.presaleId ?? '');
    const isFresh = known === null || known.state === 'RELEASED';
    const outcome =
      isFresh && isAside(aside) && aside.state === 'HELD'
        ? reserveFrom(aside, current, sheet, reserveNow)
        : reserveNow();
    return outcome.ok ? accepted({ reservation: outcome.value, released: 0 }) : outcome;
  }

  /** Orders of one group often go to the same few places: each is looked at once. */
  function candidatesByDestination(state: NetworkNow): (destination: Destination) => readonly Candidate[] {
    const known = new Map<string, readonly Candidate[]>();
    return (destination) => {
      const place = `${destination.channel} ${destination.region ?? ''}`;
      const candidates = known.get(place) ?? candidatesFor(state, destination, policy);
      known.set(place, candidates);
      return candidates;
    };
  }
}

/** Reserves of what is set aside for the order's presale and of what is free; what the order needs is not wanted any more, and the rest is set aside again. */
function reserveFrom(
  aside: AsideReservation,
  current: Map<string, Reservation>,
  sheet: StockSheet,
  reserveNow: () => Outcome<Reservation>,
): Outcome<Reservation> {
  const shelf = emptied(aside, sheet);
  const outcome = reserveNow();
  if (!outcome.ok) {
    for (const { warehouseId, skuId, quantity } of aside.lines)
      sheet.change({ warehouseId, skuId, reserved: quantity });
    return outcome;
  }
  const rest = filled(drawn(shelf, unitsAside(outcome.value)), sheet);
  current.set(aside.orderId, { ...rest, lines: rest.lines.filter(({ quantity }) => quantity > 0) });
  return outcome;
}

function presaleOf(command: ReservationCommand): string[] {
  return command.kind === 'RESERVE' && command.presaleId !== undefined ? [command.presaleId] : [];
}

function giveBack(command: ReleaseCommand, known: Reservation | null, sheet: StockSheet, now: Date): Settled {
  const { orderId, because } = command;
  const attempt = command.attempt ?? known?.attempt ?? 1;
  if (known === null) {
    return {
      reservation: because === 'UNDONE' ? releasedBefore({ orderId, attempt }, because, now) : null,
      released: 0,
    };
  }
  if (known.attempt > attempt) return { reservation: known, released: 0 };
  const due = because !== 'EXPIRED' || (known.expiresAt !== null && known.expiresAt <= now);
  if (known.state === 'CONFIRMED' || !due) return { reservation: known, released: 0 };
  const released = known.lines.filter((line) => line.state === 'OPEN').length;
  const given = release(known, sheet, because);
  return { reservation: given.attempt === attempt ? given : { ...given, attempt }, released };
}

/** Whose reservation a command is about. */
export function orderIdOf(command: ReservationCommand): string {
  return command.kind === 'RESERVE' ? command.request.orderId : command.orderId;
}

function skusOf(commands: readonly ReservationCommand[], orders: ReadonlyMap<string, Reservation>): string[] {
  const lines = commands.flatMap((command) => [
    ...(command.kind === 'RESERVE' ? command.request.lines : []),
    ...(orders.get(orderIdOf(command))?.lines ?? []),
  ]);
  return [...new Set(lines.map((line) => line.skuId))];
}
