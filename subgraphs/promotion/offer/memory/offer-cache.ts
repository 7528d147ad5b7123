import type { Clock } from '#kit/clock/clock.ts';
import type { Change, ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { noteTime } from '#kit/near-cache/grounds.ts';
import { whenKnown, type Known } from '#kit/near-cache/known.ts';
import { createNearCache } from '#kit/near-cache/near-cache.ts';
import type { FlashSaleItem } from '../../flash-sale/domain/flash-sale.ts';
import type { FlashSaleStore } from '../../flash-sale/store/flash-sales.ts';
import type { Promotion } from '../../promotion/domain/promotion.ts';
import { runningAt, type Running } from '../domain/running.ts';
import type { PromotionStore } from '../../promotion/store/promotions.ts';

/** What makes offers, as shoppers see it: never what an order is charged by. */
export interface OfferCache {
  /** The promotions that nobody has paused or ended and whose window is open; the same list as long as none of them changes, begins or ends. */
  runningPromotions(at: Date): Known<readonly Promotion[]>;
  /** Items of flash sales that are open or will be. */
  flashItemsOf(skuId: string): Known<readonly FlashSaleItem[]>;
  /** The stores, telling the cache what they write for staff. */
  readonly promotions: PromotionStore;
  readonly sales: FlashSaleStore;
}

const most = { skus: 50_000, lists: 2 } as const;

/** Keeps in memory what offers are made of; without a feed it asks for it each time. Whatever a window opens is there before it does. */
export function createOfferCache(
  stored: { readonly promotions: PromotionStore; readonly sales: FlashSaleStore },
  feed: ChangeFeed | null,
  clock: Clock,
): OfferCache {
  const { promotions, sales } = stored;
  const standing = createNearCache<readonly Promotion[]>(feed, {
    readModel: 'standingPromotions',
    load: async () => new Map([['all', await promotions.standing(clock.now())]]),
    madeFrom: { promotions: () => 'any' },
    most: most.lists,
  });
  /** Of every item that was read. Items are few: staff makes them by hand. */
  const skuOfItem = new Map<string, string>();
  const concernedBy = ({ id, updated }: Change) => {
    const skuId = skuOfItem.get(id);
    if (skuId !== undefined) return [skuId];
    // An item that was never read and is not new either was over when its SKU was read: it stays so.
    return updated === null ? 'any' : [];
  };
  const bySku = createNearCache<readonly FlashSaleItem[]>(feed, {
    readModel: 'flashSaleItems',
    async load(skuIds) {
      const found = await sales.standingItemsBySku(skuIds, clock.now());
      for (const item of [...found.values()].flat()) skuOfItem.set(item._id, item.skuId);
      return new Map(skuIds.map((skuId) => [skuId, found.get(skuId) ?? []]));
    },
    madeFrom: { flashSaleItems: concernedBy },
    most: most.skus,
  });

  let running: { readonly among: readonly Promotion[]; readonly now: Running<Promotion> } | null = null;
  function runningAmong(all: readonly Promotion[], at: Date): readonly Promotion[] {
    const time = at.getTime();
    if (running?.among !== all || time < running.now.from || time >= running.now.until) {
      running = { among: all, now: runningAt(all, at) };
    }
    noteTime(running.now);
    return running.now.items;
  }

  const writing = (id: string) => standing.writing('promotions', [id]);
  return {
    runningPromotions: (at) => whenKnown(standing.get('all'), (known) => runningAmong(known ?? [], at)),
    flashItemsOf: (skuId) => whenKnown(bySku.get(skuId), (known) => known ?? []),
    promotions: {
      ...promotions,
      async insert(promotion) {
        writing(promotion._id);
        await promotions.insert(promotion);
      },
      setPaused(id, pausedAt, at) {
        writing(id);
        return promotions.setPaused(id, pausedAt, at);
      },
      end(id, at) {
        writing(id);
        return promotions.end(id, at);
      },
      approveBelowFloor(id, by, at) {
        writing(id);
        return promotions.approveBelowFloor(id, by, at);
      },
    },
    sales: {
      ...sales,
      insert(sale, items) {
        bySku.writing(
          'flashSaleItems',
          items.map(({ _id }) => _id),
        );
        return sales.insert(sale, items);
      },
    },
  };
}
