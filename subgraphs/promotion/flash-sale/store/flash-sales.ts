import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { createGather } from '#kit/gather/gather.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';
import { isOpen, spanOf } from '../../offer/domain/running.ts';
import { quotaOf } from '../../offer/store/quota.ts';
import type { FlashSale, FlashSaleItem } from '../domain/flash-sale.ts';

const endingFirst: readonly SortField[] = [
  { field: 'endsAt', direction: 1 },
  { field: '_id', direction: 1 },
];

/** One row a SKU: creating a sale touches it, so that two overlapping sales of the SKU can't be created at once. */
interface SkuGuard {
  _id: string;
  touched: number;
}

/** Flash sales and their items in MongoDB. */
export function createFlashSaleStore(connection: Connection) {
  const sales = defineModel<FlashSale>(
    connection,
    'FlashSale',
    {
      _id: { type: String, required: true },
      title: { zh: String, en: String },
      startsAt: Date,
      endsAt: Date,
      channels: [String],
      createdAt: Date,
      createdBy: String,
    },
    { collection: 'flashSales', indexes: [{ key: { endsAt: 1, _id: 1 } }] },
  );
  const items = defineModel<FlashSaleItem>(
    connection,
    'FlashSaleItem',
    {
      _id: { type: String, required: true },
      flashSaleId: String,
      skuId: String,
      priceMinor: Number,
      currency: String,
      quota: Number,
      remaining: Number,
      limitPerMember: Number,
      startsAt: Date,
      endsAt: Date,
      channels: [String],
    },
    { collection: 'flashSaleItems', indexes: [{ key: { flashSaleId: 1, _id: 1 } }, { key: { skuId: 1, endsAt: 1 } }] },
  );
  const guards = defineModel<SkuGuard>(
    connection,
    'FlashSkuGuard',
    { _id: { type: String, required: true }, touched: Number },
    { collection: 'flashSkuGuards' },
  );

  const shownQuery = (channel: string, { first, after }: Page, at: Date) =>
    sales
      .find({ $and: [shown(channel, at), keysetFilter(endingFirst, after)] })
      .sort(sortOf(endingFirst))
      .limit(first + 1);
  const openItemsQuery = (skuIds: readonly string[], at: Date, until = at) =>
    items.find({ skuId: trusted({ $in: skuIds }), endsAt: trusted({ $gt: at }), startsAt: trusted({ $lte: until }) });
  /** What is open at any of the moments of concurrent calls is read once. */
  const openItemsTogether = createGather(async (calls: readonly { skuIds: readonly string[]; at: Date }[]) => {
    const wanted = [...new Set(calls.flatMap(({ skuIds }) => skuIds))];
    const query = openItemsQuery(wanted, ...spanOf(calls.map(({ at }) => at)));
    const found = Map.groupBy(await query.lean<FlashSaleItem[]>().exec(), ({ skuId }) => skuId);
    return calls.map(({ skuIds, at }) => {
      const open = (skuId: string) => (found.get(skuId) ?? []).filter((item) => isOpen(item, at));
      return new Map(skuIds.map((skuId): [string, FlashSaleItem[]] => [skuId, open(skuId)]));
    });
  });

  /** Inside a transaction a first insert could collide and end it. */
  async function openGuards(skuIds: readonly string[]): Promise<void> {
    for (const skuId of skuIds) {
      await guards
        .updateOne({ _id: skuId }, { $setOnInsert: { touched: 0 } }, { upsert: true })
        .exec()
        .catch((error: unknown) => {
          if (!isDuplicateKey(error)) throw error;
        });
    }
  }

  return {
    shownQuery,
    openItemsQuery,
    /** Stores a sale with its items, unless one of the SKUs is in another sale at that time: then nothing, and those SKUs. */
    async insert(sale: FlashSale, saleItems: readonly FlashSaleItem[]): Promise<ReadonlySet<string>> {
      const skuIds = saleItems.map((item) => item.skuId);
      await openGuards(skuIds);
      return inTransaction(connection, async (session) => {
        await guards
          .updateMany({ _id: trusted({ $in: skuIds }) }, { $inc: { touched: 1 } })
          .session(session)
          .exec();
        const clashing = await items
          .find({
            skuId: trusted({ $in: skuIds }),
            endsAt: trusted({ $gt: sale.startsAt }),
            startsAt: trusted({ $lt: sale.endsAt }),
          })
          .session(session)
          .lean<FlashSaleItem[]>()
          .exec();
        const taken = new Set(clashing.filter((item) => shareChannel(item, sale)).map((item) => item.skuId));
        if (taken.size > 0) return taken;
        await sales.create([sale], { session });
        await items.insertMany([...saleItems], { session });
        return taken;
      });
    },
    /** Ends a sale and its items at that moment unless they are over already; null when there is none. */
    async end(saleId: string, at: Date): Promise<FlashSale | null> {
      return inTransaction(connection, async (session) => {
        const over = { endsAt: trusted({ $gt: at }) };
        // One that hasn't opened yet never will.
        const end = { $set: { endsAt: at }, $min: { startsAt: at } };
        await sales.updateOne({ _id: saleId, ...over }, end, { session }).exec();
        await items.updateMany({ flashSaleId: saleId, ...over }, end, { session }).exec();
        return sales.findById(saleId).session(session).lean<FlashSale>().exec();
      });
    },
    async byIds(ids: readonly string[]): Promise<Map<string, FlashSale>> {
      return rowsById(sales, ids);
    },
    /** Open sales and those to come, of a channel. */
    shown: (channel: string, page: Page, at: Date): Promise<FlashSale[]> =>
      shownQuery(channel, page, at).lean<FlashSale[]>().exec(),
    countShown: (channel: string, at: Date): Promise<number> => sales.countDocuments(shown(channel, at)).exec(),
    async itemsByIds(
      ids: readonly string[],
      session: ClientSession | null = null,
    ): Promise<Map<string, FlashSaleItem>> {
      return rowsById(items, ids, session);
    },
    async itemsBySale(saleIds: readonly string[]): Promise<Map<string, FlashSaleItem[]>> {
      const found = await items
        .find({ flashSaleId: trusted({ $in: saleIds }) })
        .sort({ flashSaleId: 1, _id: 1 })
        .lean<FlashSaleItem[]>()
        .exec();
      return Map.groupBy(found, (item) => item.flashSaleId);
    },
    /** Items that are on sale now, by SKU. */
    openItemsBySku: (skuIds: readonly string[], at: Date): Promise<Map<string, FlashSaleItem[]>> =>
      openItemsTogether({ skuIds, at }),
    /** Items that are on sale now or will be, as a majority has stored them, by SKU. */
    async standingItemsBySku(skuIds: readonly string[], at: Date): Promise<Map<string, FlashSaleItem[]>> {
      const found = await items
        .find({ skuId: trusted({ $in: skuIds }), endsAt: trusted({ $gt: at }) })
        .readConcern('majority')
        .lean<FlashSaleItem[]>()
        .exec();
      return Map.groupBy(found, (item) => item.skuId);
    },
    ...quotaOf(items),
  };
}
export type FlashSaleStore = ReturnType<typeof createFlashSaleStore>;

function shown(channel: string, at: Date): Record<string, unknown> {
  return {
    endsAt: trusted({ $gt: at }),
    $or: [{ channels: trusted({ $size: 0 }) }, { channels: channel }],
  };
}

function shareChannel(
  a: { readonly channels: readonly string[] },
  b: { readonly channels: readonly string[] },
): boolean {
  return (
    a.channels.length === 0 || b.channels.length === 0 || a.channels.some((channel) => b.channels.includes(channel))
  );
}
