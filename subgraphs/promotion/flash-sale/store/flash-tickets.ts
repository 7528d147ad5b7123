import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { FlashTicket, TicketStatus } from '../domain/flash-sale.ts';

const buyersAtOnce = 10_000;

/** How many units of an item a member has, in tickets that weren't returned. */
interface MemberUnits {
  _id: string;
  units: number;
}

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
    { collection: 'flashTickets', indexes: [{ key: { status: 1, payBefore: 1 } }] },
  );
  const memberUnits = defineModel<MemberUnits>(
    connection,
    'FlashMemberUnits',
    { _id: { type: String, required: true }, units: Number },
    { collection: 'flashMemberUnits' },
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
    /** How many units members have of items, by `memberCounterKey`, as the transaction sees it. */
    async memberUnits(session: ClientSession, counters: readonly string[]): Promise<Map<string, number>> {
      const found = await memberUnits
        .find({ _id: trusted({ $in: counters }) })
        .session(session)
        .lean<MemberUnits[]>()
        .exec();
      return new Map(found.map(({ _id, units }) => [_id, units]));
    },
    /** Everybody who has, or had, units of an item, by the id of the member; a batch at a time. */
    async *buyersOf(itemId: string): AsyncGenerator<string[]> {
      const [first, beyond] = [memberCounterKey(itemId, ''), memberCounterKey(itemId, '\uffff')];
      let last = first;
      for (;;) {
        const rows = await rowsOf(memberUnits)
          .find({ _id: { $gt: last, $lt: beyond } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit: buyersAtOnce })
          .toArray();
        if (rows.length > 0) yield rows.map(({ _id }) => _id.slice(first.length));
        const final = rows.at(-1);
        if (final === undefined || rows.length < buyersAtOnce) return;
        last = final._id;
      }
    },
    /** Counts more units for members; `before` as the transaction has read it, undefined for who had none ever. */
    async countUnits(
      session: ClientSession,
      counted: readonly { readonly counter: string; readonly before: number | undefined; readonly now: number }[],
    ): Promise<void> {
      const { first = [], more = [] } = Object.groupBy(counted, ({ before }) =>
        before === undefined ? 'first' : 'more',
      );
      const rows = rowsOf(memberUnits);
      if (first.length > 0) {
        await rows.insertMany(
          first.map(({ counter, now }) => ({ _id: counter, units: now })),
          { session },
        );
      }
      if (more.length === 0) return;
      await rows.bulkWrite(
        more.map(({ counter, before = 0, now }) => ({
          updateOne: { filter: { _id: counter }, update: { $inc: { units: now - before } } },
        })),
        { session },
      );
    },
    /** Takes returned units off the member's count. */
    async uncountUnits(session: ClientSession, ticket: FlashTicket): Promise<void> {
      await memberUnits
        .updateOne({ _id: memberCounterKey(ticket.itemId, ticket.memberId) }, { $inc: { units: -ticket.quantity } })
        .session(session)
        .exec();
    },
  };
}
export type FlashTicketStore = ReturnType<typeof createFlashTicketStore>;
