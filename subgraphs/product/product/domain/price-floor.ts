import { percentOf } from '#kit/money/money.ts';
import type { Sku } from './product.ts';

/**
 * The least that one piece may cost once everything is taken off: its cost and the minimum margin, a percentage of it (domain rules, "Money and allocation"). Minor units of `currency`; 0 where
 * nobody entered a cost, or entered it in another currency.
 */
export function priceFloorIn({ cost }: Pick<Sku, 'cost'>, currency: string, minimumMarginPercent: string): number {
  if (cost === null || cost.currency !== currency) return 0;
  return cost.minor + percentOf(cost, minimumMarginPercent).minor;
}
