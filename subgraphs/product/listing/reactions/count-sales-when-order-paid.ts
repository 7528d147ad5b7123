import { reactionToAll, type Reaction } from '#kit/inbox/inbox.ts';
import type { ProductStore } from '../../product/store/product-store.ts';
import type { ListingStore } from '../store/listing-store.ts';

/** Adds the pieces of paid orders to what its products have sold, where lists sort by it too. */
export function countSalesWhenOrderPaid(products: ProductStore, listings: ListingStore): Reaction {
  return reactionToAll({
    name: 'count-sales-when-order-paid',
    on: 'order.paid',
    async reactToAll(events, session) {
      const sales = new Map<string, number>();
      for (const { productId, quantity } of events.flatMap(({ payload }) => payload.lines)) {
        sales.set(productId, (sales.get(productId) ?? 0) + quantity);
      }
      await products.addSales(sales, session);
      await listings.addSales(sales, session);
    },
  });
}
