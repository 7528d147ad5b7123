import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
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
    async insert(session: ClientSession, ticket: FlashTicket): Promise<void> {
      await tickets.create([ticket], { session });
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
    /** Makes sure that the member's counter exists: inside a transaction a first insert could collide and end it. */
    async openCounter(itemId: string, memberId: string): Promise<void> {
      await memberUnits
        .updateOne({ _id: unitsKey(itemId, memberId) }, { $setOnInsert: { units: 0 } }, { upsert: true })
        .exec()
        .catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        });
    },
    /** Counts units for a member who stays within the limit; false and nothing counted otherwise. */
    async countUnits(session: ClientSession, ticket: FlashTicket, limit: number | null): Promise<boolean> {
      const within = limit === null ? {} : { units: trusted({ $lte: limit - ticket.quantity }) };
      const { modifiedCount } = await memberUnits
        .updateOne({ _id: unitsKey(ticket.itemId, ticket.memberId), ...within }, { $inc: { units: ticket.quantity } })
        .session(session)
        .exec();
      return modifiedCount === 1;
    },
    /** Takes returned units off the member's count. */
    async uncountUnits(session: ClientSession, ticket: FlashTicket): Promise<void> {
      await memberUnits
        .updateOne({ _id: unitsKey(ticket.itemId, ticket.memberId) }, { $inc: { units: -ticket.quantity } })
        .session(session)
        .exec();
    },
  };
}
export type FlashTicketStore = ReturnType<typeof createFlashTicketStore>;

function unitsKey(itemId: string, memberId: string): string {
  return `${itemId}:${memberId}`;
}
