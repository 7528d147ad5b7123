import type { mongo } from 'mongoose';
import type { Migration } from '#kit/mongo/migrations.ts';
import { SealBrokenError } from '#kit/personal-data/seal.ts';
import { orderOf, placeOfReason, type AfterSale, type ReturnParcel } from '../after-sale/domain/after-sale.ts';
import type { Invoice } from '../invoice/domain/invoice.ts';
import type { Order } from '../order/domain/order.ts';
import type { OrderPrivacy, WordsField } from '../personal-data/order-privacy.ts';

const rowsAtOnce = 500;
type Changes = Record<string, unknown>;

/**
 * Reasons that people gave, parcels on their way back and what the issuer of invoices said were stored in the open. Only what was sealed at its place opens there, so
 * a second run seals nothing twice.
 */
export function sealWords(privacy: OrderPrivacy): Migration {
  /** Sealed, or as it is when it is that already; empty when its member was erased meanwhile. */
  async function sealed(order: Pick<Order, '_id' | 'memberId'>, field: WordsField, of: string, words: string) {
    try {
      return (await privacy.wordsOf(order, field, of, words)) === null ? '' : words;
    } catch (error) {
      if (!(error instanceof SealBrokenError)) throw error;
      return privacy.sealWords(order, field, of, words);
    }
  }

  async function ofOrder(order: Order): Promise<Changes> {
    const { hold, cancellation, timeline } = order;
    const changes: Changes = {};
    if (hold?.reason) changes['hold.reason'] = await sealed(order, 'orders.hold', order._id, hold.reason);
    if (!cancellation?.reason || cancellation.actor === 'system') return changes;
    const { id, reason, afterSaleId } = cancellation;
    const [field, of] =
      afterSaleId === null ? (['orders.cancellation', id] as const) : (['afterSales.reason', afterSaleId] as const);
    changes['cancellation.reason'] = await sealed(order, field, of, reason);
    changes['timeline'] = timeline.map((entry) => (entry.status === 'CANCELLED' ? { ...entry, note: null } : entry));
    return changes;
  }

  async function ofAfterSale({ _id, reason, refusal, parcel, receipts = [], ...rest }: AfterSale): Promise<Changes> {
    const order = orderOf(rest);
    const plainParcel = parcel !== null && 'carrier' in parcel ? (parcel as unknown as ReturnParcel) : null;
    const sealedReceipts = receipts.map(async (receipt) => ({
      ...receipt,
      lines: await Promise.all(
        receipt.lines.map(async (line) => {
          if (!line.reason) return line;
          return {
            ...line,
            reason: await sealed(order, 'afterSales.receipts', placeOfReason(receipt.id, line), line.reason),
          };
        }),
      ),
    }));
    return {
      ...(reason && { reason: await sealed(order, 'afterSales.reason', _id, reason) }),
      ...(refusal && { refusal: await sealed(order, 'afterSales.refusal', _id, refusal) }),
      ...(plainParcel && { parcel: await privacy.sealParcel(order, _id, plainParcel) }),
      receipts: await Promise.all(sealedReceipts),
    };
  }

  async function ofInvoice({ _id, failure, redLetter, ...rest }: Invoice): Promise<Changes> {
    const order = orderOf(rest);
    return {
      ...(failure && { failure: await sealed(order, 'invoices.failure', _id, failure) }),
      ...(redLetter?.reissue === false && {
        'redLetter.reason': await sealed(order, 'invoices.voidReason', _id, redLetter.reason),
      }),
    };
  }

  return {
    id: '2026-11-23-seal-words',
    async up(connection) {
      const database = connection.getClient().db(connection.name);
      const telling = { $nin: [null, ''] };
      const orders = { $or: [{ 'hold.reason': telling }, { 'cancellation.reason': telling }] };
      const invoices = { $or: [{ failure: telling }, { 'redLetter.reissue': false }] };
      await changeAll(database.collection('orders'), orders, ofOrder);
      await changeAll(database.collection('afterSales'), {}, ofAfterSale);
      await changeAll(database.collection('invoices'), invoices, ofInvoice);
    },
  };
}

/** Changes every row that `filter` finds, some at a time. */
async function changeAll<Row extends { readonly _id: string }>(
  collection: mongo.Collection,
  filter: mongo.Filter<mongo.Document>,
  change: (row: Row) => Promise<Changes>,
): Promise<void> {
  for (let after = ''; ;) {
    const page = { $and: [filter, { _id: { $gt: after as never } }] };
    const rows = await collection.find(page).sort({ _id: 1 }).limit(rowsAtOnce).toArray();
    const last = rows.at(-1);
    if (last === undefined) return;
    const writes = await Promise.all(
      (rows as unknown as Row[]).map(async (row) => ({
        updateOne: { filter: { _id: row._id as never }, update: { $set: await change(row) } },
      })),
    );
    await collection.bulkWrite(writes, { ordered: false });
    after = String(last._id);
  }
}
