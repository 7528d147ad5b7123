import type { ClientSession, Connection } from 'mongoose';
import { gatherKeys, gatherRow } from '#kit/gather/gathered-reads.ts';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { defineModel, trusted, trustedExpression } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { moneyArrived, type Payment, type PaymentNotification, type PaymentProviderName } from '../domain/payment.ts';

/** Money that a provider has received. */
type ArrivedMoney = Pick<PaymentNotification, 'paymentId' | 'orderId' | 'transactionId'>;

/** Where attempts to pay are kept. */
export function createPayments(connection: Connection) {
  const model = defineModel<Payment>(
    connection,
    'Payment',
    {
      _id: { type: String, required: true },
      orderId: { type: String, required: true },
      memberId: { type: String, default: null },
      provider: { type: String, required: true },
      status: { type: String, required: true },
      amountMinor: { type: Number, required: true },
      part: String,
      editId: String,
      currency: { type: String, required: true },
      clientParameters: { type: {}, default: null },
      transactionId: { type: String, default: null },
      captured: { type: Boolean, required: true },
      refundedMinor: { type: Number, required: true },
      createdAt: { type: Date, required: true },
      settledAt: { type: Date, default: null },
      task: {
        _id: false,
        default: undefined,
        type: {
          scene: { type: String, required: true },
          expiresAt: { type: Date, required: true },
          reference: { type: String },
          askAt: { type: Date },
          asks: { type: Number, required: true },
        },
      },
    },
    {
      collection: 'payments',
      indexes: [
        { key: { orderId: 1, _id: 1 } },
        { key: { provider: 1, settledAt: 1 } },
        { key: { 'task.askAt': 1 }, partialFilterExpression: { 'task.askAt': { $exists: true } } },
      ],
    },
  );

  const paymentTogether = gatherRow((ids) => rowsById(model, ids));
  const ofOrdersTogether = gatherKeys(async (orderIds) => {
    const found = await model
      .find({ orderId: trusted({ $in: orderIds }) })
      .sort({ orderId: 1, _id: 1 })
      .lean<Payment[]>()
      .exec();
    return Map.groupBy(found, ({ orderId }) => orderId);
  });

  const recordTogether = createInserts(() => rowsOf(model));

  return {
    async byId(id: string, session?: ClientSession): Promise<Payment | null> {
      return session ? model.findOne({ _id: id }, null, { session }).lean<Payment>().exec() : paymentTogether(id);
    },

    async byIds(ids: readonly string[]): Promise<Payment[]> {
      return model
        .find({ _id: trusted({ $in: ids }) })
        .lean<Payment[]>()
        .exec();
    },

    /** The payments of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<Payment[]> {
      return [...(await ofOrdersTogether(orderIds)).values()].flat();
    },

    /** The payments whose money some orders were paid with, oldest first. */
    async capturedFor(orderIds: readonly string[], session?: ClientSession): Promise<Payment[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }), captured: true }, null, { session })
        .sort({ _id: 1 })
        .lean<Payment[]>()
        .exec();
    },

    /** Records an intent; one that is there already is left as it is. */
    async record(payment: Payment): Promise<void> {
      await recordTogether(payment);
    },

    /** Records a payment in the caller's transaction. */
    async insert(session: ClientSession, payment: Payment): Promise<void> {
      await model.create([payment], { session });
    },

    async insertMany(session: ClientSession, payments: readonly Payment[]): Promise<void> {
      await model.collection.insertMany(payments as never, { session });
    },

    /** Keeps the provider's own name for the payment, whatever has become of it. */
    async nameAtProvider(id: string, reference: string): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { 'task.reference': reference } }).exec();
    },

    /** Keeps what the client needs for the provider, while the payment is open. */
    async prepare(id: string, clientParameters: Readonly<Record<string, string>>): Promise<void> {
      await model.updateOne({ _id: id, status: 'PENDING' }, { $set: { clientParameters } }).exec();
    },

    /** The money of payments has arrived; false when that was known of one, and the transaction must not be committed then unless it was the only one. One write. */
    async succeedAll(
      session: ClientSession,
      arrived: readonly (ArrivedMoney & { readonly at: Date })[],
    ): Promise<boolean> {
      const settled = await rowsOf(model).bulkWrite(
        arrived.map(({ paymentId, transactionId, at }) => ({
          updateOne: {
            filter: { _id: paymentId, status: { $ne: 'SUCCEEDED' as const } },
            update: { $set: moneyArrived({ transactionId }, at), $unset: { 'task.askAt': '' as const } },
          },
        })),
        { session, ordered: false },
      );
      return settled.matchedCount === arrived.length;
    },

    /** Orders were paid with these payments' money: other attempts that are still open are no longer wanted. One write. */
    async captureAll(
      session: ClientSession,
      arrived: readonly Pick<ArrivedMoney, 'paymentId' | 'orderId'>[],
    ): Promise<void> {
      await rowsOf(model).bulkWrite(
        arrived.flatMap(({ paymentId, orderId }) => [
          { updateOne: { filter: { _id: paymentId }, update: { $set: { captured: true } } } },
          { updateMany: { filter: openOf(orderId), update: closing } },
        ]),
        { session },
      );
    },

    /** The provider refused: false when it was settled otherwise. */
    async fail(id: string, transactionId: string, at: Date): Promise<boolean> {
      const settled = await model
        .updateOne(
          { _id: id, status: 'PENDING' },
          {
            $set: { status: 'FAILED', transactionId, settledAt: at, clientParameters: null },
            $unset: { 'task.askAt': '' },
          },
        )
        .exec();
      return settled.matchedCount === 1;
    },

    /** Attempts that are still open are no longer wanted; the provider is to be told at once. */
    async closeOpen(session: ClientSession, orderId: string): Promise<void> {
      await rowsOf(model).updateMany(openOf(orderId), closing, { session });
    },

    /** The payments of one provider whose money arrived in a time, the end excluded. */
    async settledIn(provider: PaymentProviderName, from: Date, to: Date): Promise<Payment[]> {
      return model
        .find({ provider, status: 'SUCCEEDED', settledAt: trusted({ $gte: from, $lt: to }) })
        .lean<Payment[]>()
        .exec();
    },

    /** Payments whose provider is to be asked how far they are, the longest due first. */
    async toAsk(now: Date, limit: number): Promise<Payment[]> {
      return model
        .find({ 'task.askAt': trusted({ $exists: true, $lte: now }) })
        .sort({ 'task.askAt': 1 })
        .limit(limit)
        .lean<Payment[]>()
        .exec();
    },

    /** Notes when to ask the provider again, unless its word is final by now. */
    async askAgainAt(id: string, at: Date): Promise<void> {
      await model
        .updateOne(
          { _id: id, 'task.askAt': trusted({ $exists: true }) },
          { $set: { 'task.askAt': at }, $inc: { 'task.asks': 1 } },
        )
        .exec();
    },

    /** The provider takes no money for it any more: nobody needs to be asked again. */
    async closeForGood(id: string): Promise<void> {
      await model.updateOne({ _id: id }, { $unset: { 'task.askAt': '' } }).exec();
      await model
        .updateOne({ _id: id, status: 'PENDING' }, { $set: { status: 'CLOSED', clientParameters: null } })
        .exec();
    },

    /** Counts money that goes back; false when that would be more than was received. */
    async countRefund(session: ClientSession, id: string, amountMinor: number): Promise<boolean> {
      const fits = { $lte: [{ $add: ['$refundedMinor', { $literal: amountMinor }] }, '$amountMinor'] };
      const counted = await model
        .updateOne(
          { _id: id, status: 'SUCCEEDED', $expr: trustedExpression(fits) },
          { $inc: { refundedMinor: amountMinor } },
          { session },
        )
        .exec();
      return counted.matchedCount === 1;
    },
  };
}

export type Payments = ReturnType<typeof createPayments>;

const openOf = (orderId: string) => ({ orderId, status: 'PENDING' as const });
/** Whether the provider was to be asked about it or not: it is to be told at once. */
const closing = [
  {
    $set: {
      status: 'CLOSED',
      clientParameters: null,
      task: {
        $cond: [{ $gt: ['$task.askAt', null] }, { $mergeObjects: ['$task', { askAt: new Date(0) }] }, '$task'],
      },
    },
  },
];
