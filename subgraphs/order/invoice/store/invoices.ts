import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, type Page } from '#kit/connection/connection.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { ownRowsIndex } from '#kit/mongo/own-rows.ts';
import type { Invoice, InvoiceStatus, IssuedDocument } from '../domain/invoice.ts';

const text = { type: String, required: true } as const;
const mayBeText = { type: String, default: null } as const;
const mayBeDate = { type: Date, default: null } as const;

/** Where invoices are kept. Every write is conditional on the state it leaves. */
export function createInvoices(connection: Connection) {
  const model = defineModel<Invoice>(
    connection,
    'Invoice',
    {
      _id: text,
      orderId: text,
      memberId: text,
      buyer: text,
      amountMinor: { type: Number, required: true },
      currency: text,
      status: text,
      live: { type: Boolean, required: true },
      code: mayBeText,
      number: mayBeText,
      url: mayBeText,
      failure: mayBeText,
      redLetter: {
        type: { _id: false, id: text, reason: text, reissue: { type: Boolean, required: true } },
        default: null,
      },
      replaces: mayBeText,
      createdAt: { type: Date, required: true },
      issuedAt: mayBeDate,
      voidedAt: mayBeDate,
      task: {
        type: { _id: false, askAt: { type: Date, required: true }, asks: { type: Number, required: true } },
        default: null,
      },
    },
    {
      collection: 'invoices',
      indexes: [
        { key: { orderId: 1 }, unique: true, partialFilterExpression: { live: true }, name: 'one_live_per_order' },
        { key: { orderId: 1, _id: 1 } },
        ownRowsIndex,
        { key: { status: 1, _id: -1 } },
        { key: { 'task.askAt': 1 }, partialFilterExpression: { 'task.askAt': { $exists: true } } },
      ],
    },
  );
  const after = { returnDocument: 'after' } as const;

  return {
    async byId(id: string): Promise<Invoice | null> {
      return model.findOne({ _id: id }).lean<Invoice>().exec();
    },

    /** With `memberId` that member's only: those of others take as long as none. */
    async byIds(ids: readonly string[], memberId: string | null): Promise<Invoice[]> {
      const wanted = { _id: trusted({ $in: ids }) };
      const found = memberId === null ? model.find(wanted) : model.find({ ...wanted, memberId }).hint(ownRowsIndex.key);
      return found.lean<Invoice[]>().exec();
    },

    /** The invoices of some orders, oldest first. */
    async ofOrders(orderIds: readonly string[]): Promise<Invoice[]> {
      return model
        .find({ orderId: trusted({ $in: orderIds }) })
        .sort({ orderId: 1, _id: 1 })
        .lean<Invoice[]>()
        .exec();
    },

    /** The orders of a member that have an invoice about which the platform is still to be asked. */
    async waitingOf(memberId: string, session?: ClientSession): Promise<string[]> {
      const waiting = { memberId, 'task.askAt': trusted({ $gt: new Date(0) }) };
      const rows = await model.find(waiting, { orderId: 1 }, { session }).lean<Pick<Invoice, 'orderId'>[]>().exec();
      return rows.map(({ orderId }) => orderId);
    },

    /** The order's invoice that is valid or on its way. */
    async liveOf(orderId: string, session?: ClientSession): Promise<Invoice | null> {
      return model.findOne({ orderId, live: true }, null, { session }).lean<Invoice>().exec();
    },

    async insertIn(session: ClientSession, invoice: Invoice): Promise<void> {
      await model.create([invoice], { session });
    },

    /** Notes that the platform is about to be asked, and when to ask again if that decides nothing. */
    async noteAsked(id: string, askAt: Date): Promise<void> {
      await model
        .updateOne(
          { _id: id, task: trusted({ $ne: null }) },
          { $set: { 'task.askAt': askAt }, $inc: { 'task.asks': 1 } },
        )
        .exec();
    },

    /** The platform has issued it; null when that was known. */
    async issue(session: ClientSession, id: string, document: IssuedDocument, at: Date): Promise<Invoice | null> {
      const set = { ...document, status: 'ISSUED', issuedAt: at, task: null } as const;
      return model
        .findOneAndUpdate({ _id: id, status: 'REQUESTED' }, { $set: set }, { ...after, session })
        .lean<Invoice>()
        .exec();
    },

    /** The platform won't issue it: another one may be asked for. */
    async fail(id: string, failure: string): Promise<void> {
      await model
        .updateOne({ _id: id, status: 'REQUESTED' }, { $set: { status: 'FAILED', live: false, failure, task: null } })
        .exec();
    },

    /** The platform won't void it now: it is asked again, and somebody has to see to it. */
    async noteFailure(id: string, failure: string): Promise<void> {
      await model.updateOne({ _id: id, status: 'VOIDING' }, { $set: { failure } }).exec();
    },

    /** An issued one is to be voided; null when it isn't issued. */
    async beginVoiding(
      id: string,
      redLetter: NonNullable<Invoice['redLetter']>,
      at: Date,
      session?: ClientSession,
    ): Promise<Invoice | null> {
      const set = { status: 'VOIDING', redLetter, task: { askAt: at, asks: 0 } } as const;
      return model
        .findOneAndUpdate({ _id: id, status: 'ISSUED' }, { $set: set }, { ...after, session })
        .lean<Invoice>()
        .exec();
    },

    /** The red letter is out; null when that was known. */
    async endVoiding(session: ClientSession, id: string, at: Date): Promise<Invoice | null> {
      const set = { status: 'VOIDED', live: false, voidedAt: at, failure: null, task: null } as const;
      return model
        .findOneAndUpdate({ _id: id, status: 'VOIDING' }, { $set: set }, { ...after, session })
        .lean<Invoice>()
        .exec();
    },

    /** Invoices about which the platform is to be asked, the longest due first. */
    async toAsk(now: Date, limit: number): Promise<Invoice[]> {
      return model
        .find({ 'task.askAt': trusted({ $lte: now }) })
        .sort({ 'task.askAt': 1 })
        .limit(limit)
        .lean<Invoice[]>()
        .exec();
    },

    /** In some states, newest first; one more than `first`. */
    async page(statuses: readonly InvoiceStatus[], { first, after: from }: Page): Promise<Invoice[]> {
      return model
        .find({ status: trusted({ $in: statuses }), ...keysetFilter([{ field: '_id', direction: -1 }], from) })
        .sort({ _id: -1 })
        .limit(first + 1)
        .lean<Invoice[]>()
        .exec();
    },

    async count(statuses: readonly InvoiceStatus[]): Promise<number> {
      return model.countDocuments({ status: trusted({ $in: statuses }) }).exec();
    },
  };
}

export type Invoices = ReturnType<typeof createInvoices>;
