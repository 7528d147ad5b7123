import type { Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import type { Reconciliation } from '../domain/reconciliation.ts';

/** Where the comparisons with the providers' statements are kept. */
export function createReconciliations(connection: Connection) {
  const amount = { type: { amountMinor: Number, currency: String }, _id: false, default: null };
  const model = defineModel<Reconciliation>(
    connection,
    'Reconciliation',
    {
      _id: { type: String, required: true },
      provider: { type: String, required: true },
      date: { type: String, required: true },
      comparedAt: { type: Date, required: true },
      payments: { type: Number, required: true },
      refunds: { type: Number, required: true },
      differences: [{ _id: false, reason: String, subject: String, id: String, here: amount, atProvider: amount }],
    },
    { collection: 'reconciliations', indexes: [] },
  );

  return {
    async byId(id: string): Promise<Reconciliation | null> {
      return model.findOne({ _id: id }).lean<Reconciliation>().exec();
    },

    /** Keeps a comparison, in place of an earlier one of the same day. */
    async keep(reconciliation: Reconciliation): Promise<void> {
      await model.replaceOne({ _id: reconciliation._id }, reconciliation, { upsert: true }).exec();
    },
  };
}

export type Reconciliations = ReturnType<typeof createReconciliations>;
