import type { Refusal } from '#kit/user-error/user-error.ts';
import { couponNotUsable } from '../../order/domain/order-refusals.ts';

interface QuotedCoupons {
  readonly benefits: { readonly coupons: readonly { readonly couponId: string | null }[] };
  readonly rejected: readonly { readonly code: string; readonly reason: string }[];
}

/** Every coupon that the shopper chose and the quote does not use, with promotion's reason. An order never quietly leaves one out. */
export function couponRefusals(couponIds: readonly string[], quote: QuotedCoupons): Refusal[] {
  const used = new Set(quote.benefits.coupons.map((coupon) => coupon.couponId));
  return couponIds.flatMap((couponId, index) => {
    if (used.has(couponId)) return [];
    const reason = quote.rejected.find((rejection) => rejection.code === couponId)?.reason ?? 'NOT_APPLICABLE';
    return [couponNotUsable(['couponIds', String(index)], couponId, reason)];
  });
}
