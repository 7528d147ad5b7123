import { newId } from '#kit/ids/ids.ts';
import type { QuoteFacts } from '#kit/neighbours/promotion.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../caller.ts';
import type { Cart } from '../../cart/domain/cart.ts';
import { deliveryAddress } from '../../delivery-address.ts';
import type { Neighbours } from '../../neighbours.ts';
import { lineRefusals, oneLinePerSku, type LineInput } from '../../order/domain/line-input.ts';
import type { Order, OrderAddress, PlannedDelivery } from '../../order/domain/order.ts';
import { insufficientStock, skuUnavailable } from '../../order/domain/order-refusals.ts';
import { isSold, quoteRequestOf, type PriceableLine } from '../../quote/quote-request.ts';
import type { tidyAddress } from '../domain/delivery-address.ts';

/** What somebody wants to order, and how. */
export interface CheckoutRequest {
  readonly cartId: string | null;
  readonly lines: readonly LineInput[] | null;
  readonly addressId: string | null;
  readonly address: Parameters<typeof tidyAddress>[0] | null;
  readonly couponIds: readonly string[];
  readonly pointsToSpend: number;
}

/** The same with a price, a plan and, where there is one, an address. */
export interface PricedCheckout {
  readonly quote: QuoteFacts;
  readonly deliveries: readonly PlannedDelivery[];
  readonly address: OrderAddress | null;
  readonly lines: readonly PriceableLine[];
  /** What leaves which cart once it is ordered. */
  readonly cart: NonNullable<Order['placing']>['cart'];
}

export type PriceCheckout = ReturnType<typeof createPriceCheckout>;

/**
 * Prices a checkout: what the goods are, where they go, what sending them costs, what promotions take off. Decides nothing and writes nothing; a
 * preview and an order ask the same, so that they cost the same; `forDisplay` says that it is a preview,
 * which may come from memory and be a second old.
 */
export function createPriceCheckout(
  { product, member, logistics, promotion }: Neighbours,
  findCart: (shopper: Shopper, cartId: string) => Promise<Cart | null>,
  { forDisplay }: { readonly forDisplay: boolean },
) {
  /** What is to be ordered: the cart's lines, or those given, one a SKU. `at` says where the input names a SKU. */
  async function goodsOf(request: CheckoutRequest, shopper: Shopper) {
    if ((request.cartId === null) === (request.lines === null)) {
      return refused(
        invalidInput(['lines'], {
          en: 'Give either a cart or lines, not both.',
          zh: '请提供购物车或商品行，二者选一。',
        }),
      );
    }
    if (request.cartId === null) {
      const given = request.lines ?? [];
      const merged = oneLinePerSku(given);
      const wrong = [...lineRefusals(given), ...lineRefusals(merged)];
      if (wrong.length > 0) return refused(wrong[0] as Refusal);
      const at = (skuId: string) => ['lines', String(given.findIndex((line) => line.skuId === skuId))];
      return accepted({ lines: merged, cart: null, codes: [] as readonly string[], at });
    }
    const cart = await findCart(shopper, request.cartId);
    if (cart === null) return refused(notFound(['cartId'], 'cart'));
    if (cart.lines.length === 0) {
      return refused(
        invalidInput(['cartId'], { en: 'The cart is empty. Add something first.', zh: '购物车为空，请先添加商品。' }),
      );
    }
    const lines = cart.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
    const bought = { cartId: cart._id, lines, version: cart.version };
    return accepted({ lines: cart.lines, cart: bought, codes: cart.couponCodes, at: () => ['cartId'] as string[] });
  }

  return async function priceCheckout(
    request: CheckoutRequest,
    shopper: Shopper,
    call: Call,
  ): Promise<Outcome<PricedCheckout>> {
    if (!Number.isInteger(request.pointsToSpend) || request.pointsToSpend < 0) {
      return refused(
        invalidInput(['pointsToSpend'], {
          en: 'Points are a whole number of 0 or more.',
          zh: '积分须为不小于 0 的整数。',
        }),
      );
    }
    const goods = await goodsOf(request, shopper);
    if (!goods.ok) return goods;
    const { channel, memberId } = shopper;
    // A preview says how many could be spent.
    const wantsPoints = forDisplay || request.pointsToSpend > 0;
    const [{ skus }, facts, address] = await Promise.all([
      product.skuFacts({ skuIds: goods.value.lines.map((line) => line.skuId), channel, forDisplay }, call),
      memberId === null ? { member: null } : member.checkoutFacts({ memberId, points: wantsPoints }, call),
      deliveryAddress(member, request, shopper, call),
    ]);
    if (!address.ok) return address;

    const known = new Map(skus.map((sku) => [sku.skuId, sku]));
    const lines: PriceableLine[] = [];
    const unsold: Refusal[] = [];
    for (const { skuId, quantity } of goods.value.lines) {
      const sku = known.get(skuId);
      if (isSold(sku)) lines.push({ lineId: newId('orderLine'), quantity, facts: sku });
      else unsold.push(skuUnavailable(goods.value.at(skuId), { skuId }));
    }
    const [first] = lines;
    if (unsold.length > 0 || first === undefined) return refused(...unsold);
    const currency = first.facts.price.currency;

    const plan = await logistics.planDelivery(
      {
        channel,
        currency,
        region: address.value?.region ?? null,
        forDisplay,
        lines: lines.map(({ quantity, facts: sku }) => ({ skuId: sku.skuId, quantity, weightGrams: sku.weightGrams })),
      },
      call,
    );
    if (plan.shortages.length > 0) {
      return refused(...plan.shortages.map((short) => insufficientStock(goods.value.at(short.skuId), short)));
    }
    const deliveries = plan.deliveries.map((delivery) => ({
      ...delivery,
      earliest: new Date(delivery.earliest),
      latest: new Date(delivery.latest),
    }));
    const quote = await promotion.quote(
      quoteRequestOf(lines, {
        channel,
        currency,
        memberId,
        tierLevel: facts.member?.tierLevel ?? null,
        couponIds: [...new Set(request.couponIds)],
        couponCodes: [...goods.value.codes],
        points: { requested: request.pointsToSpend, balance: facts.member?.pointsSpendable ?? 0 },
        freightMinor: deliveries.reduce((total, delivery) => total + delivery.freightMinor, 0),
        forDisplay,
      }),
      call,
    );
    return accepted({ quote, deliveries, address: address.value, lines, cart: goods.value.cart });
  };
}
