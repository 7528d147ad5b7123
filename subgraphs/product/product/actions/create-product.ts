import type { Outcome } from '#kit/user-error/user-error.ts';
import type { ProductDraft } from '../domain/draft.ts';
import type { Product } from '../domain/product.ts';
import type { SaveProducts } from './save-products.ts';

/** Creates one product as a draft. Its amounts must be in `currency`, the channel's. */
export async function createProduct(
  save: SaveProducts,
  draft: ProductDraft,
  currency: string,
): Promise<Outcome<Product>> {
  const [outcome] = await save([{ draft, mode: 'CREATE', publishTo: [], currency, at: null }]);
  if (outcome === undefined) throw new Error('a saved product has no outcome');
  return outcome;
}
