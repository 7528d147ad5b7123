import { anOrderId } from './orders.ts';

/** What order is asked when a flash-sale item is bought. */
export interface PlacedOrder {
  readonly ticketId: string;
  readonly memberId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly payBefore: string;
}

/**
 * The neighbours as far as flash sales know them: order places one order a ticket, unless `next` says something else, once. Product sells every SKU
 * at ¥100 except `sku_unknown`, and `sku_web_only` only on the web.
 */
export function fakeNeighbours() {
  const orderIds = new Map<string, string>();
  const order = { received: [] as PlacedOrder[], next: null as (() => unknown) | null };
  const answers = {
    'order/internal/placeFlashSaleOrder': (input: PlacedOrder) => {
      order.received.push(input);
      const special = order.next;
      order.next = null;
      if (special) return special();
      const orderId = orderIds.get(input.ticketId) ?? anOrderId();
      orderIds.set(input.ticketId, orderId);
      return { ok: true, value: { orderId } };
    },
    'product/internal/skuFacts': ({ skuIds, channel }: { skuIds: string[]; channel: string }) => ({
      skus: skuIds.filter((skuId) => skuId !== 'sku_unknown').map((skuId) => factsOf(skuId, channel)),
    }),
  };
  return { order, answers };
}

function factsOf(skuId: string, channel: string) {
  const price = skuId === 'sku_web_only' && channel !== 'web' ? null : { minor: 10_000, currency: 'CNY' };
  const place = { productId: 'prd_1', brandId: null, categorySlugs: [] };
  return { skuId, code: skuId, title: skuId, ...place, price, weightGrams: 1 };
}

let skus = 0;

/** A SKU that is in no other sale of this test file. */
export function aSku(): string {
  skus += 1;
  return `sku_${skus}`;
}
