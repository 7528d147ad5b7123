import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { priceStep } from '../../order/store/order-schema.ts';
import { editTransitions, workingStates, type EditMove, type OrderEdit } from '../domain/order-edit.ts';

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;

/** Where edits of orders are kept. Every move is conditional on the state it leaves. */
export function createOrderEdits(connection: Connection) {
  const model = defineModel<OrderEdit>(
    connection,
    'OrderEdit',
    {
      _id: text,
      orderId: text,
      actor: text,
      requestedAt: date,
      state: text,
      leaseUntil: date,
      removed: [{ orderLineId: text, skuId: text, quantity: number, minor: number }],
      added: [
        {
          lineId: text,
          skuId: text,
          productId: text,
          title: text,
          quantity: number,
          unitPriceMinor: number,
          totalMinor: number,
          weightGrams: number,
          steps: [priceStep],
          shipsAfter: { type: Date, default: null },
          supplierId: { type: String, default: null },
        },
      ],
      // Written to the order as it is.
      anew: { type: {}, default: undefined },
      benefits: {
        promotions: [{ promotionId: String, amountMinor: Number }],
        coupons: [{ templateId: String, couponId: String, amountMinor: Number }],
        flashTicketId: { type: String, default: null },
      },
      freightMinor: number,
      pointsReturned: number,
      pointsAdded: { type: Number, default: 0 },
      balanceMinor: number,
      currency: text,
      expiresAt: date,
      paymentId: { type: String, default: null },
      // Refusals carry facts of their own, as their types say.
      refusals: [{}],
      open: Boolean,
    },
    {
      collection: 'orderEdits',
      indexes: [
        { key: { orderId: 1 }, unique: true, partialFilterExpression: { open: true }, name: 'one_open_per_order' },
        { key: { orderId: 1, _id: 1 } },
        { key: { state: 1, leaseUntil: 1 }, partialFilterExpression: { open: true } },
        { key: { state: 1, expiresAt: 1 }, partialFilterExpression: { open: true } },
      ],
    },
  );
  const after = { returnDocument: 'after' } as const;

  /** One that nobody works on any more. */
  const abandoned = (now: Date) => ({
    open: true as const,
    state: trusted({ $in: workingStates }),
    leaseUntil: trusted({ $lte: now }),
  });

  return {
    async byId(id: string): Promise<OrderEdit | null> {
      return model.findOne({ _id: id }).lean<OrderEdit>().exec();
    },

    async byIds(ids: readonly string[]): Promise<OrderEdit[]> {
      return model
        .find({ _id: trusted({ $in: ids }) })
        .lean<OrderEdit[]>()
        .exec();
    },

    /** The edits of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<OrderEdit[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }) })
        .sort({ orderId: 1, _id: 1 })
        .lean<OrderEdit[]>()
        .exec();
    },

    /** The edit of an order that waits for its payment; null when there is none. */
    async awaitingOf(orderId: string): Promise<OrderEdit | null> {
      return model.findOne({ orderId, open: true, state: 'AWAITING_PAYMENT' }).lean<OrderEdit>().exec();
    },

    /** Writes a new edit; false when the order has one that isn't at its end. */
    async insert(edit: OrderEdit): Promise<boolean> {
      try {
        await model.create([edit]);
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** Makes a move; null when the edit isn't in a state that the move leaves. */
    async move(
      id: string,
      name: EditMove,
      set: Partial<Pick<OrderEdit, 'leaseUntil' | 'paymentId' | 'refusals'>> = {},
      session: ClientSession | null = null,
    ): Promise<OrderEdit | null> {
      const { from, to } = editTransitions[name];
      const isOver = to === 'DONE' || to === 'UNDONE';
      return model
        .findOneAndUpdate(
          { _id: id, state: trusted({ $in: from }) },
          { $set: { ...set, state: to }, ...(isOver ? { $unset: { open: '' } } : {}) },
          { ...after, session },
        )
        .lean<OrderEdit>()
        .exec();
    },

    /** Whether there is one to take over. */
    async hasAbandoned(now: Date): Promise<boolean> {
      return (await model.exists(abandoned(now)).exec()) !== null;
    },

    /** Takes over one that nobody works on any more, the longest waiting first; null when there is none. */
    async takeOver(now: Date, leaseUntil: Date): Promise<OrderEdit | null> {
      return model
        .findOneAndUpdate(abandoned(now), { $set: { leaseUntil } }, { ...after, sort: { leaseUntil: 1 } })
        .lean<OrderEdit>()
        .exec();
    },

    /** Those whose time to pay is over. */
    async unpaidBefore(instant: Date, limit: number): Promise<OrderEdit[]> {
      return model
        .find({ open: true, state: 'AWAITING_PAYMENT', expiresAt: trusted({ $lte: instant }) })
        .limit(limit)
        .lean<OrderEdit[]>()
        .exec();
    },
  };
}

export type OrderEdits = ReturnType<typeof createOrderEdits>;
