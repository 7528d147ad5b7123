import type { Session } from '#kit/mongo/transaction.ts';
import type { ProductStore } from '../../product/store/product-store.ts';
import type { ListingStore } from '../store/listing-store.ts';

/** Adds pieces to what their products have sold, where lists sort by it too; in the caller's transaction. */
export type CountSales = (
  lines: readonly { readonly productId: string; readonly quantity: number }[],
  session: Session,
) => Promise<void>;

export function createCountSales(products: ProductStore, listings: ListingStore): CountSales {
  return async function countSales(lines, session) {
    const sales = new Map<string, number>();
    for (const { productId, quantity } of lines) sales.set(productId, (sales.get(productId) ?? 0) + quantity);
    if (sales.size === 0) return;
    await products.addSales(sales, session);
    await listings.addSales(sales, session);
  };
}
