import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Order, OrderLine } from '../../order/domain/order.ts';
import { decideEdit, forbidsEdit, pointsOfRemoved, stillFits } from './decide-edit.ts';
import { editedOrder } from './edited-order.ts';

interface Bought {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Of the line's price, in thousandths. */
  readonly discount: number;
  /** Units that went back before. */
  readonly gone: number;
}

/** A paid order as the rules would have made it. */
function paidOrder(bought: readonly Bought[], freightMinor = 0, pointsSpent = 0): Order {
  const lines = bought.map(({ quantity, unitPriceMinor, discount, gone }, index): OrderLine => {
    const price = quantity * unitPriceMinor;
    const totalMinor = price - Math.floor((price * discount) / 1000);
    const claimedUnits = Math.min(gone, quantity);
    const step = { kind: 'CHANNEL_PRICE', label: '', promotionId: null, beforeMinor: price } as const;
    return {
      ...{ lineId: `orl_${index}`, skuId: `sku_${index}`, productId: 'prd_1', title: '', quantity, unitPriceMinor },
      ...{ totalMinor, weightGrams: 1, steps: [{ ...step, afterMinor: totalMinor }] },
      ...{ claimedUnits, claimedMinor: Math.floor((totalMinor * claimedUnits) / quantity) },
    };
  });
  const sum = (of: (line: OrderLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  const [goods, back] = [sum((line) => line.totalMinor), sum((line) => line.claimedMinor)];
  const subtotalMinor = sum((line) => line.quantity * line.unitPriceMinor);
  return {
    ...{ _id: 'ord_1', status: 'PAID', cancellation: null, external: null, benefits: { flashTicketId: null }, lines },
    ...{ subtotalMinor, discountMinor: subtotalMinor - goods, freightMinor, totalMinor: goods + freightMinor },
    ...{ paidMinor: goods + freightMinor, refundedMinor: back, refundedGoodsMinor: back, refundStatus: 'NONE' },
    ...{ pointsSpent, pointsReturned: goods === 0 ? 0 : Math.floor((pointsSpent * back) / goods) },
  } as unknown as Order;
}

const bought = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  unitPriceMinor: fc.integer({ min: 0, max: 99_999 }),
  discount: fc.integer({ min: 0, max: 1000 }),
  gone: fc.constantFrom(0, 0, 0, 1, 9),
});
const added = fc.record({
  quantity: fc.integer({ min: 1, max: 9 }),
  unitPriceMinor: fc.nat(99_999),
  less: fc.nat(999),
});
const edits = fc.record({
  quantities: fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
  lines: fc.array(added, { maxLength: 2 }),
  freightMinor: fc.nat(2_000),
});

describe('an edited order', () => {
  test('adds up as before, keeps every amount of what stays, and differs by exactly what is due or goes back', () => {
    let made = 0;
    const orders = fc.tuple(fc.array(bought, { minLength: 1, maxLength: 5 }), fc.nat(5_000), fc.nat(10_000));
    const property = fc.property(orders, fc.array(edits, { minLength: 1, maxLength: 3 }), (start, wishes) => {
      let order = paidOrder(...start);
      for (const { quantities, lines, freightMinor } of wishes) {
        const wish = order.lines.map(({ lineId, quantity, claimedUnits }, index) => {
          return { orderLineId: lineId, quantity: Math.min(quantities[index] ?? 0, quantity - claimedUnits) };
        });
        const additions = lines.map((_, index) => ({ skuId: `new_${index}`, quantity: 1 }));
        const goods = decideEdit(order, { quantities: wish, additions });
        if (!goods.ok) continue;
        made += 1;
        const { removed } = goods.value;
        const terms = {
          removed,
          pointsReturned: pointsOfRemoved(order, removed),
          freightMinor,
          added: lines.map(({ quantity, unitPriceMinor, less }, index) => {
            const totalMinor = Math.max(0, quantity * unitPriceMinor - less);
            const facts = { productId: 'prd_1', title: '', weightGrams: 1, steps: [] };
            return {
              ...facts,
              lineId: `${made}_${index}`,
              skuId: `new_${index}`,
              quantity,
              unitPriceMinor,
              totalMinor,
            };
          }),
        };
        const amounts = editedOrder(order, terms);
        const next: Order = { ...order, ...amounts };
        const cost = terms.added.reduce((sum, { totalMinor }) => sum + totalMinor, 0) + freightMinor;
        const back = removed.reduce((sum, { minor }) => sum + minor, 0);
        expect(next.totalMinor - order.totalMinor).toBe(cost - back);
        expect(next.paidMinor).toBe(next.totalMinor);
        expect(next.subtotalMinor - next.discountMinor + next.freightMinor).toBe(next.totalMinor);
        expect(next.lines.reduce((sum, { totalMinor }) => sum + totalMinor, next.freightMinor)).toBe(next.totalMinor);
        const priced = next.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceMinor, 0);
        expect(next.subtotalMinor).toBe(priced);
        expect(next.discountMinor).toBeGreaterThanOrEqual(0);
        expect(next.pointsSpent).toBeGreaterThanOrEqual(next.pointsReturned);
        for (const line of next.lines) {
          const was = order.lines.find(({ lineId }) => lineId === line.lineId);
          if (was?.quantity === line.quantity) expect(line).toEqual(was);
          expect(line.quantity).toBeGreaterThanOrEqual(line.claimedUnits);
          expect(line.totalMinor).toBeGreaterThanOrEqual(line.claimedMinor);
          if (line.steps.length > 0) expect(line.steps.at(-1)?.afterMinor).toBe(line.totalMinor);
        }
        expect(stillFits(order, terms)).toBe(true);
        order = next;
      }
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(made).toBeGreaterThan(2_000);
  });

  test('gives 2 of 7 cents for one of three units, and 3 for the last', () => {
    const order = paidOrder([
      { quantity: 3, unitPriceMinor: 3, discount: 200, gone: 0 },
      { quantity: 1, unitPriceMinor: 5, discount: 0, gone: 0 },
    ]);
    expect(order.lines[0]?.totalMinor).toBe(8);
    const one = decideEdit(order, { quantities: [{ orderLineId: 'orl_0', quantity: 2 }], additions: [] });
    expect(one).toMatchObject({ value: { removed: [{ quantity: 1, minor: 2 }], added: [] } });
    const all = decideEdit(order, { quantities: [{ orderLineId: 'orl_0', quantity: 0 }], additions: [] });
    expect(all).toMatchObject({ value: { removed: [{ quantity: 3, minor: 8 }] } });
  });

  test('doesn’t fit any more once units of the same line went back', () => {
    const bought = { quantity: 3, unitPriceMinor: 100, discount: 0, gone: 0 };
    const removed = [{ orderLineId: 'orl_0', skuId: 'sku_0', quantity: 2, minor: 200 }];
    expect(stillFits(paidOrder([bought]), { removed, pointsReturned: 0 })).toBe(true);
    expect(stillFits(paidOrder([{ ...bought, gone: 2 }]), { removed, pointsReturned: 0 })).toBe(false);
    expect(stillFits(paidOrder([bought], 0, 30), { removed, pointsReturned: 0 })).toBe(false);
  });
});

describe('whether an order may be edited', () => {
  const order = paidOrder([{ quantity: 1, unitPriceMinor: 100, discount: 0, gone: 0 }]);
  test.each<[string | null, Partial<Order>]>([
    [null, {}],
    ['SHIPPED', { status: 'SHIPPED' }],
    ['CANCELLING', { cancellation: {} as never }],
    ['REGROUPING', { regroupingId: 'req_1' }],
    ['READDRESSING', { addressChange: {} as never }],
    ['REFUNDED', { refundStatus: 'FULL' }],
    ['REGROUPED', { splitFrom: 'ord_0' }],
    ['REGROUPED', { mergedFrom: ['ord_0'] }],
    ['EXTERNAL', { external: {} as never }],
    ['FLASH_SALE', { benefits: { flashTicketId: 'ftk_1' } as never }],
    ['PRESALE', { lines: order.lines.map((line) => ({ ...line, shipsAfter: new Date() })) }],
    ['AFTER_SALE_OPEN', { refundedGoodsMinor: 1 }],
  ])('is %s', (state, more) => {
    expect(forbidsEdit({ ...order, ...more })).toBe(state);
  });
});
