import type { ClientSession, Model } from 'mongoose';
import { trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { Order, TimelineEntry } from '../domain/order.ts';
import { entryOf, type OrderChange } from '../domain/order-changes.ts';
import type { OrderFact } from '../domain/order-facts.ts';
import { transitions } from '../domain/order-states.ts';

/** Told of every visible move, in the move's transaction. */
export interface ChangeListener {
  append(session: ClientSession, order: Order, at: Date): Promise<void>;
}

/** A move of an order that is to be made. */
export interface OrderMove {
  readonly id: string;
  readonly made: OrderChange;
  /** Of the saga: it is made only if nobody with a later fence has taken over. */
  readonly fence?: number | undefined;
}

/** An entry for an order's timeline; its status is the order's own. */
export interface TimelineNote extends Omit<TimelineEntry, 'status'> {
  readonly orderId: string;
}

const after = { returnDocument: 'after' } as const;

/** What happens to orders: moves from state to state, facts that others are told, notes on the timeline. */
export function createOrderMoves(model: Model<Order>, outbox: Outbox, changes: ChangeListener) {
  /** Adds facts to the transaction; the order's version has counted them already. */
  async function tell(session: ClientSession, order: Order, at: Date, facts: readonly OrderFact[]): Promise<void> {
    const events = facts.map((fact, index) => ({
      ...fact,
      aggregateId: order._id,
      version: order.version - facts.length + 1 + index,
      at,
    }));
    // Each fact has the payload of its name; the mapped union can't follow that.
    await outbox.append(session, events as never);
  }

  async function tellMove(session: ClientSession, order: Order, { at, facts }: OrderChange): Promise<void> {
    await tell(
      session,
      order,
      at,
      facts.map((fact) => fact(order)),
    );
    await changes.append(session, order, at);
  }

  /** Adds entries to timelines without moving the orders. */
  async function noteAll(session: ClientSession, notes: readonly TimelineNote[]): Promise<void> {
    await rowsOf(model).bulkWrite(
      notes.map(({ orderId, ...entry }) => {
        const added = { $mergeObjects: [{ $literal: entry }, { status: '$status' }] };
        return {
          updateOne: {
            filter: { _id: orderId },
            update: [{ $set: { timeline: { $concatArrays: ['$timeline', [added]] } } }],
          },
        };
      }),
      { session },
    );
  }

  /** See `change`. */
  async function change(session: ClientSession, move: OrderMove): Promise<Order | null> {
    const { filter, update } = writeOf(move);
    const order = await model
      .findOneAndUpdate(filter, update, { ...after, session })
      .lean<Order>()
      .exec();
    if (order !== null) await tellMove(session, order, move.made);
    return order;
  }

  return {
    /**
     * Makes a move: state, timeline and facts in the caller's transaction, on the condition that the order is in a state that the move leaves and, for
     * the saga, that nobody with a later fence has taken over. Null when it isn't.
     */
    change: (session: ClientSession, id: string, made: OrderChange, fence?: number): Promise<Order | null> =>
      change(session, { id, made, fence }),

    /** Makes moves of different orders with one write. Null when not all of them can be made: the transaction holds some of them then and must not be committed. */
    async changeAll(session: ClientSession, moves: readonly OrderMove[]): Promise<readonly Order[] | null> {
      const [only] = moves;
      if (only !== undefined && moves.length === 1) {
        const order = await change(session, only);
        return order && [order];
      }
      const written = await rowsOf(model).bulkWrite(
        moves.map((move) => ({ updateOne: writeOf(move) })),
        { session, ordered: false },
      );
      if (written.matchedCount !== moves.length) return null;
      const ids = moves.map(({ id }) => id);
      const moved = await rowsById(model, ids, session);
      const orders = ids.flatMap((id) => moved.get(id) ?? []);
      for (const [index, order] of orders.entries()) {
        const move = moves[index];
        if (move !== undefined) await tellMove(session, order, move.made);
      }
      return orders;
    },

    /** Tells a fact that moves no state. */
    async tellFact(session: ClientSession, id: string, at: Date, fact: (order: Order) => OrderFact): Promise<void> {
      const order = await model
        .findOneAndUpdate({ _id: id }, { $inc: { version: 1 } }, { ...after, session })
        .lean<Order>()
        .exec();
      if (order === null) throw new Error(`the order ${id} is gone`);
      await tell(session, order, at, [fact(order)]);
    },

    noteAll,

    /** Adds an entry to the timeline without moving the order. */
    note: (session: ClientSession, orderId: string, entry: Omit<TimelineNote, 'orderId'>): Promise<void> =>
      noteAll(session, [{ orderId, ...entry }]),
  };
}

function writeOf({ id, made, fence }: OrderMove) {
  const { from, to } = transitions[made.transition];
  const held = fence === undefined ? {} : { 'placing.fence': fence, 'placing.decision': null };
  const confirmed = fence === undefined ? {} : { 'placing.decision': 'CONFIRM' as const };
  return {
    filter: { _id: id, status: trusted({ $in: from }), ...made.onlyIf, ...held },
    update: {
      $set: { ...made.set, ...confirmed, status: to },
      $inc: { version: made.facts.length },
      $push: { timeline: entryOf(made) },
    },
  };
}
