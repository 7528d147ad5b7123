import fc from 'fast-check';
import type { Order, OrderLine } from '../order/domain/order.ts';
import { refundStatusOf } from '../refund/domain/refund-share.ts';
import { decideParts } from '../split-and-merge/domain/decide-parts.ts';

/** Paid orders for properties: of all sizes, of some of which goods went back before. */

const paidAt = new Date('2026-11-22T08:00:00Z');
/** As it is stored; where it goes is told apart from it. */
const sealed = { region: '上海市', sealed: 'AQ' };
export const address = {
  recipient: '王芳',
  phone: '13800000000',
  region: '上海市',
  city: '上海市',
  line: '1',
  postalCode: null,
};

export interface Bought {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Of the line's price, in thousandths. */
  readonly discount: number;
  readonly grams: number;
  /** Units that went back before. */
  readonly gone: number;
}

/** A paid order as the rules would have made it, of which some goods may have gone back. */
export function paidOrder(id: string, bought: readonly Bought[], freightMinor: number, pointsSpent: number): Order {
  const lines = bought.map(({ quantity, unitPriceMinor, discount, grams, gone }, index): OrderLine => {
    const price = quantity * unitPriceMinor;
    const totalMinor = price - Math.floor((price * discount) / 1000);
    const claimedUnits = Math.min(gone, quantity);
    const step = {
      kind: 'CHANNEL_PRICE',
      label: '渠道价',
      promotionId: null,
      beforeMinor: price,
      afterMinor: totalMinor,
    } as const;
    return {
      ...{ lineId: `${id}_${index}`, skuId: `sku_${index}`, productId: 'prd_1', title: '杯', quantity, unitPriceMinor },
      ...{ totalMinor, weightGrams: grams, steps: [step] },
      ...{ claimedUnits, claimedMinor: Math.floor((totalMinor * claimedUnits) / quantity) },
    };
  });
  const subtotalMinor = bought.reduce((sum, { quantity, unitPriceMinor }) => sum + quantity * unitPriceMinor, 0);
  const goods = lines.reduce((sum, line) => sum + line.totalMinor, 0);
  const refunded = lines.reduce((sum, line) => sum + line.claimedMinor, 0);
  const totalMinor = goods + freightMinor;
  return {
    ...{ _id: id, number: `N-${id}`, status: 'PAID', visible: true, version: 2, memberId: 'mbr_1', channel: 'web' },
    ...{ currency: 'CNY', placedAt: paidAt, expiresAt: null, paidAt, shippedAt: null, completedAt: null },
    ...{ subtotalMinor, discountMinor: subtotalMinor - goods, freightMinor, totalMinor, pointsSpent },
    ...{
      benefits: { promotions: [], coupons: [], flashTicketId: null },
      address: sealed,
      note: null,
      lines,
      deliveries: [],
    },
    ...{ timeline: [], external: null, placing: null, cancellation: null, paidMinor: totalMinor },
    ...{ refundedMinor: refunded, refundedGoodsMinor: refunded, refundStatus: refundStatusOf(refunded, goods) },
    pointsReturned: goods === 0 ? 0 : Math.floor((pointsSpent * refunded) / goods),
  } as Order;
}

const line = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  unitPriceMinor: fc.integer({ min: 0, max: 99_999 }),
  discount: fc.integer({ min: 0, max: 1000 }),
  grams: fc.integer({ min: 0, max: 5_000 }),
  gone: fc.constantFrom(0, 0, 0, 1, 9),
});
/** Any paid order of 1 to 12 lines. */
export const anyOrder = (id: string) =>
  fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 12 }), fc.nat(5_000), fc.nat(10_000))
    .map(([bought, freight, points]) => paidOrder(id, bought, freight, points));
/** How many units of each line go to which part, by a number that decides. */
export const anyChoices = fc.array(fc.record({ part: fc.nat(3), units: fc.nat(9) }), { minLength: 12, maxLength: 12 });

/** Parts by the choices, as far as they are legal. */
export function someParts(whole: Order, chosen: readonly { part: number; units: number }[]) {
  const wanted: { orderLineId: string; quantity: number }[][] = [[], [], [], []];
  for (const [index, { lineId, quantity, claimedUnits }] of whole.lines.entries()) {
    const { part, units } = chosen[index] ?? { part: 0, units: 0 };
    const left = quantity - claimedUnits;
    const taken = claimedUnits > 0 ? left : Math.min(units, left);
    if (taken > 0) wanted[part]?.push({ orderLineId: lineId, quantity: taken });
  }
  return decideParts(whole, wanted);
}
