import type { Check } from '#kit/verification/verify-door.ts';
import { listingsOf, type ProductListing } from '../listing/domain/listing.ts';
import type { ListingRow } from '../listing/store/listing-row.ts';
import type { ProductRow } from '../product/store/product-row.ts';

/** Products read at once. */
const productsAtOnce = 100;

/** The read model: every product is listed exactly where it is for sale, with the prices and the stock flags of its SKUs. */
export const verifyListings: Check = async (moment, findings) => {
  let listed = 0;
  for await (const rows of moment.batches<ProductRow & { _id: string }>('products', {}, productsAtOnce)) {
    const productIds = rows.map((row) => row._id);
    const kept = Map.groupBy(
      await moment.find<ListingRow>('productListings', { productId: { $in: productIds } }),
      (listing) => listing.productId,
    );
    for (const { _id: id, ...row } of rows) {
      // Words, category and brand decide what is found, not what it costs.
      const expected = listingsOf({ id, ...row }, { path: [], brand: null });
      const found = kept.get(id) ?? [];
      listed += found.length;
      findings.compare('listings: where the product is for sale', id, channelsOf(expected), channelsOf(found));
      for (const listing of found) {
        const due = expected.find(({ channel }) => channel === listing.channel);
        if (due === undefined) continue;
        findings.compare('listings: prices = prices of the SKUs', listing._id, pricesOf(due), pricesOf(listing));
        findings.compare('listings: stock flags = flags of the SKUs', listing._id, stockOf(due), stockOf(listing));
      }
    }
  }
  const [all] = await moment.aggregate<{ count: number }>('productListings', [{ $count: 'count' }]);
  findings.compare('listings: of products that exist', 'all', listed, all?.count ?? 0);
};

function channelsOf(listings: readonly ProductListing[]): string[] {
  return listings.map(({ channel }) => channel).sort();
}

function pricesOf({ minPriceMinor, maxPriceMinor, pricesMinor }: ProductListing) {
  return { minPriceMinor, maxPriceMinor, pricesMinor: pricesMinor.toSorted((a, b) => a - b) };
}

function stockOf({ skuIds, inStockSkuIds, inStock }: ProductListing) {
  return { skuIds: skuIds.toSorted(), inStockSkuIds: inStockSkuIds.toSorted(), inStock };
}
