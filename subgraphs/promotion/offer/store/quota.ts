import type { ClientSession, Model } from 'mongoose';
import { rowsOf } from '#kit/mongo/rows-of.ts';

/** What is sold in a limited number, with the units that are left. */
interface Limited {
  readonly _id: string;
  readonly remaining: number;
}

/** The writes on quotas that are kept in a model's rows. */
export function quotaOf<Row extends Limited>(model: Model<Row>) {
  const rows = () => rowsOf<Limited>(model as unknown as Model<Limited>);
  return {
    /** Takes units off quotas. Throws, which ends the transaction, when fewer are left than the transaction has seen. */
    async takeUnits(session: ClientSession, taken: readonly { itemId: string; quantity: number }[]): Promise<void> {
      if (taken.length === 0) return;
      const { modifiedCount } = await rows().bulkWrite(
        taken.map(({ itemId, quantity }) => ({
          updateOne: {
            filter: { _id: itemId, remaining: { $gte: quantity } },
            update: { $inc: { remaining: -quantity } },
          },
        })),
        { session },
      );
      if (modifiedCount !== taken.length) throw new Error('a quota changed inside a transaction that had read it');
    },
    /** Gives units back to the quota. */
    async returnUnits(session: ClientSession, itemId: string, quantity: number): Promise<void> {
      await rows().updateOne({ _id: itemId }, { $inc: { remaining: quantity } }, { session });
    },
  };
}
