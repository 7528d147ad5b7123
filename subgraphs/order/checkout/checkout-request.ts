import type { CheckoutPreviewInput } from '../__generated__/types.ts';
import type { CheckoutRequest } from './queries/price-checkout.ts';

/** What both a preview and an order ask to be priced. */
export function checkoutRequestOf(input: CheckoutPreviewInput): CheckoutRequest {
  return {
    cartId: input.cartId ?? null,
    lines: input.lines ?? null,
    addressId: input.addressId ?? null,
    address: input.address ?? null,
    couponIds: input.couponIds ?? [],
    pointsToSpend: input.pointsToSpend ?? 0,
  };
}
