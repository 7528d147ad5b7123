import { newId } from '#kit/ids/ids.ts';
import type { FlashSalePrice, FlashSaleWish } from '#kit/neighbours/flash-sale-orders.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { deliveryAddress } from '../../delivery-address.ts';
import type { Neighbours } from '../../neighbours.ts';
import { insufficientStock } from '../../order/domain/order-refusals.ts';
import { goodsOf, priceOf } from '../domain/flash-sale-order.ts';

export type PriceFlashSaleOrder = (wish: FlashSaleWish, call: Call) => Promise<Outcome<FlashSalePrice>>;

/**
 * Prices the order of a flash sale as it would be placed now, from what may be in memory: it is to be shown, or compared with what was shown, before anything is held.
 * Without any address it is sent to the channel's default region.
 */
export function createPriceFlashSaleOrder({
  product,
  member,
  logistics,
}: Pick<Neighbours, 'product' | 'member' | 'logistics'>): PriceFlashSaleOrder {
  return async (wish, call) => {
    const { memberId, channel, skuId, quantity, currency } = wish;
    const asking = { ...call, repeatable: true };
    const [{ skus }, address] = await Promise.all([
      product.skuFacts({ skuIds: [skuId], channel, forDisplay: true }, asking),
      deliveryAddress(member, wish, { memberId, channel }, asking),
    ]);
    const goods = goodsOf(wish, skus[0], newId('orderLine'));
    if (!goods.ok) return goods;
    if (!address.ok) return address;
    const { deliveries, shortages } = await logistics.planDelivery(
      {
        ...{ channel, currency, region: address.value?.region ?? null, forDisplay: true },
        lines: [{ skuId, quantity, weightGrams: goods.value.weightGrams }],
      },
      asking,
    );
    if (shortages.length > 0) return refused(...shortages.map((short) => insufficientStock(['quantity'], short)));
    const instants = (of: 'earliest' | 'latest') => deliveries.map((delivery) => delivery[of]).toSorted();
    const [earliest, latest] = [instants('earliest').at(0), instants('latest').at(-1)];
    if (earliest === undefined || latest === undefined) throw new Error(`a plan without parcels for ${skuId}`);
    return accepted({ ...priceOf(wish, deliveries), earliest, latest });
  };
}
