import type { Clock } from '#kit/clock/clock.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { BrandStore } from '../../brand/store/brand-store.ts';
import type { CategoryTree } from '../../category/domain/category-tree.ts';
import type { CategoryStore } from '../../category/store/category-store.ts';
import { listingsOf } from '../../listing/domain/listing.ts';
import type { ListingStore } from '../../listing/store/listing-store.ts';
import type { SupplierStore } from '../../supplier/store/supplier-store.ts';
import type { Product } from '../domain/product.ts';
import type { ProductStore } from '../store/product-store.ts';
import type { Session } from '../store/session.ts';

/** Everything that changing the catalogue takes. */
export interface Catalogue {
  /** Runs work that is done as a whole or not at all, and again from its start after a conflict. */
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  readonly products: ProductStore;
  readonly categories: CategoryStore;
  readonly brands: BrandStore;
  readonly suppliers: SupplierStore;
  readonly listings: ListingStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Writes products with all that follows from them in the same transaction: their listings, and the event for those on sale. */
export async function writeProducts(
  catalogue: Catalogue,
  products: readonly Product[],
  tree: CategoryTree,
  session: Session,
): Promise<void> {
  const { brands, listings, outbox } = catalogue;
  await catalogue.products.save(products, session);
  const brandIds = [...new Set(products.flatMap((product) => product.brandId ?? []))];
  const brandById = new Map((await brands.byIds(brandIds, session)).map((brand) => [brand.id, brand]));
  const listed = products.flatMap((product) =>
    listingsOf(product, {
      path: product.categoryId === null ? [] : tree.pathTo(product.categoryId),
      brand: brandById.get(product.brandId ?? '') ?? null,
    }),
  );
  const ids = products.map((product) => product.id);
  await listings.replace(ids, listed, session);
  await outbox.append(session, products.filter((product) => product.status === 'PUBLISHED').map(publishedEvent));
}

function publishedEvent(product: Product) {
  const { id: productId, channels, skus, revision, updatedAt } = product;
  const payload = {
    productId,
    channels: [...channels],
    skuIds: skus.filter((sku) => !sku.retired).map((sku) => sku.id),
  };
  return { name: 'product.published', aggregateId: productId, version: revision, at: updatedAt, payload } as const;
}
