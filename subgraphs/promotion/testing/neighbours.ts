import type { FlashSalePlacing, FlashSaleWish } from '#kit/neighbours/flash-sale-orders.ts';

/**
 * The neighbours as far as flash sales know them: order places every order once, unless `next` says something else, once. Product sells every SKU
 * at ¥100 except `sku_unknown`, `sku_web_only` only on the web, and `sku_dear` must keep ¥80.
 */
export function fakeNeighbours() {
  const placed = new Map<string, object>();
  const order = {
    /** What was asked for, one by one. */
    received: [] as FlashSalePlacing[],
    /** How many came together. */
    calls: [] as number[],
    /** Answers for each of the next call's orders, or throws. */
    next: null as ((placing: FlashSalePlacing) => unknown) | null,
    /** Who asked what an order would cost, and what sending it costs. */
    priced: [] as FlashSaleWish[],
    freightMinor: 0,
    /** Answers the next question for a price, or throws. */
    nextPrice: null as (() => unknown) | null,
  };
  function answer(placing: FlashSalePlacing, special: typeof order.next): unknown {
    const { orderId, unitPriceMinor, quantity, currency } = placing;
    if (special) {
      const outcome = special(placing) as { ok: boolean };
      placed.set(orderId, outcome);
      return outcome;
    }
    const facts = { orderId, number: '2026061800000001', status: 'PENDING_PAYMENT', currency };
    const outcome = placed.get(orderId) ?? { ok: true, value: { ...facts, totalMinor: unitPriceMinor * quantity } };
    placed.set(orderId, outcome);
    return outcome;
  }
  const never = { ok: false, refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', state: 'ABANDONED' }] };
  const answers = {
    'order/internal/priceFlashSaleOrder': (wish: FlashSaleWish) => {
      order.priced.push(wish);
      const special = order.nextPrice;
      order.nextPrice = null;
      if (special) return special();
      const goodsMinor = wish.unitPriceMinor * wish.quantity;
      const { freightMinor } = order;
      const days = { earliest: '2026-06-20T01:00:00.000Z', latest: '2026-06-21T01:00:00.000Z' };
      return { ok: true, value: { goodsMinor, freightMinor, totalMinor: goodsMinor + freightMinor, ...days } };
    },
    'order/internal/placeFlashSaleOrders': ({ orders }: { orders: FlashSalePlacing[] }) => {
      order.received.push(...orders);
      order.calls.push(orders.length);
      const special = order.next;
      order.next = null;
      return { placed: orders.map((placing) => answer(placing, special)) };
    },
    'order/internal/settleFlashSaleOrders': ({ orders }: { orders: { orderId: string }[] }) => ({
      placed: orders.map(({ orderId }) => {
        const outcome = placed.get(orderId) ?? never;
        placed.set(orderId, outcome);
        return outcome;
      }),
    }),
    'product/internal/skuFacts': ({ skuIds, channel }: { skuIds: string[]; channel: string }) => ({
      skus: skuIds.filter((skuId) => skuId !== 'sku_unknown').map((skuId) => factsOf(skuId, channel)),
    }),
  };
  return { order, answers };
}

function factsOf(skuId: string, channel: string) {
  const price = skuId === 'sku_web_only' && channel !== 'web' ? null : { minor: 10_000, currency: 'CNY' };
  const place = { productId: 'prd_1', brandId: null, categorySlugs: [] };
  const floorMinor = skuId === 'sku_dear' ? 8_000 : 0;
  return { skuId, code: skuId, title: skuId, ...place, price, floorMinor, weightGrams: 1 };
}

let skus = 0;

/** A SKU that is in no other sale of this test file. */
export function aSku(): string {
  skus += 1;
  return `sku_${skus}`;
}
