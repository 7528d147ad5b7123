import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { money, type Money } from '#kit/money/money.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import { addressMissing, deliveryAddress, type DestinationInput } from '../../delivery-address.ts';
import type { Neighbours } from '../../neighbours.ts';
import type { Placed, PlaceOnce } from '../../order/actions/place-once.ts';
import type { PlainTerms } from '../../order/domain/draft-order.ts';
import { badQuantity, isQuantity } from '../../order/domain/line-input.ts';
import { skuUnavailable, unexpectedTotal } from '../../order/domain/order-refusals.ts';
import { termsOfPresale } from '../domain/terms-of-presale.ts';

/** Units of a presale, and where to send them. */
export interface PlacePresaleOrderRequest extends DestinationInput {
  readonly presaleId: string;
  readonly quantity: number;
  /** What the shopper saw; absent: whatever it costs. */
  readonly expectedTotal?: Money | undefined;
  readonly idempotencyKey: string;
}

interface PlacePresaleParts extends Pick<Neighbours, 'promotion' | 'product' | 'member'> {
  readonly placeOnce: PlaceOnce;
  readonly clock: Clock;
  /** How long a deposit may stay unpaid, milliseconds. */
  readonly unpaidMs: number;
}

export type PlacePresaleOrder = ReturnType<typeof createPlacePresaleOrder>;

/**
 * Places the order of a presale for a member, once for each key. It holds units of the quota while its saga runs, and no goods: those are held when the balance
 * becomes due. Its deposit must be paid as soon as any order, and before the time of deposits is over.
 */
export function createPlacePresaleOrder(parts: PlacePresaleParts) {
  const { promotion, product, member: members, placeOnce, clock, unpaidMs } = parts;

  async function termsOf(request: PlacePresaleOrderRequest, member: Member, call: Call): Promise<Outcome<PlainTerms>> {
    const { presaleId, quantity } = request;
    const { memberId, channel } = member;
    if (!isQuantity(quantity)) return refused(badQuantity(['quantity']));
    const { terms } = await promotion.presaleTerms({ presaleId, channel }, call);
    if (terms === null) return refused(notFound(['presaleId'], 'presale'));
    const [{ skus }, address] = await Promise.all([
      product.skuFacts({ skuIds: [terms.skuId], channel }, call),
      deliveryAddress(members, request, member, call),
    ]);
    if (!address.ok) return address;
    if (address.value === null) return refused(addressMissing);
    const [sku] = skus;
    if (sku === undefined || sku.price === null) {
      return refused(skuUnavailable(['presaleId'], { skuId: terms.skuId }));
    }
    const facts = { ...sku, price: sku.price };
    const agreed = termsOfPresale(presaleId, terms, { lineId: newId('orderLine'), quantity, facts });
    if (!agreed.ok) return agreed;
    const { line, presale, subtotalMinor } = agreed.value;
    const unexpected = unexpectedTotal(request.expectedTotal ?? null, money(line.totalMinor, terms.currency));
    if (unexpected !== null) return refused(unexpected);
    const placedAt = clock.now();
    const payBefore = Math.min(placedAt.getTime() + unpaidMs, new Date(terms.depositTo).getTime());
    return accepted({
      ...{ memberId, channel, placedAt, presale, address: address.value },
      currency: terms.currency,
      expiresAt: new Date(payBefore),
      subtotalMinor,
      discountMinor: subtotalMinor - line.totalMinor,
      freightMinor: 0,
      totalMinor: line.totalMinor,
      pointsSpent: 0,
      benefits: { promotions: [], coupons: [], flashTicketId: null, presale: { presaleId, quantity } },
      note: null,
      lines: [line],
      deliveries: [],
      external: null,
      cart: null,
      paidElsewhere: false,
    });
  }

  return function placePresaleOrder(
    { idempotencyKey, ...input }: PlacePresaleOrderRequest,
    member: Member,
    call: Call,
  ): Promise<Outcome<Placed>> {
    const placement = { operation: 'placePresaleOrder', idempotencyKey, input };
    return placeOnce(placement, member, call, () => termsOf({ ...input, idempotencyKey }, member, call));
  };
}
