import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { Product } from '../domain/product.ts';
import { archived } from '../domain/write-product.ts';
import type { Catalogue } from './catalogue.ts';
import { changeProduct } from './change-product.ts';

/** Withdraws a product for good, from every channel. Doing it again changes nothing. */
export async function archiveProduct(catalogue: Catalogue, productId: string): Promise<Outcome<Product>> {
  return changeProduct(catalogue, productId, (product, now) =>
    accepted(product.status === 'ARCHIVED' ? product : archived(product, now)),
  );
}
