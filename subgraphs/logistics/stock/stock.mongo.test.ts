import { describe, expect, test } from '@jest/globals';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());

const receiving = `mutation ReceiveStock($input: ReceiveStockInput!) { receiveStock(input: $input) {
  stockLevels { sku { id } warehouse { code } onHand reserved available bin } userErrors { __typename code message path } } }`;

async function receive(input: object, viewer = viewers.staff) {
  const data = await world.graph<{ receiveStock: { stockLevels: { onHand: number }[] | null; userErrors: object[] } }>(
    receiving,
    { input: { warehouseCode: 'SH-C1', idempotencyKey: newId('request'), ...input } },
    viewer,
  );
  return data.receiveStock;
}
const one = (name: string, quantity = 1) => ({ lines: [{ skuCode: `CODE-${name}`, quantity }] });
const refusal = (code: string, path: string[]) => ({
  stockLevels: null,
  userErrors: [expect.objectContaining({ code, path })],
});

describe('receiving stock', () => {
  test('adds lines of one SKU up and answers what the warehouse has now', async () => {
    const lines = [...one('pen', 3).lines, ...one('ink', 2).lines, ...one('pen', 4).lines];
    const answer = await receive({ lines, note: '采购单 42' });
    expect(answer.userErrors).toEqual([]);
    expect(answer.stockLevels).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ sku: { id: 'sku_pen' }, warehouse: { code: 'SH-C1' }, onHand: 7, available: 7 }),
        expect.objectContaining({ sku: { id: 'sku_ink' }, onHand: 2, reserved: 0 }),
      ]),
    );
  });

  test('with one key books once, at once or later, and answers the same; another input is a conflict', async () => {
    const input = { ...one('once', 5), idempotencyKey: 'receipt-1' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => receive(input)));
    for (const answer of answers) expect(answer.stockLevels?.[0]?.onHand).toBe(5);
    expect(await receive({ ...input, ...one('once', 6) })).toEqual(refusal('IDEMPOTENCY_CONFLICT', ['idempotencyKey']));
    expect(await world.level('SH-C1', 'once')).toEqual([5, 0, 0, 0]);
  });

  test('the same SKU for the first time by many at once loses nothing', async () => {
    await Promise.all(Array.from({ length: 20 }, () => receive(one('crowd', 2))));
    expect(await world.level('SH-C1', 'crowd')).toEqual([40, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('again after a crash that hid its success books nothing twice', async () => {
    const once: Once = async (call, action) => {
      await action(call.operation);
      return action(call.operation);
    };
    const { receiveStock, adjustStock, loadStock } = world.elsewhereWith({ once });
    const call = world.callAs(viewers.staff);
    const command = { caller: 'stf_1', idempotencyKey: 'crash', warehouseCode: 'SH-C1', note: null };
    await receiveStock({ ...command, lines: [{ skuId: 'sku_crashed', quantity: 6 }] }, call);
    expect(await world.level('SH-C1', 'crashed')).toEqual([6, 0, 0, 0]);
    await adjustStock({ ...command, skuCode: 'CODE-crashed', reason: 'DAMAGED', quantity: 2 }, call);
    expect(await world.level('SH-C1', 'crashed')).toEqual([6, 0, 2, 0]);
    const lines = [{ warehouseCode: 'SH-C1', skuId: 'sku_crashed', quantity: 3 }];
    await loadStock({ caller: 'stf_1', idempotencyKey: 'crash', at: world.clock.now(), lines });
    expect(await world.level('SH-C1', 'crashed')).toEqual([9, 0, 2, 0]);
  });

  test.each([
    ['no lines', { lines: [] }, 'INVALID_INPUT', ['lines']],
    ['a quantity of 0', one('bad', 0), 'INVALID_INPUT', ['lines', '0', 'quantity']],
    ['a negative quantity', one('bad', -3), 'INVALID_INPUT', ['lines', '0', 'quantity']],
    ['a quantity of 10^9', one('bad', 1_000_000_000), 'INVALID_INPUT', ['lines', '0', 'quantity']],
    ['an unknown SKU', one('unknown'), 'NOT_FOUND', ['lines', '0', 'skuCode']],
    ['an unknown warehouse', { ...one('bad'), warehouseCode: 'MOON' }, 'NOT_FOUND', ['warehouseCode']],
    ['a note without end', { ...one('bad'), note: 'x'.repeat(501) }, 'INVALID_INPUT', ['note']],
  ])('with %s is refused and books nothing', async (_, input, code, path) => {
    expect(await receive(input)).toEqual(refusal(code, path));
    expect(await world.level('SH-C1', 'bad')).toBeNull();
  });

  test('with half a unit is no request at all, and an empty key neither', async () => {
    await expect(receive(one('bad', 1.5))).rejects.toThrow('BAD_USER_INPUT');
    await expect(receive({ ...one('bad'), idempotencyKey: '' })).rejects.toThrow('BAD_USER_INPUT');
  });

  test('is for staff with stock:write', async () => {
    await expect(receive(one('bad'), viewers.guest)).rejects.toThrow('UNAUTHENTICATED');
    await expect(receive(one('bad'), viewers.member)).rejects.toThrow('FORBIDDEN');
  });
});

describe('correcting the books', () => {
  const adjusting = `mutation ($input: AdjustStockInput!) { adjustStock(input: $input) {
    stockLevel { onHand damaged available } userErrors { code path ... on InsufficientStockError { requested available } } } }`;
  const adjust = (name: string, reason: string, quantity: number) =>
    world.graph<{ adjustStock: object }>(adjusting, {
      input: { warehouseCode: 'SH-C1', skuCode: `CODE-${name}`, reason, quantity, idempotencyKey: newId('request') },
    });

  test('keeps damaged units out of sale and writes every correction into the ledger', async () => {
    await world.receive('SH-C1', { glass: 10 });
    const level = (onHand: number, damaged: number, available: number) => ({
      adjustStock: { stockLevel: { onHand, damaged, available }, userErrors: [] },
    });
    expect(await adjust('glass', 'DAMAGED', 4)).toEqual(level(10, 4, 6));
    expect(await adjust('glass', 'REPAIRED', 1)).toEqual(level(10, 3, 7));
    expect(await adjust('glass', 'DISPOSED', 3)).toEqual(level(7, 0, 7));
    expect(await adjust('glass', 'COUNTED', 9)).toEqual(level(9, 0, 9));
    const ledger = await world.graph<{ stockLedger: { totalCount: number; nodes: object[] } }>(
      `query { stockLedger(skuCode: "CODE-glass", warehouseCode: "SH-C1", first: 2) {
        totalCount nodes { cause onHand damaged note sku { id } warehouse { code } } } }`,
      {},
    );
    const place = { sku: { id: 'sku_glass' }, warehouse: { code: 'SH-C1' }, cause: 'ADJUSTMENT' };
    expect(ledger.stockLedger).toEqual({
      totalCount: 5,
      nodes: [
        { ...place, onHand: 2, damaged: 0, note: 'COUNTED' },
        { ...place, onHand: -3, damaged: -3, note: 'DISPOSED' },
      ],
    });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('never takes what is promised to an order', async () => {
    await world.receive('SH-C1', { promised: 5 });
    await world.reserve('ord_promised', { promised: 4 });
    expect(await adjust('promised', 'DAMAGED', 2)).toEqual({
      adjustStock: {
        stockLevel: null,
        userErrors: [{ code: 'INSUFFICIENT_STOCK', path: ['quantity'], requested: 2, available: 1 }],
      },
    });
  });

  test('against a reservation of the last unit at once lets one of them have it', async () => {
    for (let round = 0; round < 5; round += 1) {
      await world.receive('SH-C1', { [`last${round}`]: 1 });
      await Promise.all([
        world.reserve(`ord_last_${round}`, { [`last${round}`]: 1 }),
        adjust(`last${round}`, 'DAMAGED', 1),
      ]);
      const [onHand = 0, reserved = 0, damaged = 0] = (await world.level('SH-C1', `last${round}`)) ?? [];
      expect([onHand, reserved + damaged]).toEqual([1, 1]);
    }
    expect(await world.discrepancies()).toEqual([]);
  });

  test('safety stock is held back from sale', async () => {
    await world.receive('SH-C1', { safe: 5 });
    const document = `mutation ($input: SetSafetyStockInput!) { setSafetyStock(input: $input) { stockLevel { safety available } userErrors { code } } }`;
    const hold = (quantity: number) =>
      world.graph(document, {
        input: { warehouseCode: 'SH-C1', skuCode: 'CODE-safe', quantity, idempotencyKey: newId('request') },
      });
    expect(await hold(2)).toEqual({ setSafetyStock: { stockLevel: { safety: 2, available: 3 }, userErrors: [] } });
    expect(await world.reserve('ord_safe', { safe: 4 })).toMatchObject({ ok: false, refusals: [{ available: 3 }] });
    expect(await hold(6)).toEqual({
      setSafetyStock: { stockLevel: null, userErrors: [{ code: 'INSUFFICIENT_STOCK' }] },
    });
  });
});

describe('seeing stock', () => {
  const levels = `query StockLevels($skuCodes: [String!]!) { stockLevels(skuCodes: $skuCodes) {
    sku { id } warehouse { code } onHand reserved damaged available } }`;

  test('of SKUs lists every warehouse that has had them, in the order they were asked for', async () => {
    await world.receive('GZ-R1', { seen: 2 });
    await world.receive('SH-C1', { seen: 1, also: 1 });
    const data = await world.graph<{ stockLevels: { sku: { id: string }; warehouse: { code: string } }[] }>(levels, {
      skuCodes: ['CODE-seen', 'CODE-unknown', 'CODE-also'],
    });
    expect(data.stockLevels.map((level) => [level.sku.id, level.warehouse.code])).toEqual([
      ['sku_seen', 'GZ-R1'],
      ['sku_seen', 'SH-C1'],
      ['sku_also', 'SH-C1'],
    ]);
    await expect(world.graph(levels, { skuCodes: [] })).rejects.toThrow('BAD_USER_INPUT');
    await expect(world.graph(levels, { skuCodes: ['x'] }, viewers.member)).rejects.toThrow('FORBIDDEN');
  });

  test('of a page of 70 SKUs asks the database once for each kind of thing', async () => {
    const names = Array.from({ length: 70 }, (_, n) => `page${n}`);
    await world.receive('SH-C1', Object.fromEntries(names.map((name) => [name, 20])));
    world.observed.length = 0;
    const document = `query ($skus: [_Any!]!) { _entities(representations: $skus) { ... on Sku { availability { status sellable } } } }`;
    const skus = names.map((name) => ({ __typename: 'Sku', id: `sku_${name}` }));
    const data = await world.graph<{ _entities: { availability: { status: string } }[] }>(
      document,
      { skus },
      viewers.guest,
    );
    expect(new Set(data._entities.map((sku) => sku.availability.status))).toEqual(new Set(['IN_STOCK']));
    expect(world.observed.map((command) => `${command.command} ${command.collection}`).toSorted()).toEqual([
      // Warehouses and carriers together.
      'aggregate warehouses',
      'find stockLevels',
    ]);
  });

  test('a SKU that never was in stock is out of it', async () => {
    const document = `query ($sku: _Any!) { _entities(representations: [$sku]) { ... on Sku {
      availability { status sellable } deliveryPromise { earliest } } } }`;
    expect(await world.graph(document, { sku: { __typename: 'Sku', id: 'sku_never' } }, viewers.guest)).toEqual({
      _entities: [{ availability: { status: 'OUT_OF_STOCK', sellable: 0 }, deliveryPromise: null }],
    });
  });
});
