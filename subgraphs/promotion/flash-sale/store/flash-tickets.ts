import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { FlashTicket, TicketStatus } from '../domain/flash-sale.ts';

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

  const overdueQuery = (before: Date, limit: number) =>
    tickets
      .find({ status: 'HELD', payBefore: trusted({ $lt: before }) })
      .sort({ payBefore: 1 })
      .limit(limit);

  return {
    overdueQuery,
    byId: (id: string, session: ClientSession | null = null): Promise<FlashTicket | null> =>
      tickets.findById(id).session(session).lean<FlashTicket>().exec(),
    /** Tickets without an order whose time to pay was over before that moment, the oldest first. */
    overdue: (before: Date, limit: number): Promise<FlashTicket[]> =>
      overdueQuery(before, limit).lean<FlashTicket[]>().exec(),
    async byIds(ids: readonly string[], session: ClientSession | null = null): Promise<Map<string, FlashTicket>> {
      const found = await tickets
        .find({ _id: trusted({ $in: ids }) })
        .session(session)
        .lean<FlashTicket[]>()
        .exec();
      return new Map(found.map((ticket) => [ticket._id, ticket]));
    },
    async insert(session: ClientSession, fresh: readonly FlashTicket[]): Promise<void> {
      await rowsOf(tickets).insertMany([...fresh], { session });
    },
    /** Binds tickets that nobody's order has to orders. Throws, which ends the transaction, when one isn't as the transaction has seen it. */
    async bind(session: ClientSession, bound: readonly { id: string; orderId: string | null }[]): Promise<void> {
      if (bound.length === 0) return;
      const { modifiedCount } = await rowsOf(tickets).bulkWrite(
        bound.map(({ id, orderId }) => ({
          updateOne: {
            filter: { _id: id, status: 'HELD', orderId: null },
            update: { $set: { status: 'ORDERED', orderId } },
          },
        })),
        { session },
      );
      if (modifiedCount !== bound.length) throw new Error('a ticket changed inside a transaction that had read it');
    },
    /** Moves a ticket on from one of these states, for the order (null: a ticket without one); false and nothing done otherwise. */
    async move(
      session: ClientSession,
      move: {
        id: string;
        from: readonly TicketStatus[];
        to: TicketStatus;
        heldBy: string | null;
        orderId: string | null;
      },
    ): Promise<boolean> {
      const { id, from, to, heldBy, orderId } = move;
      const { modifiedCount } = await tickets
        .updateOne({ _id: id, status: trusted({ $in: from }), orderId: heldBy }, { $set: { status: to, orderId } })
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
    /** Counts more units for members. */
    async countUnits(session: ClientSession, counted: readonly { counter: string; units: number }[]): Promise<void> {
      await rowsOf(memberUnits).bulkWrite(
        counted.map(({ counter, units }) => ({
          updateOne: { filter: { _id: counter }, update: { $inc: { units } }, upsert: true },
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
