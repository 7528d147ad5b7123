import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type Allocation, type Demand, type Source } from './allocation.ts';

const policy = { splitPenaltyMinor: 500 };

function source(warehouseId: string, stock: Record<string, number>, cost: Partial<Source> = {}): Source {
  const free = { fixedMinor: 800, perKgMinor: 200, handlingMinor: 100, latenessMinor: 0 };
  return { warehouseId, available: new Map(Object.entries(stock)), ...free, ...cost };
}

function parcelsOf(allocation: Allocation) {
  if (!allocation.ok) return allocation.shortages;
  return allocation.plan.parcels.map(({ warehouseId, lines }) => [
    warehouseId,
    Object.fromEntries(lines.map((line) => [line.skuId, line.quantity])),
  ]);
}

const shirt = { skuId: 'shirt', quantity: 2, weightGrams: 300 };
const lamp = { skuId: 'lamp', quantity: 1, weightGrams: 2000 };

describe('allocation', () => {
  test('sends everything from the cheapest warehouse that has everything', () => {
    const sources = [
      source('far', { shirt: 9, lamp: 9 }, { fixedMinor: 1200 }),
      source('near', { shirt: 2, lamp: 1 }),
      source('tiny', { shirt: 9 }, { fixedMinor: 1 }),
    ];
    expect(parcelsOf(allocate([shirt, lamp], sources, policy))).toEqual([['near', { shirt: 2, lamp: 1 }]]);
  });

  test('never splits while one warehouse can send everything, however dear that is', () => {
    const sources = [
      source('dear', { shirt: 2, lamp: 1 }, { fixedMinor: 90_000 }),
      source('a', { shirt: 2 }),
      source('b', { lamp: 1 }),
    ];
    expect(parcelsOf(allocate([shirt, lamp], sources, policy))).toEqual([['dear', { shirt: 2, lamp: 1 }]]);
  });

  test('splits when no single warehouse can, at the least cost, and adds the parts of the cost up', () => {
    const sources = [
      source('a', { shirt: 2 }),
      source('b', { lamp: 1 }, { perKgMinor: 300 }),
      source('c', { lamp: 1 }, { latenessMinor: 400 }),
    ];
    const allocation = allocate([shirt, lamp], sources, policy);
    expect(parcelsOf(allocation)).toEqual([
      ['a', { shirt: 2 }],
      ['b', { lamp: 1 }],
    ]);
    // a: 800 + 100 + 0.6 kg · 200 = 1020; b: 800 + 100 + 2 kg · 300 = 1500; one split: 500
    expect(allocation).toMatchObject({ plan: { costMilliMinor: 3_020_000 } });
  });

  test('splits one line over two warehouses when it must', () => {
    const sources = [source('a', { shirt: 1 }), source('b', { shirt: 1 })];
    expect(parcelsOf(allocate([shirt], sources, policy))).toEqual([
      ['a', { shirt: 1 }],
      ['b', { shirt: 1 }],
    ]);
  });

  test('gives equal costs to the earlier warehouse', () => {
    const sources = [source('first', { shirt: 5 }), source('second', { shirt: 5 })];
    expect(parcelsOf(allocate([shirt], sources, policy))).toEqual([['first', { shirt: 2 }]]);
  });

  test('names every SKU that is short, with what the network has of it', () => {
    const sources = [source('a', { shirt: 1 }), source('b', { cup: 7 })];
    expect(allocate([shirt, lamp, { ...shirt, skuId: 'cup' }], sources, policy)).toEqual({
      ok: false,
      shortages: [
        { skuId: 'shirt', requested: 2, available: 1 },
        { skuId: 'lamp', requested: 1, available: 0 },
      ],
    });
  });

  test('refuses everything when there is no warehouse', () => {
    expect(allocate([lamp], [], policy)).toEqual({
      ok: false,
      shortages: [{ skuId: 'lamp', requested: 1, available: 0 }],
    });
  });

  test('fills an order that needs more warehouses than are tried exactly', () => {
    const sources = Array.from({ length: 20 }, (_, index) => source(`w${index}`, { shirt: 1 }));
    const allocation = allocate([{ ...shirt, quantity: 17 }], sources, policy);
    expect(parcelsOf(allocation)).toHaveLength(17);
  });

  test('costs as much as the best of all ways to send, found by trying every one', () => {
    fc.assert(
      fc.property(worlds, ({ demand, sources }) => {
        const allocation = allocate(demand, sources, policy);
        const best = bestOfAll(demand, sources);
        expect(allocation.ok ? allocation.plan.costMilliMinor : null).toBe(best);
        if (allocation.ok) expectToFill(allocation, demand, sources);
      }),
      { numRuns: 300 },
    );
  });
});

const worlds = fc.record({
  demand: fc
    .array(fc.record({ quantity: fc.integer({ min: 1, max: 3 }), weightGrams: fc.constantFrom(0, 120, 999, 5000) }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((lines) => lines.map((line, index) => ({ ...line, skuId: `s${index}` }))),
  sources: fc
    .array(
      fc.record({
        stock: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }),
        fixedMinor: fc.integer({ min: 0, max: 1500 }),
        perKgMinor: fc.integer({ min: 0, max: 900 }),
        handlingMinor: fc.integer({ min: 0, max: 300 }),
        latenessMinor: fc.constantFrom(0, 0, 300),
      }),
      { maxLength: 4 },
    )
    .map((list) =>
      list.map(({ stock, ...cost }, index) =>
        source(`w${index}`, Object.fromEntries(stock.map((quantity, sku) => [`s${sku}`, quantity])), cost),
      ),
    ),
});

function expectToFill(allocation: Allocation & { ok: true }, demand: readonly Demand[], sources: readonly Source[]) {
  for (const { skuId, quantity } of demand) {
    const sent = allocation.plan.parcels.flatMap((parcel) => parcel.lines.filter((line) => line.skuId === skuId));
    expect(sent.reduce((total, line) => total + line.quantity, 0)).toBe(quantity);
  }
  for (const parcel of allocation.plan.parcels) {
    const from = sources.find((one) => one.warehouseId === parcel.warehouseId);
    for (const line of parcel.lines) expect(line.quantity).toBeLessThanOrEqual(from?.available.get(line.skuId) ?? 0);
  }
}

/** The oracle: every way to give every piece to a warehouse, single-warehouse ways first. */
function bestOfAll(demand: readonly Demand[], sources: readonly Source[]): number | null {
  const pieces = demand.flatMap((line) => Array.from({ length: line.quantity }, () => line));
  let single: number | null = null;
  let any: number | null = null;
  const visit = (index: number, from: Source[]): void => {
    const piece = pieces[index];
    if (piece === undefined) {
      const cost = costOfAssignment(pieces, from);
      any = any === null ? cost : Math.min(any, cost);
      if (new Set(from).size === 1) single = single === null ? cost : Math.min(single, cost);
      return;
    }
    for (const one of sources) {
      const used = from.filter((earlier, at) => earlier === one && pieces[at]?.skuId === piece.skuId).length;
      if (used < (one.available.get(piece.skuId) ?? 0)) visit(index + 1, [...from, one]);
    }
  };
  visit(0, []);
  return single ?? any;
}

function costOfAssignment(pieces: readonly Demand[], from: readonly Source[]): number {
  const used = [...new Set(from)];
  const parcels = used.map((one) => {
    const grams = pieces.reduce((total, piece, index) => total + (from[index] === one ? piece.weightGrams : 0), 0);
    return 1000 * (one.fixedMinor + one.handlingMinor + one.latenessMinor) + grams * one.perKgMinor;
  });
  return parcels.reduce((total, cost) => total + cost, 0) + 1000 * policy.splitPenaltyMinor * (used.length - 1);
}
