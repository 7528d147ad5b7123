import type { Clock } from '#kit/clock/clock.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { PriceCheckout } from '../../checkout/queries/price-checkout.ts';
import { priceChanged } from '../domain/order-refusals.ts';
import type { OrderAddress } from '../domain/order.ts';
import { termsOfQuote } from '../domain/terms-of-quote.ts';
import type { PlacingSaga } from '../steps/place-by-saga.ts';

/** A flash-sale ticket that wants its order. */
export interface FlashSalePurchase {
  readonly ticketId: string;
  readonly memberId: string;
  readonly channel: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
  readonly addressId: string | null;
  readonly address: OrderAddress | null;
  /** ISO instant; the order closes then if it isn't paid. */
  readonly payBefore: string;
}

interface FlashSaleParts {
  readonly priceCheckout: PriceCheckout;
  readonly saga: PlacingSaga;
  readonly clock: Clock;
}

export type PlaceFlashSaleOrder = ReturnType<typeof createPlaceFlashSaleOrder>;

/** Places the order behind a flash-sale ticket, once for each ticket. */
export function createPlaceFlashSaleOrder({ priceCheckout, saga, clock }: FlashSaleParts) {
  return async function placeFlashSaleOrder(
    purchase: FlashSalePurchase,
    call: Call,
  ): Promise<Outcome<{ orderId: string }>> {
    const placementId = `flash:${purchase.ticketId}`;
    const { memberId, channel, skuId, quantity, currency } = purchase;
    const resumed = await saga.resume(placementId, 'member', call, { alone: false });
    if (resumed !== null) return resumed.ok ? accepted({ orderId: resumed.value }) : resumed;
    const checkout = {
      cartId: null,
      lines: [{ skuId, quantity }],
      addressId: purchase.addressId,
      address: purchase.address,
      couponIds: [],
      pointsToSpend: 0,
      flashTicketId: purchase.ticketId,
    };
    const priced = await priceCheckout(checkout, { memberId, channel }, call);
    if (!priced.ok) return priced;
    const { quote, deliveries, address, lines } = priced.value;
    if (address === null) {
      return refused(
        invalidInput(['address'], { en: 'Say where to send it: give an address.', zh: '请提供收货地址。' }),
      );
    }
    const promised = purchase.unitPriceMinor * quantity;
    const goods = quote.totalMinor - quote.freightMinor;
    if (goods !== promised) {
      return refused(priceChanged({ minor: promised, currency }, { minor: goods, currency: quote.currency }));
    }
    const placed = await saga.place(
      placementId,
      {
        ...termsOfQuote(quote, lines),
        memberId,
        channel,
        placedAt: clock.now(),
        expiresAt: new Date(purchase.payBefore),
        address,
        note: null,
        deliveries,
        external: null,
        cart: null,
        paidElsewhere: false,
      },
      'member',
      call,
    );
    return placed.ok ? accepted({ orderId: placed.value }) : placed;
  };
}
