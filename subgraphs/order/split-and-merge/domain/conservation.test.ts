import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { same, whatBreaks } from '#kit/testing/properties.ts';
import type { Order, OrderAddress } from '../../order/domain/order.ts';
import { orderStatuses } from '../../order/domain/order-states.ts';
import { address, anyChoices, anyOrder, paidOrder, someParts } from '../../testing/any-order.ts';
import { decideParts, partsByShipDate, partsBySupplier } from './decide-parts.ts';
import { cutOfTenders, forbidsRegrouping, pointsBackOf, tendersOf } from './lineage.ts';
import { mergeOrders, whatSetsApart } from './merge.ts';
import { splitOrder } from './split.ts';

const at = new Date('2026-11-22T08:00:00Z');
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

describe('a split', () => {
  test('keeps every amount, every unit and every point, however the order is cut; merged again it costs what it did, to the cent', () => {
    let [looked, splits] = [0, 0];
    const property = fc.property(anyOrder('ord_1'), anyChoices, (whole, chosen) => {
      looked += 1;
      const parts = someParts(whole, chosen);
      if (!parts.ok) return;
      splits += 1;
      const made = splitOrder(whole, parts.value, at);
      same('the sums', sumsOf(made), sumsOf([whole]));
      same('the units', unitsOf(made), unitsOf([whole]));
      for (const one of made) mustBeSound(one);
      const again = mergeOrders(made, { orderId: 'ord_m', number: 'M', freightMinor: whole.freightMinor }, at);
      mustBeSound(again);
      same('the sums of the merged', sumsOf([again]), sumsOf([whole]));
      same('who paid', again.paidThrough, ['ord_1']);
    });
    expect(whatBreaks(property, 10_000)).toBeNull();
    expect(splits / looked).toBeGreaterThan(0.5);
  });

  test('gives a part of which all paid goods went back no points that could never follow them', () => {
    const lines = [
      { quantity: 1, unitPriceMinor: 0, discount: 0, grams: 0, gone: 0 },
      { quantity: 1, unitPriceMinor: 13, discount: 0, grams: 0, gone: 1 },
      { quantity: 1, unitPriceMinor: 1, discount: 0, grams: 0, gone: 0 },
    ];
    const whole = paidOrder('ord_1', lines, 0, 4635);
    const parts = decideParts(whole, [[{ orderLineId: 'ord_1_0', quantity: 1 }]]);
    const made = parts.ok ? splitOrder(whole, parts.value, at) : [];
    expect(made.map(({ pointsSpent, pointsReturned }) => [pointsSpent, pointsReturned])).toEqual([
      [4303, 4303],
      [332, 0],
    ]);
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

describe('parts by supplier', () => {
  test('keep every amount and unit, whoever supplies what; no two parts have the same supplier', () => {
    let splits = 0;
    const suppliers = fc.array(fc.constantFrom('sup_1', 'sup_2', 'sup_3', null, undefined), { minLength: 1 });
    const property = fc.property(anyOrder('ord_1'), suppliers, (bought, from) => {
      const lines = bought.lines.map((line, index) => ({ ...line, supplierId: from[index % from.length] }));
      const whole = { ...bought, lines };
      const parts = decideParts(whole, partsBySupplier(whole));
      if (!parts.ok) return;
      splits += 1;
      const made = splitOrder(whole, parts.value, at);
      same('the sums', sumsOf(made), sumsOf([whole]));
      same('the units', unitsOf(made), unitsOf([whole]));
      made.forEach(mustBeSound);
      // Lines of which everything went back stay with the first part, whoever supplied them.
      const there = made.map((one) => one.lines.filter(({ quantity, claimedUnits }) => quantity > claimedUnits));
      const named = there.map((own) => new Set(own.map(({ supplierId }) => supplierId ?? null)));
      same('one supplier a part', [...new Set(named.map(({ size }) => size))], [1]);
      same('one part a supplier', new Set(named.flatMap((one) => [...one])).size, made.length);
    });
    expect(whatBreaks(property, 2_000)).toBeNull();
    expect(splits).toBeGreaterThan(200);
  });

  test('come in the order in which the lines name their suppliers, goods without any being one part', () => {
    const bought = { quantity: 2, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 };
    const { lines } = paidOrder('ord_1', [bought, bought, { ...bought, gone: 1 }, { ...bought, gone: 2 }], 0, 0);
    const from = (...suppliers: (string | null)[]) =>
      partsBySupplier({ lines: lines.map((line, index) => ({ ...line, supplierId: suppliers[index] ?? null })) });
    const units = (index: number, quantity: number) => ({ orderLineId: `ord_1_${index}`, quantity });
    expect(from('sup_2', null, 'sup_2', 'sup_1')).toEqual([[units(0, 2), units(2, 1)], [units(1, 2)], []]);
    expect(from()).toEqual([[units(0, 2), units(1, 2), units(2, 1)]]);
  });
});

describe('a merge', () => {
  test('keeps every line, and gives back exactly what its freight is less', () => {
    expect(
      whatBreaks(
        fc.property(
          anyOrder('ord_1'),
          anyOrder('ord_2'),
          anyOrder('ord_3'),
          fc.nat(20_000),
          (a, b, c, freightMinor) => {
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
          },
        ),
        10_000,
      ),
    ).toBeNull();
  });

  test('and a split take paid orders of which nothing has left', () => {
    const paid = paidOrder('ord_1', [{ quantity: 1, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 }], 0, 0);
    expect(forbidsRegrouping(paid)).toBeNull();
    for (const status of orderStatuses.filter((each) => each !== 'PAID'))
      expect(forbidsRegrouping({ ...paid, status })).toBe(status);
  });

  test('joins only what goes to the same person at the same place', () => {
    const bought = [{ quantity: 1, unitPriceMinor: 100, discount: 0, grams: 1, gone: 0 }];
    const one = paidOrder('ord_1', bought, 0, 0);
    const other = (more: Partial<Order>, place: OrderAddress | null = address) =>
      whatSetsApart([one, { ...one, ...more }], [address, place]);
    expect(other({})).toBeNull();
    expect(other({ memberId: 'mbr_2' })).toBe('MEMBER');
    expect(other({ channel: 'app' })).toBe('CHANNEL');
    expect(other({ currency: 'USD' })).toBe('CURRENCY');
    expect(other({}, { ...address, postalCode: '200000' })).toBeNull();
    expect(other({}, { ...address, line: '2' })).toBe('ADDRESS');
    expect(other({}, null)).toBe('ADDRESS');
    expect(other({ external: { partnerId: 'p', system: 's', id: '1', contentHash: 'h' } })).toBe('PARTNER');
    expect(whatSetsApart([{ ...one, memberId: null }], [address])).toBe('MEMBER');
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
