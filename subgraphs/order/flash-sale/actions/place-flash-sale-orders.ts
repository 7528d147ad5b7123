import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { isPublicError } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import { money } from '#kit/money/money.ts';
import type { FlashSalePlacing, manyAddresses, manyReservations } from '#kit/neighbours/flash-sale-orders.ts';
import type { SkuFacts } from '#kit/neighbours/product.ts';
import type { Neighbour } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import {
  accepted,
  invalidInput,
  invalidState,
  notFound,
  refused,
  type Outcome,
  type Refusal,
} from '#kit/user-error/user-error.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { addressRefusals, tidyAddress } from '../../checkout/domain/delivery-address.ts';
import type { Logistics, Product } from '../../neighbours.ts';
import type { Order, OrderAddress, SealedAddress } from '../../order/domain/order.ts';
import { unexpectedTotal } from '../../order/domain/order-refusals.ts';
import { holdMarginMs } from '../../order/domain/hold-margin.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import {
  goodsOf,
  neverPlaced,
  outcomeOf,
  placedOrder,
  priceOf,
  type FlashSaleGoods,
  type FlashSalePurchase,
  type PlacedFacts,
  type UnknownOrder,
} from '../domain/flash-sale-order.ts';
import type { FlashSaleOrders } from '../store/flash-sale-orders.ts';
import type { DrawNumbers } from './draw-numbers.ts';
import type { WriteFlashSaleOrders } from './write-flash-sale-orders.ts';

export interface FlashSaleParts {
  readonly orders: FlashSaleOrders;
  readonly drawNumbers: DrawNumbers;
  readonly write: WriteFlashSaleOrders;
  readonly product: Product;
  readonly addresses: Neighbour<typeof manyAddresses>;
  readonly reservations: Neighbour<typeof manyReservations>;
  readonly logistics: Logistics;
  readonly privacy: Pick<OrderPrivacy, 'sealAddress'>;
  readonly clock: Clock;
}

/** A purchase of which everything is known that isn't held. */
interface Agreed {
  readonly purchase: FlashSalePurchase;
  readonly goods: FlashSaleGoods;
  readonly address: SealedAddress;
}

/**
 * Places the orders behind flash-sale tickets, those of one call together: one question to each neighbour, one transaction. Their price and their units are the
 * tickets' already, so that nothing but stock has to be held; an order is written when that is done, in the state in which its buyer first sees it.
 * A crash before leaves a reservation that nobody knows of: asking again finds it by the order's id, settling gives it back, and so does its time.
 */
export function createPlaceFlashSaleOrders(parts: FlashSaleParts) {
  const { orders, drawNumbers, write, product, addresses: members, reservations, logistics, privacy, clock } = parts;

  async function place(placings: readonly FlashSalePlacing[], call: Call): Promise<Outcome<PlacedFacts>[]> {
    const known = await orders.byIds(placings.map(({ orderId }) => orderId));
    const fresh = eachOnce(placings).filter(({ orderId }) => !known.has(orderId));
    const written =
      fresh.length === 0 ? new Map<string, Order>() : await write(await decide(fresh, call), { assumeNew: true });
    return answersFor(placings, new Map([...known, ...written]), call);
  }

  /** What was never placed never will be. */
  async function settle(asked: readonly UnknownOrder[], call: Call): Promise<Outcome<PlacedFacts>[]> {
    const at = clock.now();
    return answersFor(asked, await write(eachOnce(asked).map((order) => neverPlaced(order, [], at))), call);
  }

  async function decide(fresh: readonly FlashSalePlacing[], call: Call): Promise<Order[]> {
    const [skus, addresses] = await Promise.all([factsFor(fresh, call), sealedAddressesFor(fresh, call)]);
    const agreed: Agreed[] = [];
    const never: Order[] = [];
    const at = clock.now();
    for (const [index, placing] of fresh.entries()) {
      const purchase = { ...placing, payBefore: new Date(placing.payBefore) };
      const goods = goodsOf(purchase, skus.get(keyOf(placing)), newId('orderLine'));
      const address = addresses[index] as Outcome<SealedAddress>;
      if (goods.ok && address.ok) agreed.push({ purchase, goods: goods.value, address: address.value });
      else never.push(neverPlaced(purchase, [...why(goods), ...why(address)], at));
    }
    const [reserved, numbers] = await Promise.all([
      agreed.length === 0 ? [] : reserve(agreed, call),
      drawNumbers(fresh.map(() => at)),
    ]);
    const rows = reserved.map((outcome, index): Order => {
      const { purchase, goods, address } = agreed[index] as Agreed;
      if (!outcome.ok) return neverPlaced(purchase, outcome.refusals.map(aboutQuantity), at);
      const { currency, expectedTotalMinor: expected } = purchase;
      const { totalMinor } = priceOf(purchase, outcome.value.deliveries);
      const unexpected = unexpectedTotal(
        expected === undefined ? null : money(expected, currency),
        money(totalMinor, currency),
      );
      if (unexpected !== null) return neverPlaced(purchase, [unexpected], at);
      const deliveries = outcome.value.deliveries.map((delivery) => ({
        ...delivery,
        earliest: new Date(delivery.earliest),
        latest: new Date(delivery.latest),
      }));
      return placedOrder(purchase, goods, { address, deliveries }, at);
    });
    return [...rows, ...never].map((order, index) => ({ ...order, number: numbers[index] ?? '' }));
  }

  /** Titles, weights and prices, each SKU once for a channel and a language. */
  async function factsFor(fresh: readonly FlashSalePlacing[], call: Call): Promise<Map<string, SkuFacts>> {
    const kinds = Map.groupBy(fresh, ({ channel, locale }) => `${channel} ${locale}`);
    const found = await Promise.all(
      [...kinds.values()].map(async (placings) => {
        const [{ channel, locale }] = placings as [FlashSalePlacing];
        const skuIds = [...new Set(placings.map(({ skuId }) => skuId))];
        const viewer = systemViewer('order', { channel, locale });
        const { skus } = await product.skuFacts({ skuIds, channel }, { ...call, viewer, repeatable: true });
        return skus.map((sku) => [keyOf({ channel, locale, skuId: sku.skuId }), sku] as const);
      }),
    );
    return new Map(found.flat());
  }

  /** Where each goes, sealed for its order; or why nothing can be sent there. */
  async function sealedAddressesFor(fresh: readonly FlashSalePlacing[], call: Call): Promise<Outcome<SealedAddress>[]> {
    const own = await addressesFor(fresh, call);
    return Promise.all(
      fresh.map(async (placing, index): Promise<Outcome<SealedAddress>> => {
        const address = addressOf(placing, own[index] ?? null);
        if (!address.ok) return address;
        const { orderId: _id, memberId } = placing;
        try {
          return accepted(await privacy.sealAddress({ _id, memberId }, address.value));
        } catch (error) {
          // A member who was erased meanwhile must not keep the others from their orders.
          if (!isPublicError(error)) throw error;
          return refused(invalidState(['idempotencyKey'], { state: 'ERASED' }));
        }
      }),
    );
  }

  /** The members' own addresses in the places of those who gave none. */
  async function addressesFor(fresh: readonly FlashSalePlacing[], call: Call): Promise<(OrderAddress | null)[]> {
    const asking = fresh.filter(({ address }) => address === null);
    if (asking.length === 0) return [];
    const wanted = asking.map(({ memberId, addressId }) => ({ memberId, addressId }));
    const { addresses: found } = await members.addressesOf({ wanted }, { ...call, repeatable: true });
    const byPlacing = new Map(asking.map((placing, index) => [placing, found[index] ?? null]));
    return fresh.map((placing) => byPlacing.get(placing) ?? null);
  }

  async function reserve(agreed: readonly Agreed[], call: Call) {
    const wanted = agreed.map(({ purchase, goods, address }) => ({
      orderId: purchase.orderId,
      channel: purchase.channel,
      region: address.region,
      lines: [
        {
          orderLineId: goods.lineId,
          skuId: purchase.skuId,
          quantity: purchase.quantity,
          weightGrams: goods.weightGrams,
        },
      ],
      expiresAt: new Date(purchase.payBefore.getTime() + holdMarginMs).toISOString(),
    }));
    const { reserved } = await reservations.reserveOrders({ orders: wanted }, { ...call, repeatable: true });
    await crashPoint('order.flash-sale.reserved');
    return reserved;
  }

  /** The answers by what is written. For what never will be an order nothing stays reserved, and nothing can be any more. */
  async function answersFor(
    asked: readonly { readonly orderId: string }[],
    rows: ReadonlyMap<string, Order>,
    call: Call,
  ): Promise<Outcome<PlacedFacts>[]> {
    const never = [...rows.values()].filter(({ status }) => status === 'ABANDONED');
    await Promise.all(never.map(({ _id }) => logistics.releaseStock({ orderId: _id }, { ...call, repeatable: true })));
    return asked.map(({ orderId }) => {
      const row = rows.get(orderId);
      if (row === undefined) throw new Error(`nothing was decided about ${orderId}`);
      return outcomeOf(row);
    });
  }

  return { place, settle };
}

/** A buyer who asks twice at once with the same key has one ticket: it is the same order both times. */
function eachOnce<T extends { readonly orderId: string }>(asked: readonly T[]): T[] {
  return [...new Map(asked.map((one) => [one.orderId, one])).values()];
}

function keyOf({ channel, locale, skuId }: Pick<FlashSalePlacing, 'channel' | 'locale' | 'skuId'>): string {
  return `${channel} ${locale} ${skuId}`;
}

/** Where to send it: the address that came with the purchase, or the member's own. */
function addressOf({ address, addressId }: FlashSalePlacing, own: OrderAddress | null): Outcome<OrderAddress> {
  if (address !== null) {
    const tidy = tidyAddress(address);
    const wrong = addressRefusals(tidy, ['address']);
    return wrong.length > 0 ? refused(...wrong) : accepted(tidy);
  }
  if (own !== null) return accepted(own);
  if (addressId !== null) return refused(notFound(['addressId'], 'address'));
  return refused(invalidInput(['address'], { en: 'Say where to send it: give an address.', zh: '请提供收货地址。' }));
}

function why(outcome: Outcome<unknown>): readonly Refusal[] {
  return outcome.ok ? [] : outcome.refusals;
}

/** There is one line: what is short is the quantity. */
function aboutQuantity(refusal: Refusal): Refusal {
  return refusal.code === 'INSUFFICIENT_STOCK' ? { ...refusal, path: ['quantity'] } : refusal;
}
