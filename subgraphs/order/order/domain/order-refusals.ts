import type { Money } from '#kit/money/money.ts';
import { currencyMismatch, type Refusal } from '#kit/user-error/user-error.ts';

/** SKU_UNAVAILABLE: unknown, or not sold in this channel. */
export function skuUnavailable(
  path: readonly string[],
  sku: { readonly skuId: string } | { readonly skuCode: string },
) {
  return {
    type: 'SkuUnavailableError',
    code: 'SKU_UNAVAILABLE',
    path,
    skuId: 'skuId' in sku ? sku.skuId : null,
    skuCode: 'skuCode' in sku ? sku.skuCode : null,
  } as const satisfies Refusal;
}

/** INSUFFICIENT_STOCK: fewer units than asked for. */
export function insufficientStock(
  path: readonly string[],
  short: { readonly skuId: string; readonly requested: number; readonly available: number },
) {
  return { type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', path, ...short } as const satisfies Refusal;
}

/** PRICE_CHANGED: the total isn't the one that the shopper saw. */
export function priceChanged(expected: Money, current: Money) {
  return {
    type: 'PriceChangedError',
    code: 'PRICE_CHANGED',
    path: ['expectedTotal'],
    expected,
    current,
  } as const satisfies Refusal;
}

/** CURRENCY_MISMATCH or PRICE_CHANGED when a shopper saw another total than there is now; null when it is the same, and when nobody said what they saw. */
export function unexpectedTotal(expected: Money | null, current: Money): Refusal | null {
  if (expected === null) return null;
  if (expected.currency !== current.currency) {
    return currencyMismatch(['expectedTotal', 'currency'], current.currency, expected.currency);
  }
  return expected.minor === current.minor ? null : priceChanged(expected, current);
}

/** COUPON_NOT_USABLE: a coupon that the shopper chose doesn't apply. */
export function couponNotUsable(path: readonly string[], couponId: string, reason: string) {
  return { type: 'CouponNotUsableError', code: 'COUPON_NOT_USABLE', path, couponId, reason } as const satisfies Refusal;
}
