import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { createMemberUnits } from '../../offer/store/member-units.ts';
import { quotaOf } from '../../offer/store/quota.ts';
import type { Presale } from '../domain/presale.ts';

const endingFirst: readonly SortField[] = [
  { field: 'balanceTo', direction: 1 },
  { field: '_id', direction: 1 },
];

/** Presales, and how many units each member has of them, in MongoDB. */
export function createPresaleStore(connection: Connection) {
  const presales = defineModel<Presale>(
    connection,
    'Presale',
    {
      _id: { type: String, required: true },
      skuId: String,
      priceMinor: Number,
      depositMinor: Number,
      depositWorthMinor: Number,
      currency: String,
      depositFrom: Date,
      depositTo: Date,
      balanceFrom: Date,
      balanceTo: Date,
      shipsAfter: Date,
      ifUnpaid: String,
      quota: Number,
      remaining: Number,
      limitPerMember: Number,
      channels: [String],
      cancelledAt: { type: Date, default: null },
      createdAt: Date,
      createdBy: String,
    },
    {
      collection: 'presales',
      indexes: [{ key: { cancelledAt: 1, balanceTo: 1, _id: 1 } }, { key: { skuId: 1, depositTo: 1 } }],
    },
  );

  const shownQuery = (channel: string, { first, after }: Page, at: Date) =>
    presales
      .find({ $and: [shown(channel, at), keysetFilter(endingFirst, after)] })
      .sort(sortOf(endingFirst))
      .limit(first + 1);
  const ofSkusQuery = (skuIds: readonly string[], at: Date) =>
    presales
      .find({ skuId: trusted({ $in: skuIds }), depositTo: trusted({ $gt: at }), cancelledAt: null })
      .sort({ skuId: 1, depositTo: 1 });

  return {
    shownQuery,
    ofSkusQuery,
    async insert(session: ClientSession, presale: Presale): Promise<void> {
      await presales.create([presale], { session });
    },
    /** Within a transaction when given its session. */
    byIds: (ids: readonly string[], session: ClientSession | null = null): Promise<Map<string, Presale>> =>
      rowsById(presales, ids, session),
    /** The presale of that id as it is now; the questions of many callers at once are one. */
    known: gatherRow((ids) => rowsById(presales, ids)),
    /** Writes what `ended` or `cancelled` have changed. */
    async close(session: ClientSession, { _id, depositFrom, depositTo, cancelledAt }: Presale): Promise<void> {
      await presales.updateOne({ _id }, { $set: { depositFrom, depositTo, cancelledAt } }).session(session).exec();
    },
    /** Presales of a channel whose balances aren't over. */
    shown: (channel: string, page: Page, at: Date): Promise<Presale[]> =>
      shownQuery(channel, page, at).lean<Presale[]>().exec(),
    countShown: (channel: string, at: Date): Promise<number> => presales.countDocuments(shown(channel, at)).exec(),
    /** Presales that take deposits now or later, by SKU, those ending soonest first. */
    async ofSkus(skuIds: readonly string[], at: Date): Promise<Map<string, Presale[]>> {
      const found = await ofSkusQuery(skuIds, at).lean<Presale[]>().exec();
      return Map.groupBy(found, ({ skuId }) => skuId);
    },
    ...quotaOf(presales),
    ...createMemberUnits(connection, { model: 'PresaleMemberUnits', collection: 'presaleMemberUnits' }),
  };
}
export type PresaleStore = ReturnType<typeof createPresaleStore>;

function shown(channel: string, at: Date): Record<string, unknown> {
  return {
    cancelledAt: null,
    balanceTo: trusted({ $gt: at }),
    $or: [{ channels: trusted({ $size: 0 }) }, { channels: channel }],
  };
}
