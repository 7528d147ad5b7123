import { encodeCursor, type CursorValues } from '#kit/connection/connection.ts';
import { isForSale, type Product } from '../../product/domain/product.ts';
import type { FeedPlace, ProductStore } from '../../product/store/product-store.ts';

/** One answer of the feed. */
export interface CatalogChanges {
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly products: readonly Product[];
  readonly removedProductIds: readonly string[];
}

/**
 * How far the end of the feed stays behind the present, milliseconds. A change is stamped before it is committed, so one with an earlier stamp
 * may still appear behind a later one; a transaction that takes longer than this is given up by the database's client.
 */
const settlingMs = 10_000;

/** What changed in a channel after `since`. The end of the feed is given again until it has settled: rather twice than never. */
export async function catalogChanges(
  products: ProductStore,
  { channel, since, first, now }: { channel: string; since: FeedPlace | null; first: number; now: Date },
): Promise<CatalogChanges> {
  const rows = await products.changedSince(channel, since, first + 1);
  const page = rows.slice(0, first);
  const hasMore = rows.length > first;
  const last = page.at(-1);
  const reached = last === undefined ? since : { updatedAt: last.updatedAt, id: last.id };
  return {
    cursor: encodeCursor(placeValues(hasMore ? reached : settled(reached, now))),
    hasMore,
    products: page.filter((product) => isForSale(product, channel)),
    removedProductIds: page.filter((product) => !isForSale(product, channel)).map((product) => product.id),
  };
}

/** The earlier one of a place and the moment up to which all changes are known. */
function settled(place: FeedPlace | null, now: Date): FeedPlace {
  const horizon = new Date(now.getTime() - settlingMs);
  return place !== null && place.updatedAt < horizon ? place : { updatedAt: horizon, id: '' };
}

function placeValues(place: FeedPlace | null): CursorValues {
  return place === null ? [new Date(0), ''] : [place.updatedAt, place.id];
}
