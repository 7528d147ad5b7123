import type { CartLine, Shopper } from './cart.ts';
import type { OfferScope } from './rule.ts';

/** What a scope asks about an item, of a SKU or (with all its SKUs) of a product. */
export interface ScopedItem {
  readonly productId: string;
  readonly skuIds: readonly string[];
  readonly brandId: string | null;
  readonly categorySlugs: readonly string[];
}

/** Whether the scope names no items at all, so that it covers everything. */
export function coversEverything(scope: OfferScope): boolean {
  return scope.productIds.length + scope.skuIds.length + scope.categorySlugs.length + scope.brandIds.length === 0;
}

/** Whether the item is covered by any of the scope's item lists. */
export function coversItem(scope: OfferScope, item: ScopedItem): boolean {
  return (
    coversEverything(scope) ||
    scope.productIds.includes(item.productId) ||
    item.skuIds.some((skuId) => scope.skuIds.includes(skuId)) ||
    (item.brandId !== null && scope.brandIds.includes(item.brandId)) ||
    item.categorySlugs.some((slug) => scope.categorySlugs.includes(slug))
  );
}

/** Whether the cart line is covered by any of the scope's item lists. */
export function coversLine(scope: OfferScope, line: CartLine): boolean {
  return coversItem(scope, { ...line, skuIds: [line.skuId] });
}

/** Whether offers of this scope are made in the channel at all. */
export function coversChannel(scope: OfferScope, channel: string): boolean {
  return scope.channels.length === 0 || scope.channels.includes(channel);
}

/** Why the scope doesn't admit the shopper, or null. A guest may have the tier once signed in. */
export function shopperRejection(
  scope: OfferScope,
  shopper: Shopper,
): 'NOT_IN_CHANNEL' | 'SIGN_IN_REQUIRED' | 'TIER_NOT_ELIGIBLE' | null {
  if (!coversChannel(scope, shopper.channel)) return 'NOT_IN_CHANNEL';
  if (scope.tierLevels.length === 0) return null;
  if (shopper.tierLevel === null) return 'SIGN_IN_REQUIRED';
  return scope.tierLevels.includes(shopper.tierLevel) ? null : 'TIER_NOT_ELIGIBLE';
}
