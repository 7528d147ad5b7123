import type { Connection } from 'mongoose';
import { ownRows, type Belongings, type MergedMembers } from '#kit/member-merges/member-merges.ts';
import { trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { AfterSale } from '../../after-sale/domain/after-sale.ts';
import type { Invoice } from '../../invoice/domain/invoice.ts';
import type { Order } from '../../order/domain/order.ts';
import { orderModel } from '../../order/store/order-schema.ts';
import type { Payment } from '../../payment/domain/payment.ts';

/** A row that says something of a person. */
type Saying = Order | AfterSale | Invoice;

/** Where it is. */
export type SayingKind = 'orders' | 'afterSales' | 'invoices';

/** A sealed text that takes the place of another one. */
export interface ExchangedText {
  /** Of the row. */
  readonly id: string;
  /** Where in the row. */
  readonly path: string;
  readonly before: string;
  readonly now: string;
}

/** What orders, their payments, after-sales and invoices have of a member. Open the other stores of the connection first. */
export function createMembersOrders(connection: Connection) {
  const orders = orderModel(connection);
  const afterSales = connection.model<AfterSale>('AfterSale');
  const invoices = connection.model<Invoice>('Invoice');
  const payments = connection.model<Payment>('Payment');
  const models = { orders, afterSales, invoices };

  const ofOrders: Belongings = {
    async move(session, merged, most) {
      const theirs = await orders
        .find({ memberId: merged.from }, { _id: 1 }, { session })
        .limit(most)
        .lean<Pick<Order, '_id'>[]>()
        .exec();
      if (theirs.length === 0) return 0;
      const ids = theirs.map(({ _id }) => _id);
      const memberId = merged.into;
      await payments.updateMany({ orderId: trusted({ $in: ids }) }, { $set: { memberId } }, { session }).exec();
      await orders.updateMany({ _id: trusted({ $in: ids }) }, { $set: { memberId } }, { session }).exec();
      return ids.length;
    },
  };

  return {
    /** In this order, so that an after-sale is never another member's than its order is or was. */
    belongings: [ofOrders, ownRows(connection, 'afterSales'), ownRows(connection, 'invoices')] as readonly Belongings[],

    /** Rows of a member by their ids, those behind `after`. */
    async page(kind: SayingKind, memberId: string, after: string, limit: number): Promise<Saying[]> {
      return rowsOf<Saying>(models[kind] as never)
        .find({ memberId, _id: { $gt: after } })
        .sort({ memberId: 1, _id: 1 })
        .limit(limit)
        .toArray() as Promise<Saying[]>;
    },

    /** Payments of these orders that were begun while the orders moved go, too. */
    async movePayments(orderIds: readonly string[], { from, into }: MergedMembers): Promise<void> {
      const left = { orderId: trusted({ $in: orderIds }), memberId: from };
      await payments.updateMany(left, { $set: { memberId: into } }).exec();
    },

    /** Writes what was sealed anew, each only while it is as it was read. */
    async exchange(kind: SayingKind, texts: readonly ExchangedText[]): Promise<void> {
      if (texts.length === 0) return;
      await rowsOf<Saying>(models[kind] as never).bulkWrite(
        texts.map(({ id, path, before, now }) => ({
          updateOne: { filter: { _id: id, [path]: before }, update: { $set: { [path]: now } } },
        })) as never,
        { ordered: false },
      );
    },
  };
}

export type MembersOrders = ReturnType<typeof createMembersOrders>;
