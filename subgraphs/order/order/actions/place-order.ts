import type { Clock } from '#kit/clock/clock.ts';
import { money, type Money } from '#kit/money/money.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import { addressMissing } from '../../delivery-address.ts';
import { couponRefusals } from '../../checkout/domain/coupon-refusals.ts';
import type { CheckoutRequest, PriceCheckout } from '../../checkout/queries/price-checkout.ts';
import type { PlainTerms } from '../domain/draft-order.ts';
import { unexpectedTotal } from '../domain/order-refusals.ts';
import { longestNote } from '../domain/order.ts';
import { termsOfQuote } from '../domain/terms-of-quote.ts';
import type { Placed, PlaceOnce } from './place-once.ts';

/** What a member orders, and what they saw. */
export interface PlaceOrderRequest {
  readonly checkout: CheckoutRequest;
  readonly expectedTotal: Money | null;
  readonly note: string | null;
  readonly idempotencyKey: string;
}

export interface PlaceOrderParts {
  readonly placeOnce: PlaceOnce;
  readonly priceCheckout: PriceCheckout;
  readonly clock: Clock;
  /** How long an order may stay unpaid, milliseconds. */
  readonly unpaidMs: number;
}

/** A neighbour names the SKU that is short; only we know where the input named it. */
function atItsLine(refusal: Refusal, { lines }: CheckoutRequest): Refusal {
  if (refusal.path !== undefined || typeof refusal['skuId'] !== 'string') return refusal;
  const index = lines?.findIndex((line) => line.skuId === refusal['skuId']) ?? -1;
  return { ...refusal, path: index < 0 ? ['cartId'] : ['lines', String(index)] };
}

export type PlaceOrder = ReturnType<typeof createPlaceOrder>;

/** Places an order for a member, once for each key. */
export function createPlaceOrder({ placeOnce, priceCheckout, clock, unpaidMs }: PlaceOrderParts) {
  /** What the order will be, if it can be placed and costs what the shopper saw. */
  async function termsOf(request: PlaceOrderRequest, member: Member, call: Call): Promise<Outcome<PlainTerms>> {
    const { checkout, expectedTotal } = request;
    const note = request.note?.trim() || null;
    if (note !== null && note.length > longestNote) {
      return refused(
        invalidInput(['note'], {
          en: `A note has at most ${longestNote} characters.`,
          zh: `备注最多 ${longestNote} 个字符。`,
        }),
      );
    }
    const priced = await priceCheckout(checkout, member, call);
    if (!priced.ok) return priced;
    const { quote, deliveries, address, lines, cart } = priced.value;
    if (address === null) return refused(addressMissing);
    const unusable = couponRefusals(checkout.couponIds, quote);
    if (unusable.length > 0) return refused(...unusable);
    const unexpected = unexpectedTotal(expectedTotal, money(quote.totalMinor, quote.currency));
    if (unexpected !== null) return refused(unexpected);
    const placedAt = clock.now();
    return accepted({
      ...termsOfQuote(quote, lines),
      memberId: member.memberId,
      channel: member.channel,
      placedAt,
      expiresAt: new Date(placedAt.getTime() + unpaidMs),
      address,
      note,
      deliveries,
      external: null,
      cart,
      paidElsewhere: false,
    });
  }

  return async function placeOrder(request: PlaceOrderRequest, member: Member, call: Call): Promise<Outcome<Placed>> {
    const { idempotencyKey } = request;
    const placement = { operation: 'placeOrder', idempotencyKey, input: request };
    const placed = await placeOnce(placement, member, call, () => termsOf(request, member, call));
    return placed.ok ? placed : refused(...placed.refusals.map((refusal) => atItsLine(refusal, request.checkout)));
  };
}
