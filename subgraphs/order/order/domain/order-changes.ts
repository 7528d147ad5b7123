import {
  goodsMinor,
  type Actor,
  type Cancellation,
  type LatePayment,
  type Order,
  type TimelineEntry,
} from './order.ts';
import { mayMove, transitions, type TransitionName } from './order-states.ts';
import {
  cancelledFact,
  completedFact,
  mergedFact,
  paidFact,
  placedFact,
  splitFact,
  type OrderFact,
} from './order-facts.ts';

/** Fields that a move may set besides the state. */
type Settable = Partial<
  Pick<
    Order,
    | 'visible'
    | 'expiresAt'
    | 'paidAt'
    | 'shippedAt'
    | 'completedAt'
    | 'paidMinor'
    | 'refundedMinor'
    | 'refundedGoodsMinor'
    | 'pointsReturned'
    | 'refundStatus'
    | 'cancellation'
    | 'latePayment'
    | 'presale'
    | 'deliveries'
    | 'splitInto'
    | 'mergedInto'
  >
>;

/**
 * A move of an order, decided but not yet made: what it sets, what the timeline says, and which facts others are told. It is made on the condition
 * that the order is still in a state that the move leaves, by the store in one transaction or by `changed` for orders in memory.
 */
export interface OrderChange {
  readonly transition: TransitionName;
  readonly at: Date;
  readonly actor: Actor;
  readonly note: string | null;
  readonly set: Settable;
  /** What must hold of the order besides its state. */
  readonly onlyIf?: Readonly<Record<string, unknown>>;
  /** Told with the move, each counted by the order's version. */
  readonly facts: readonly ((after: Order) => OrderFact)[];
}

/** Who moves an order, when, and perhaps why. */
export type Mover = { readonly at: Date; readonly actor: Actor; readonly note?: string | null };

function change(
  transition: TransitionName,
  mover: Mover,
  set: Settable,
  facts: OrderChange['facts'] = [],
): OrderChange {
  return { transition, at: mover.at, actor: mover.actor, note: mover.note ?? null, set, facts };
}

/** The saga succeeded: the order exists from now on. */
export function confirm(mover: Mover): OrderChange {
  return change('confirm', mover, { visible: true }, [placedFact]);
}

/** Nobody is about to change an unpaid order: what is due, and whether anything is, stays as it is. */
const unchanging = { regroupingId: null } as const;

/** The whole amount was received: the one that is due now. */
export function pay({ totalMinor }: Pick<Order, 'totalMinor'>, mover: Mover): OrderChange {
  const set = { paidAt: mover.at, paidMinor: totalMinor, expiresAt: null };
  return { ...change('pay', mover, set, [paidFact]), onlyIf: { ...unchanging, totalMinor } };
}

/** The whole amount was received after the order had been closed, and everything it needs is held again: it is paid all the same, unless its money was decided to go back. */
export function payLate(
  order: Pick<Order, 'totalMinor' | 'presale'>,
  { paymentId, receivedAt }: LatePayment,
): OrderChange {
  const mover = { at: receivedAt, actor: 'member', note: 'LATE_PAYMENT' } as const;
  const { presale } = order;
  const set = {
    paidAt: receivedAt,
    paidMinor: order.totalMinor,
    latePayment: null,
    // With the balance the deposit is a part of the price again.
    ...(presale && { presale: { ...presale, phase: 'BALANCE_PAID' as const, forfeitedMinor: 0 } }),
  };
  return {
    ...change('payLate', mover, set, [paidFact]),
    onlyIf: { 'latePayment.paymentId': paymentId, 'latePayment.decision': null },
  };
}

function moverOf({ requestedAt, actor, reason }: Cancellation): Mover {
  // What a person wrote is sealed and read from the cancellation.
  return { at: requestedAt, actor, note: actor === 'system' ? reason : null };
}

/** A person gives the unpaid order up. */
export function cancelUnpaid(cancellation: Cancellation): OrderChange {
  const set = { expiresAt: null, cancellation };
  return { ...change('cancelUnpaid', moverOf(cancellation), set, [cancelledFact('REQUESTED')]), onlyIf: unchanging };
}

/** Its time to pay is over, or its presale was called off. */
export function close(mover: Mover, reason: 'UNPAID' | 'PRESALE_CANCELLED' = 'UNPAID'): OrderChange {
  const note = reason === 'UNPAID' ? null : reason;
  return { ...change('close', { ...mover, note }, { expiresAt: null }, [cancelledFact(reason)]), onlyIf: unchanging };
}

/** A person gives the paid order up before anything left a warehouse: all that was paid and not yet refunded goes back. */
export function cancelPaid(order: Order, cancellation: Cancellation): OrderChange {
  return change(
    'cancelPaid',
    moverOf(cancellation),
    {
      cancellation,
      refundedMinor: order.paidMinor,
      refundedGoodsMinor: goodsMinor(order),
      pointsReturned: order.pointsSpent,
      refundStatus: order.paidMinor > 0 ? 'FULL' : 'NONE',
    },
    [cancelledFact('REQUESTED')],
  );
}

/** Others take its place: its parts, or the one that it was merged into. */
export function giveWay(kind: 'SPLIT' | 'MERGE', made: readonly string[], mover: Mover): OrderChange {
  if (kind === 'SPLIT') return change('split', mover, { splitInto: made }, [splitFact]);
  return change('merge', mover, { mergedInto: made[0] ?? '' }, [mergedFact]);
}

/** A fulfillment left its warehouse; `remaining` others of the order have not. */
export function ship(remaining: number, mover: Mover): OrderChange {
  return remaining > 0 ? change('shipPart', mover, {}) : change('shipAll', mover, { shippedAt: mover.at });
}

/** The last fulfillment was handed over. */
export function deliver(order: Pick<Order, 'shippedAt'>, mover: Mover): OrderChange {
  return change('deliver', mover, { shippedAt: order.shippedAt ?? mover.at });
}

/** The shopper, or time, confirmed the receipt. */
export function complete(mover: Mover): OrderChange {
  return change('complete', mover, { completedAt: mover.at }, [completedFact]);
}

/** The timeline entry of a change. */
export function entryOf({ transition, at, actor, note }: OrderChange): TimelineEntry {
  return { at, status: transitions[transition].to, actor, note };
}

/** The order after the change, in memory. RangeError when the order isn't in a state that the change leaves. */
export function changed(order: Order, made: OrderChange): Order {
  if (!mayMove(order.status, made.transition))
    throw new RangeError(`${order.status} does not allow ${made.transition}`);
  return {
    ...order,
    ...made.set,
    status: transitions[made.transition].to,
    version: order.version + made.facts.length,
    timeline: [...order.timeline, entryOf(made)],
  };
}
