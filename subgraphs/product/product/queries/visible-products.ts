import { hasScope, type Viewer } from '#kit/viewer/viewer.ts';
import { isForSale, type Product } from '../domain/product.ts';

/** Whether a viewer who knows where to look finds the product: it is for sale in their channel. The same for staff, whose list is another. */
export function canFind(viewer: Viewer, product: Product): boolean {
  return isForSale(product, viewer.channel);
}

/**
 * Whether a reference of another subgraph (an order line, a cart, a stock level) shows the product. What was on sale once may be known to
 * anybody whose order has it; a draft that never was is for those who work on it or on its stock.
 */
export function mayRefer(viewer: Viewer, product: Product): boolean {
  if (product.publishedAt !== null) return true;
  return ['catalog:write', 'stock:read', 'stock:write'].some((scope) => hasScope(viewer, scope));
}
