import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { gatherOwnRow, ownRowsIndex } from '#kit/mongo/own-rows.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import {
  afterSaleTransitions,
  exchangeOff,
  isUnderWay,
  linesAsReturn,
  type AfterSale,
  type AfterSaleLine,
  type AfterSaleMove,
  type Receipt,
} from '../domain/after-sale.ts';

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;

const receipt = {
  _id: false,
  id: text,
  at: date,
  lines: [
    {
      _id: false,
      orderLineId: text,
      skuId: text,
      restocked: number,
      writtenOff: number,
      reason: { type: String, default: null },
      refundMinor: number,
    },
  ],
  settledAt: { type: Date, default: null },
};

/** Fields that a move may set besides the state. */
type Settable = Partial<
  Pick<
    AfterSale,
    'kind' | 'refusal' | 'refundMinor' | 'withdrawal' | 'replacement' | 'parcel' | 'pendingSince' | 'lines'
  >
>;

/** Where after-sales are kept. */
export function createAfterSales(connection: Connection) {
  const model = defineModel<AfterSale>(
    connection,
    'AfterSale',
    {
      _id: text,
      orderId: text,
      memberId: text,
      kind: text,
      status: text,
      lines: [
        {
          orderLineId: String,
          skuId: String,
          quantity: Number,
          paidMinor: Number,
          refundMinor: Number,
          replacementSkuId: { type: String, default: null },
          receivedUnits: Number,
          receivedMinor: Number,
        },
      ],
      refundMinor: number,
      currency: text,
      reason: text,
      refusal: { type: String, default: null },
      withdrawal: { type: String, default: null },
      replacement: { type: String, default: null },
      parcel: { type: { _id: false, sealed: text, sentAt: date }, default: null },
      receipts: [receipt],
      pendingSince: { type: Date, default: null },
      createdAt: date,
      updatedAt: date,
    },
    {
      collection: 'afterSales',
      indexes: [
        { key: { orderId: 1, _id: 1 } },
        ownRowsIndex,
        { key: { pendingSince: 1 }, partialFilterExpression: { pendingSince: { $type: 'date' } } },
      ],
    },
  );
  const after = { returnDocument: 'after' } as const;

  async function rest(id: string, session?: ClientSession): Promise<void> {
    const settled = trusted({ $not: { $elemMatch: { settledAt: null } } });
    await model
      .updateOne(
        { _id: id, receipts: settled, replacement: trusted({ $ne: 'RELEASING' as const }) },
        { $set: { pendingSince: null } },
        { session },
      )
      .exec();
  }

  return {
    /** The orders of a member of which something is being put right. */
    async underWayOf(memberId: string, session?: ClientSession): Promise<string[]> {
      const rows = await model
        .find({ memberId }, { orderId: 1, status: 1, pendingSince: 1 }, { session })
        .lean<Pick<AfterSale, 'orderId' | 'status' | 'pendingSince'>[]>()
        .exec();
      return rows.filter(isUnderWay).map(({ orderId }) => orderId);
    },

    /** A member's own; one of somebody else takes as long as none. */
    own: gatherOwnRow<AfterSale>(() => rowsOf(model)),

    async byId(id: string, session?: ClientSession): Promise<AfterSale | null> {
      return model.findOne({ _id: id }, null, { session }).lean<AfterSale>().exec();
    },

    async byIds(ids: readonly string[]): Promise<AfterSale[]> {
      return model
        .find({ _id: trusted({ $in: ids }) })
        .lean<AfterSale[]>()
        .exec();
    },

    /** The after-sales of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<AfterSale[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }) })
        .sort({ orderId: 1, _id: 1 })
        .lean<AfterSale[]>()
        .exec();
    },

    async insert(session: ClientSession, afterSale: AfterSale): Promise<void> {
      await model.create([afterSale], { session });
    },

    /**
     * Makes a move if the after-sale is still in the state it leaves; null if it isn't. While the warehouses are being asked to keep the goods, only their
     * answer moves it.
     */
    async move(
      id: string,
      move: AfterSaleMove,
      at: Date,
      set: Settable = {},
      session?: ClientSession,
    ): Promise<AfterSale | null> {
      const { from, to } = afterSaleTransitions[move];
      const ours = move === 'refundUnsent' || move === 'overtake';
      const withdrawal = ours ? {} : { withdrawal: trusted({ $ne: 'ASKED' as const }) };
      return model
        .findOneAndUpdate(
          { _id: id, status: trusted({ $in: from }), ...withdrawal },
          { $set: { ...set, status: to, updatedAt: at } },
          { ...after, session },
        )
        .lean<AfterSale>()
        .exec();
    },

    /** Grants a request as it was read: not one that became something else meanwhile. */
    async approve(
      { _id, kind }: AfterSale,
      set: Pick<AfterSale, 'pendingSince' | 'replacement'>,
      at: Date,
    ): Promise<AfterSale | null> {
      const { from, to } = afterSaleTransitions.approve;
      const unchanged = { kind, status: trusted({ $in: from }), withdrawal: trusted({ $ne: 'ASKED' as const }) };
      return model
        .findOneAndUpdate({ _id, ...unchanged }, { $set: { ...set, status: to, updatedAt: at } }, after)
        .lean<AfterSale>()
        .exec();
    },

    /** The goods had left when the warehouses were asked to keep them: the shop decides. */
    async leaveToShop(id: string, at: Date): Promise<void> {
      await model
        .updateOne(
          { _id: id, withdrawal: 'ASKED' },
          { $set: { withdrawal: 'TOO_LATE', pendingSince: null, updatedAt: at } },
        )
        .exec();
    },

    /** Writes down what came back, if nothing else did since `before` was read and the goods are still waited for; null otherwise. */
    async addReceipt(
      session: ClientSession,
      before: AfterSale,
      { receipt: made, lines, complete }: { receipt: Receipt; lines: readonly AfterSaleLine[]; complete: boolean },
    ): Promise<AfterSale | null> {
      const { from, to } = afterSaleTransitions.receiveAll;
      const status = complete ? to : before.status;
      const unchanged = { status: trusted({ $in: from }), receipts: trusted({ $size: before.receipts.length }) };
      return model
        .findOneAndUpdate(
          { _id: before._id, ...unchanged },
          { $push: { receipts: made }, $set: { lines, status, pendingSince: made.at, updatedAt: made.at } },
          { ...after, session },
        )
        .lean<AfterSale>()
        .exec();
    },

    /** Stock and money of a receipt are booked; null when they were before. */
    async settleReceipt(session: ClientSession, id: string, receiptId: string, at: Date): Promise<AfterSale | null> {
      return model
        .findOneAndUpdate(
          { _id: id, receipts: trusted({ $elemMatch: { id: receiptId, settledAt: null } }) },
          { $set: { 'receipts.$.settledAt': at, updatedAt: at } },
          { ...after, session },
        )
        .lean<AfterSale>()
        .exec();
    },

    /** What goes back is more than the units: the freight does, too. */
    async promise(session: ClientSession, id: string, refundMinor: number): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { refundMinor } }, { session }).exec();
    },

    /** Nothing is left for us to do, if that is so. */
    rest,

    /** Whether the replacement of an exchange is on its way, isn't to be had, or was given back (null); unless it has been shipped. */
    async noteReplacement(id: string, replacement: 'SENT' | 'SHORT' | null, at: Date): Promise<void> {
      const before = replacement === null ? 'RELEASING' : 'HELD';
      await model.updateOne({ _id: id, replacement: before }, { $set: { replacement, updatedAt: at } }).exec();
      await rest(id);
    },

    /** An exchange whose goods are not back becomes a return; null when it isn't one any more, or they are. */
    async turnIntoReturn(before: AfterSale, at: Date): Promise<AfterSale | null> {
      const lines = linesAsReturn(before);
      const refundMinor = lines.reduce((total, line) => total + line.refundMinor, 0);
      const { from } = afterSaleTransitions.overtake;
      return model
        .findOneAndUpdate(
          { _id: before._id, kind: 'EXCHANGE', status: trusted({ $in: from }), receipts: trusted({ $size: 0 }) },
          { $set: { kind: 'RETURN_AND_REFUND', lines, refundMinor, updatedAt: at, ...exchangeOff(before, at) } },
          after,
        )
        .lean<AfterSale>()
        .exec();
    },

    /** The after-sales of an order that are still under way, read in the caller's transaction. */
    async openOf(session: ClientSession, orderId: string): Promise<AfterSale[]> {
      const open = afterSaleTransitions.overtake.from;
      return model
        .find({ orderId, status: trusted({ $in: open }) }, null, { session })
        .lean<AfterSale[]>()
        .exec();
    },

    /** After-sales for which something has been left to do since before an instant, the oldest first. */
    async pendingBefore(instant: Date, limit: number): Promise<AfterSale[]> {
      return model
        .find({ pendingSince: trusted({ $lte: instant }) })
        .sort({ pendingSince: 1 })
        .limit(limit)
        .lean<AfterSale[]>()
        .exec();
    },
  };
}

export type AfterSales = ReturnType<typeof createAfterSales>;
