import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { createMemberUnits } from '../../offer/store/member-units.ts';
import type { FlashTicket, TicketStatus } from '../domain/flash-sale.ts';

/** Tickets of flash sales, and how many units each member has of an item, in MongoDB. */
export function createFlashTicketStore(connection: Connection) {
  const tickets = defineModel<FlashTicket>(
    connection,
    'FlashTicket',
    {
      _id: { type: String, required: true },
      itemId: String,
      memberId: String,
      skuId: String,
      quantity: Number,
      unitPriceMinor: Number,
      currency: String,
      status: String,
      orderId: String,
      inputHash: String,
      payBefore: Date,
      createdAt: Date,
    },
    { collection: 'flashTickets', indexes: [{ key: { status: 1, payBefore: 1 } }, { key: { memberId: 1 } }] },
  );
  const heldQuery = (payBefore: Date, limit: number) =>
    tickets
      .find({ status: 'HELD', payBefore: trusted({ $lt: payBefore }) })
      .sort({ payBefore: 1 })
      .limit(limit);

  async function byIds(
    ids: readonly string[],
    session: ClientSession | null = null,
  ): Promise<Map<string, FlashTicket>> {
    return rowsById(tickets, ids, session);
  }

  return {
    heldQuery,
    byId: (id: string, session: ClientSession | null = null): Promise<FlashTicket | null> =>
      tickets.findById(id).session(session).lean<FlashTicket>().exec(),
    /** Tickets that are to be paid before that moment and of which nobody knows yet whether they have an order, the oldest first. */
    held: (payBefore: Date, limit: number): Promise<FlashTicket[]> =>
      heldQuery(payBefore, limit).lean<FlashTicket[]>().exec(),
    byIds,
    /** The ticket of that id as it is now; the questions of many callers at once are one. */
    known: gatherRow((ids) => byIds(ids)),
    async insert(session: ClientSession, fresh: readonly FlashTicket[]): Promise<void> {
      await rowsOf(tickets).insertMany([...fresh], { session });
    },
    /** Notes that tickets have their orders; those that were paid or returned meanwhile stay as they are. */
    async markOrdered(ids: readonly string[]): Promise<void> {
      await tickets.updateMany({ _id: trusted({ $in: ids }), status: 'HELD' }, { $set: { status: 'ORDERED' } }).exec();
    },
    /** Gives tickets that went back to the quota to their orders again. Throws, which ends the transaction, when one is not as the transaction has seen it. */
    async takeAgain(session: ClientSession, ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      const { modifiedCount } = await tickets
        .updateMany({ _id: trusted({ $in: ids }), status: 'RETURNED' }, { $set: { status: 'ORDERED' } })
        .session(session)
        .exec();
      if (modifiedCount !== ids.length) throw new Error('a ticket changed inside a transaction that had read it');
    },
    /** Moves an order's ticket on from one of these states; false and nothing done otherwise. */
    async move(
      session: ClientSession,
      move: { id: string; orderId: string; from: readonly TicketStatus[]; to: TicketStatus },
    ): Promise<boolean> {
      const { id, orderId, from, to } = move;
      const { modifiedCount } = await tickets
        .updateOne({ _id: id, status: trusted({ $in: from }), orderId }, { $set: { status: to } })
        .session(session)
        .exec();
      return modifiedCount === 1;
    },
    /** Some tickets of a member, as a transaction sees them. */
    someOf: (memberId: string, most: number, session: ClientSession): Promise<FlashTicket[]> =>
      tickets.find({ memberId }).limit(most).session(session).lean<FlashTicket[]>().exec(),
    /** Gives tickets to another member. */
    async reassign(session: ClientSession, ids: readonly string[], memberId: string): Promise<void> {
      await rowsOf(tickets).updateMany({ _id: { $in: [...ids] } }, { $set: { memberId } }, { session });
    },
    ...createMemberUnits(connection, { model: 'FlashMemberUnits', collection: 'flashMemberUnits' }),
  };
}
export type FlashTicketStore = ReturnType<typeof createFlashTicketStore>;
