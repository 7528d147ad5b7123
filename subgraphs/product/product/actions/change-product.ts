import { notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { categoryTree } from '../../category/domain/category-tree.ts';
import type { Product } from '../domain/product.ts';
import { writeProducts, type Catalogue } from './catalogue.ts';

/**
 * Changes one product: reads it, lets `change` decide, and writes what comes out, all in one transaction, so that two changes at the same time
 * follow each other. A change that returns the same object writes nothing. NOT_FOUND at `productId` when there is none.
 */
export async function changeProduct(
  catalogue: Catalogue,
  productId: string,
  change: (product: Product, now: Date) => Outcome<Product>,
): Promise<Outcome<Product>> {
  return catalogue.transaction(async (session) => {
    const [product] = await catalogue.products.byIds([productId], session);
    if (product === undefined) return refused(notFound(['productId'], 'product'));
    const outcome = change(product, catalogue.clock.now());
    if (!outcome.ok || outcome.value === product) return outcome;
    const tree = categoryTree(await catalogue.categories.all(session));
    await writeProducts(catalogue, [outcome.value], tree, session);
    return outcome;
  });
}
