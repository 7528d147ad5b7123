import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { ProductStore } from '../../product/store/product-store.ts';
import type { ListingStore } from '../store/listing-store.ts';

/** Keeps which SKUs can be bought, with the product for its next listings and in the listings that are there. */
export function markInStockWhenAvailabilityChanged(products: ProductStore, listings: ListingStore): Reaction {
  return reaction({
    name: 'mark-in-stock-when-availability-changed',
    on: 'stock.availability-changed',
    async react({ payload: { skuId, inStock } }, session) {
      await products.markInStock(skuId, inStock, session);
      await listings.markInStock(skuId, inStock, session);
    },
  });
}
