import type { ClientSession, Connection } from 'mongoose';
import { newId } from '#kit/ids/ids.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { GrowthCause, GrowthEntry } from '../domain/growth.ts';

interface GrowthEntryRow {
  _id: string;
  memberId: string;
  points: number;
  causeKind: GrowthCause['kind'];
  causeId: string;
  at: Date;
}

interface OrderGrowthRow {
  /** The order's id. */
  _id: string;
  memberId: string;
  goodsMinor: number;
  refundedMinor: number;
  currency: string;
}

/** What an order did for its member's growth; money in minor units. */
export interface OrderGrowth {
  readonly orderId: string;
  readonly memberId: string;
  readonly goodsMinor: number;
  readonly refundedMinor: number;
  readonly currency: string;
}

/** The growth ledger. */
export type GrowthStore = ReturnType<typeof createGrowthStore>;

/** The growth ledger, only ever added to, and what each order gave. */
export function createGrowthStore(connection: Connection) {
  const entries = defineModel<GrowthEntryRow>(
    connection,
    'GrowthEntry',
    {
      _id: { type: String, required: true },
      memberId: { type: String, required: true },
      points: { type: Number, required: true },
      causeKind: { type: String, required: true },
      causeId: { type: String, required: true },
      at: { type: Date, required: true },
    },
    { collection: 'growth_entries', indexes: [{ key: { memberId: 1, at: 1 } }] },
  );
  const orders = defineModel<OrderGrowthRow>(
    connection,
    'OrderGrowth',
    {
      _id: { type: String, required: true },
      memberId: { type: String, required: true },
      goodsMinor: { type: Number, required: true },
      refundedMinor: { type: Number, required: true },
      currency: { type: String, required: true },
    },
    { collection: 'order_growth' },
  );

  return {
    async addEntries(
      session: ClientSession,
      added: readonly (GrowthEntry & { readonly memberId: string })[],
    ): Promise<void> {
      const rows = added.map(({ memberId, points, cause, at }) => ({
        _id: newId('growthEntry'),
        memberId,
        points,
        causeKind: cause.kind,
        causeId: cause.id,
        at,
      }));
      await entries.insertMany(rows, { session });
    },

    /** Growth that these members earned after `from` and that refunds didn't take back; what reviews let lapse doesn't count against it, nor what moved between them. 0 or more. */
    async earnedAfter(session: ClientSession, memberIds: readonly string[], from: Date): Promise<number> {
      const rows = await entries
        .find({ memberId: trusted({ $in: memberIds }), at: trusted({ $gt: from }) })
        .session(session)
        .lean<GrowthEntryRow[]>()
        .exec();
      const earned = rows.filter(({ causeKind }) => causeKind !== 'REVIEW' && causeKind !== 'MERGE');
      return Math.max(
        0,
        earned.reduce((sum, { points }) => sum + points, 0),
      );
    },

    async orderGrowth(session: ClientSession, orderId: string): Promise<OrderGrowth | null> {
      const row = await orders.findOne({ _id: orderId }).session(session).lean<OrderGrowthRow>().exec();
      if (row === null) return null;
      const { _id, ...rest } = row;
      return { orderId: _id, ...rest };
    },

    async saveOrderGrowth(session: ClientSession, { orderId, ...rest }: OrderGrowth): Promise<void> {
      await orders.updateOne({ _id: orderId }, { $set: rest }, { session, upsert: true }).exec();
    },
  };
}
