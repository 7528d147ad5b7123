import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Order, OrderLine } from '../../order/domain/order.ts';
import { decideParts, partsByShipDate } from './decide-parts.ts';
import { cutOfTenders, pointsBackOf, tendersOf } from './lineage.ts';
import { mergeOrders, whatSetsApart } from './merge.ts';
import { splitOrder } from './split.ts';

const at = new Date('2026-11-22T08:00:00Z');
const address = {
  recipient: '王芳',
  phone: '13800000000',
  region: '上海市',
  city: '上海市',
  line: '1',
  postalCode: null,
};

interface Bought {
  readonly quantity: number;
  readonly unitPriceMinor: number;
  /** Of the line's price, in thousandths. */
  readonly discount: number;
  readonly grams: number;
  /** Units that went back before. */
  readonly gone: number;
}

/** A paid order as the rules would have made it, of which some goods may have gone back. */
function paidOrder(id: string, bought: readonly Bought[], freightMinor: number, pointsSpent: number): Order {
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
    ...{ currency: 'CNY', placedAt: at, expiresAt: null, paidAt: at, shippedAt: null, completedAt: null },
    ...{ subtotalMinor, discountMinor: subtotalMinor - goods, freightMinor, totalMinor, pointsSpent },
    ...{ benefits: { promotions: [], coupons: [], flashTicketId: null }, address, note: null, lines, deliveries: [] },
    ...{ timeline: [], external: null, placing: null, cancellation: null, paidMinor: totalMinor },
    ...{ refundedMinor: refunded, refundedGoodsMinor: refunded, refundStatus: 'NONE' },
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
const order = (id: string) =>
  fc
    .tuple(fc.array(line, { minLength: 1, maxLength: 6 }), fc.nat(5_000), fc.nat(10_000))
    .map(([bought, freight, points]) => paidOrder(id, bought, freight, points));
/** How many units of each line go to which part, by a number that decides. */
const choices = fc.array(fc.record({ part: fc.nat(3), units: fc.nat(9) }), { minLength: 6, maxLength: 18 });

const amounts = [
  'subtotalMinor',
  'discountMinor',
  'freightMinor',
  'totalMinor',
  'paidMinor',
  'pointsSpent',
  'pointsReturned',
  'refundedMinor',
  'refundedGoodsMinor',
] as const;
const sumsOf = (orders: readonly Order[]) =>
  Object.fromEntries(amounts.map((name) => [name, orders.reduce((sum, one) => sum + one[name], 0)]));
const unitsOf = (orders: readonly Order[]) =>
  orders.flatMap(({ lines }) => lines).reduce((sum, { quantity }) => sum + quantity, 0);

/** What breaks the property; null when nothing was found that does. */
function whatBreaks<T>(property: fc.IProperty<T>, parameters: fc.Parameters<T> = {}): string | null {
  const found = fc.check(property, parameters);
  return found.failed ? (fc.defaultReportMessage(found) ?? 'something') : null;
}

/** Compares without the matchers' cost: a property looks at hundreds of thousands of values. */
function same(what: string, found: unknown, expected: unknown): void {
  const [is, shall] = [JSON.stringify(found), JSON.stringify(expected)];
  if (is !== shall) throw new Error(`${what}: ${is} is not ${shall}`);
}

/** What must hold of every order by itself. */
function mustBeSound(one: Order): void {
  const goods = one.lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0);
  same('subtotal − discount + freight', one.subtotalMinor - one.discountMinor + one.freightMinor, one.totalMinor);
  same('lines + freight', goods + one.freightMinor, one.totalMinor);
  same('refunded ≤ paid', one.refundedMinor <= one.paidMinor, true);
  same('returned ≤ spent', one.pointsReturned <= one.pointsSpent, true);
  const tenders = tendersOf(one).reduce((sum, { points }) => sum + points, 0);
  same('tenders', tenders, one.pointsSpent);
  for (const name of amounts) same(`${name} ≥ 0`, one[name] >= 0, true);
  for (const { steps, totalMinor } of one.lines) same('the last step', steps.at(-1)?.afterMinor, totalMinor);
}

/** Parts by the choices, as far as they are legal. */
function someParts(whole: Order, chosen: readonly { part: number; units: number }[]) {
  const wanted: { orderLineId: string; quantity: number }[][] = [[], [], [], []];
  for (const [index, { lineId, quantity, claimedUnits }] of whole.lines.entries()) {
    const { part, units } = chosen[index] ?? { part: 0, units: 0 };
    const left = quantity - claimedUnits;
    const taken = claimedUnits > 0 ? left : Math.min(units, left);
    if (taken > 0) wanted[part]?.push({ orderLineId: lineId, quantity: taken });
  }
  return decideParts(whole, wanted);
}

describe('a split', () => {
  test('keeps every amount, every unit and every point, however the order is cut', () => {
    let splits = 0;
    expect(
      whatBreaks(
        fc.property(order('ord_1'), choices, (whole, chosen) => {
          const parts = someParts(whole, chosen);
          if (!parts.ok) return;
          splits += 1;
          const made = splitOrder(whole, parts.value, at);
          same('the sums', sumsOf(made), sumsOf([whole]));
          same('the units', unitsOf(made), unitsOf([whole]));
          for (const one of made) mustBeSound(one);
        }),
        { numRuns: 10_000 },
      ),
    ).toBeNull();
    expect(splits).toBeGreaterThan(5_000);
  });

  test('that is split and merged again costs what it did, to the cent', () => {
    expect(
      whatBreaks(
        fc.property(order('ord_1'), choices, (whole, chosen) => {
          const parts = someParts(whole, chosen);
          if (!parts.ok) return;
          const made = splitOrder(whole, parts.value, at);
          const again = mergeOrders(made, { orderId: 'ord_m', number: 'M', freightMinor: whole.freightMinor }, at);
          mustBeSound(again);
          same('the sums', sumsOf([again]), sumsOf([whole]));
          same('who paid', again.paidThrough, ['ord_1']);
        }),
        { numRuns: 5_000 },
      ),
    ).toBeNull();
  });

  test('refuses units that are not there, and to divide a line of which units went back', () => {
    const whole = paidOrder(
      'ord_1',
      [
        { quantity: 3, unitPriceMinor: 100, discount: 0, grams: 1, gone: 1 },
        { quantity: 2, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 },
      ],
      0,
      0,
    );
    const parts = (orderLineId: string, quantity: number) => decideParts(whole, [[{ orderLineId, quantity }]]);
    expect(parts('ord_1_0', 3)).toMatchObject({ refusals: [{ code: 'INVALID_INPUT' }] });
    expect(parts('ord_1_0', 1)).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'PARTLY_REFUNDED' }] });
    expect(parts('orl_other', 1)).toMatchObject({ refusals: [{ code: 'NOT_FOUND' }] });
    expect(decideParts(whole, [])).toMatchObject({ refusals: [{ code: 'INVALID_INPUT', path: ['parts'] }] });
    expect(parts('ord_1_0', 2)).toMatchObject({
      value: [
        { number: 'N-ord_1-1', lines: [{ lineId: 'ord_1_0', quantity: 3 }] },
        { number: 'N-ord_1-2', lines: [{ lineId: 'ord_1_1', quantity: 2 }] },
      ],
    });
    const forgotten = [{ orderId: 'o', number: 'n', lines: [{ fromLineId: 'ord_1_0', lineId: 'x', quantity: 3 }] }];
    expect(() => splitOrder(whole, forgotten, at)).toThrow('of the 2 of line ord_1_1');
  });
});

describe('parts by ship date', () => {
  const bought = { quantity: 2, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 };
  const whole = paidOrder('ord_1', [bought, bought, { ...bought, gone: 1 }, { ...bought, gone: 2 }], 0, 0);
  const on = (...dates: (string | null)[]) =>
    partsByShipDate({
      lines: whole.lines.map((one, index) => ({ ...one, shipsAfter: dates[index] ? new Date(dates[index]) : null })),
    });
  const units = (index: number, quantity: number) => ({ orderLineId: `ord_1_${index}`, quantity });

  test('are one for each day in China, what can ship at once first, without units that went back', () => {
    expect(on('2026-12-24T15:59:59Z', null, '2026-12-23T16:00:00Z', null)).toEqual([
      [units(1, 2)],
      [units(0, 2), units(2, 1)],
    ]);
    expect(on('2026-12-24T16:00:00Z', null, '2026-12-24T15:59:59Z', null)).toEqual([
      [units(1, 2)],
      [units(2, 1)],
      [units(0, 2)],
    ]);
  });

  test('are one part when everything can ship on the same day', () => {
    expect(on()).toEqual([[units(0, 2), units(1, 2), units(2, 1)]]);
  });
});

describe('a merge', () => {
  test('keeps every line, and gives back exactly what its freight is less', () => {
    expect(
      whatBreaks(
        fc.property(order('ord_1'), order('ord_2'), order('ord_3'), fc.nat(20_000), (a, b, c, freightMinor) => {
          const from = [a, b, c];
          const made = mergeOrders(from, { orderId: 'ord_m', number: 'M', freightMinor }, at);
          mustBeSound(made);
          const paid = from.reduce((sum, one) => sum + one.freightMinor, 0);
          const { freightMinor: freight, totalMinor, paidMinor, ...rest } = sumsOf(from);
          const { freightMinor: _f, totalMinor: _t, paidMinor: _p, ...others } = sumsOf([made]);
          same('what freight does not touch', others, rest);
          same('the freight', made.freightMinor, Math.min(freightMinor, paid));
          same('what is paid', Number(paidMinor) - made.paidMinor, Number(freight) - made.freightMinor);
          same('the total', Number(totalMinor) - made.totalMinor, Number(freight) - made.freightMinor);
          same('the units', unitsOf([made]), unitsOf(from));
        }),
        { numRuns: 10_000 },
      ),
    ).toBeNull();
  });

  test('joins only what goes to the same person at the same place', () => {
    const bought = [{ quantity: 1, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 }];
    const one = paidOrder('ord_1', bought, 0, 0);
    const other = (more: Partial<Order>) => whatSetsApart([one, { ...one, ...more }]);
    expect(other({})).toBeNull();
    expect(other({ memberId: 'mbr_2' })).toBe('MEMBER');
    expect(other({ channel: 'app' })).toBe('CHANNEL');
    expect(other({ currency: 'USD' })).toBe('CURRENCY');
    expect(other({ address: { ...address, line: '2' } })).toBe('ADDRESS');
    expect(other({ external: { partnerId: 'p', system: 's', id: '1', contentHash: 'h' } })).toBe('PARTNER');
    expect(whatSetsApart([{ ...one, memberId: null }])).toBe('MEMBER');
  });
});

describe('points that were spent through several orders', () => {
  test('go back to each of them once, however they go back', () => {
    const tender = fc.record({ orderId: fc.constantFrom<string>('a', 'b', 'c', 'd'), points: fc.nat(100) });
    expect(
      whatBreaks(
        fc.property(fc.array(tender, { maxLength: 5 }), fc.array(fc.nat(60), { maxLength: 12 }), (tenders, wanted) => {
          const total = tenders.reduce((sum, { points }) => sum + points, 0);
          const back = new Map<string, number>();
          let pointsReturned = 0;
          for (const points of wanted) {
            const now = Math.min(points, total - pointsReturned);
            pointsReturned += now;
            for (const { orderId, points: part } of pointsBackOf({ tenders, pointsReturned }, now) ?? [])
              back.set(orderId, (back.get(orderId) ?? 0) + part);
          }
          expect([...back.values()].reduce((sum, points) => sum + points, 0)).toBe(pointsReturned);
          const spent = Map.groupBy(tenders, ({ orderId }) => orderId);
          for (const [orderId, points] of back)
            expect(points).toBeLessThanOrEqual((spent.get(orderId) ?? []).reduce((sum, one) => sum + one.points, 0));
        }),
      ),
    ).toBeNull();
    expect(cutOfTenders([{ orderId: 'a', points: 3 }], 5, 2)).toEqual([]);
  });
});
