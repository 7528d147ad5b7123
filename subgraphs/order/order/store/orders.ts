import type { ClientSession, Connection } from 'mongoose';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { Cancellation, Order, Placing, StepState } from '../domain/order.ts';
import { createOrderMoves, type ChangeListener } from './order-moves.ts';
import { createOrderReads } from './order-reads.ts';
import { orderModel } from './order-schema.ts';

/** Counters of an order that move together with its after-sales and refunds. */
export interface RefundCounters {
  readonly refundedMinor: number;
  readonly refundedGoodsMinor: number;
  readonly pointsReturned: number;
  readonly refundStatus: Order['refundStatus'];
}

/** What a draft may clash with: another order of the same number, or of the same placement. */
export type Clash = 'NUMBER' | 'PLACEMENT';

/** Where orders are kept. Every write is conditional on what it leaves; a write that returns null or false found something else. */
export function createOrders(connection: Connection, outbox: Outbox, changes: ChangeListener) {
  const model = orderModel(connection);
  const after = { returnDocument: 'after' } as const;

  const draftTogether = createInserts(() => rowsOf(model));

  return {
    ...createOrderReads(model),
    ...createOrderMoves(model, outbox, changes),

    /** Writes a draft before anything is held for it. */
    async insertDraft(draft: Order): Promise<Clash | null> {
      const taken = await draftTogether(draft);
      if (taken === null) return null;
      if (taken === 'number_1') return 'NUMBER';
      if (taken === 'placementId_1') return 'PLACEMENT';
      throw new Error(`a draft clashes in ${taken}`);
    },

    /** Writes whole orders of the past; one write. */
    async insertMany(session: ClientSession, orders: readonly Order[]): Promise<void> {
      await model.collection.insertMany(orders as never, { session });
    },

    /** Takes over a placing from whoever held it: nobody with an earlier fence can decide any more. Null when it is decided to the end. */
    async takeOver(id: string, leaseUntil: Date, ifLeaseOver?: Date): Promise<Order | null> {
      const over = ifLeaseOver === undefined ? {} : { 'placing.leaseUntil': trusted({ $lte: ifLeaseOver }) };
      return model
        .findOneAndUpdate(
          { _id: id, status: 'PLACING', ...over },
          { $inc: { 'placing.fence': 1 }, $set: { 'placing.leaseUntil': leaseUntil } },
          after,
        )
        .lean<Order>()
        .exec();
    },

    /** Decides that a placing is undone; final. False when somebody else has taken over or it was confirmed. */
    async decideUndo(id: string, fence: number, outcome: Pick<Placing, 'steps' | 'refusals'>): Promise<boolean> {
      const decided = await model
        .updateOne(
          { _id: id, status: 'PLACING', 'placing.fence': fence },
          {
            $set: {
              'placing.decision': 'UNDO',
              'placing.steps': outcome.steps,
              'placing.refusals': outcome.refusals,
            },
          },
        )
        .exec();
      return decided.matchedCount === 1;
    },

    /** Everything a placing held is back: the draft is no order and frees its placement. */
    async abandon(id: string, steps: readonly { name: string; state: StepState }[]): Promise<void> {
      await model
        .updateOne(
          { _id: id, status: 'PLACING', 'placing.decision': 'UNDO' },
          { $set: { status: 'ABANDONED', 'placing.steps': steps }, $unset: { placementId: 1 } },
        )
        .exec();
    },

    /** Placings that nobody works on any more. */
    async stalePlacings(now: Date, limit: number): Promise<Order[]> {
      return model
        .find({ status: 'PLACING', 'placing.leaseUntil': trusted({ $lte: now }) })
        .sort({ 'placing.leaseUntil': 1 })
        .limit(limit)
        .lean<Order[]>()
        .exec();
    },

    /** Unpaid orders whose time is over, but for those that are being edited. */
    async unpaidBefore(now: Date, limit: number): Promise<Pick<Order, '_id' | 'presale'>[]> {
      return model
        .find({ status: 'PENDING_PAYMENT', expiresAt: trusted({ $lte: now }), regroupingId: null }, { presale: 1 })
        .sort({ expiresAt: 1 })
        .limit(limit)
        .lean<Pick<Order, '_id' | 'presale'>[]>()
        .exec();
    },

    /** Orders on their way, or delivered, since before an instant, and not on hold. */
    async shippedBefore(instant: Date, limit: number): Promise<{ _id: string }[]> {
      return model
        .find(
          {
            visible: true,
            status: trusted({ $in: ['SHIPPED', 'DELIVERED'] as const }),
            shippedAt: trusted({ $lte: instant }),
            hold: null,
          },
          { _id: 1 },
        )
        .limit(limit)
        .lean<{ _id: string }[]>()
        .exec();
    },

    /** Notes that a paid order is being cancelled. Null when it isn't paid, or another wish is at work on it. */
    async beginCancellation(
      id: string,
      cancellation: Cancellation,
      session: ClientSession | null = null,
    ): Promise<Order | null> {
      const paid = { _id: id, status: 'PAID', regroupingId: null } as const;
      return model
        .findOneAndUpdate(
          { ...paid, $or: [{ cancellation: null }, { 'cancellation.id': cancellation.id }] },
          { $set: { cancellation } },
          { ...after, session },
        )
        .lean<Order>()
        .exec();
    },

    /** The warehouses could not stop: the order goes on. */
    async giveUpCancellation(id: string, cancellationId: string): Promise<void> {
      await model
        .updateOne({ _id: id, status: 'PAID', 'cancellation.id': cancellationId }, { $set: { cancellation: null } })
        .exec();
    },

    /** Wishes to cancel a paid order that were begun before an instant and neither granted nor given up. */
    async unfinishedCancellations(before: Date, limit: number): Promise<Order[]> {
      return model
        .find({ status: 'PAID', 'cancellation.requestedAt': trusted({ $lte: before }) })
        .limit(limit)
        .lean<Order[]>()
        .exec();
    },

    /** Claims units of a line for an after-sale, if the order is still in its state and nothing of the line was claimed since it was read. */
    async claimUnits(
      session: ClientSession,
      id: string,
      status: Order['status'],
      line: { lineId: string; claimedUnits: number; units: number; minor: number },
    ): Promise<boolean> {
      const element = { lineId: line.lineId, claimedUnits: line.claimedUnits };
      const claimed = await model
        .updateOne(
          { _id: id, status, regroupingId: null, lines: trusted({ $elemMatch: element }) },
          { $inc: { 'lines.$.claimedUnits': line.units, 'lines.$.claimedMinor': line.minor } },
          { session },
        )
        .exec();
      return claimed.matchedCount === 1;
    },

    /** Gives claimed units back after a refusal. */
    async returnUnits(
      session: ClientSession,
      id: string,
      line: { lineId: string; units: number; minor: number },
    ): Promise<void> {
      await model
        .updateOne(
          { _id: id, lines: trusted({ $elemMatch: { lineId: line.lineId } }) },
          { $inc: { 'lines.$.claimedUnits': -line.units, 'lines.$.claimedMinor': -line.minor } },
          { session },
        )
        .exec();
    },

    /** Counts a refund, on the condition that nobody counted one since `before` was read. */
    async countRefund(session: ClientSession, before: Order, counters: RefundCounters): Promise<boolean> {
      const counted = await model
        .updateOne(
          { _id: before._id, refundedMinor: before.refundedMinor, status: before.status },
          { $set: counters },
          { session },
        )
        .exec();
      return counted.matchedCount === 1;
    },
  };
}

export type Orders = ReturnType<typeof createOrders>;
