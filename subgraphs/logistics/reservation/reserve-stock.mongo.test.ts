import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { createTransact } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { regional } from '../fixtures/small-network.ts';

const db = testDatabase();
const world = logisticsWorld(db);
const release = (orderId: string) => world.doors.releaseStock({ orderId }, world.asOrder);

describe('reserving stock', () => {
  test('of 200 orders at once for the last 50 units, exactly 50 get one and 150 are told what is left', async () => {
    await world.receive('SH-C1', { hot: 30 });
    await world.receive('GZ-R1', { hot: 20 });
    const begunAt = performance.now();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => world.reserve(`ord_hot_${n}`, { hot: 1 })));
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : answer.refusals));
    expect(refusals).toHaveLength(150);
    for (const refusal of refusals) {
      expect(refusal).toEqual({
        type: 'InsufficientStockError',
        code: 'INSUFFICIENT_STOCK',
        path: ['lines', '0', 'quantity'],
        skuId: 'sku_hot',
        requested: 1,
        available: 0,
      });
    }
    expect(await world.level('SH-C1', 'hot')).toEqual([30, 30, 0, 0]);
    expect(await world.level('GZ-R1', 'hot')).toEqual([20, 20, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('sells 100 of 100 while orders of several units, releases and receipts go on', async () => {
    await world.receive('SH-C1', { mixed: 60 });
    const orders = Array.from({ length: 60 }, (_, n) => `ord_mixed_${n}`);
    const work = orders.flatMap((orderId, n) => [
      world.reserve(orderId, { mixed: (n % 3) + 1 }),
      ...(n % 4 === 0 ? [release(orderId)] : []),
      ...(n % 15 === 0 ? [world.receive('GZ-R1', { mixed: 10 })] : []),
    ]);
    await Promise.all(work);
    for (let n = 0; n < 100; n += 1) await world.reserve(`ord_rest_${n}`, { mixed: 1 });
    const sum = async (code: string) => (await world.level(code, 'mixed')) ?? [];
    const [centralOnHand, centralReserved] = await sum('SH-C1');
    const [regionalOnHand, regionalReserved] = await sum('GZ-R1');
    expect([centralOnHand, regionalOnHand]).toEqual([60, 40]);
    expect([centralReserved, regionalReserved]).toEqual([60, 40]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('by two processes at once sells no unit twice', async () => {
    await world.receive('SH-C1', { rival: 10 });
    const expiresAt = new Date(world.clock.now().getTime() + 60_000);
    const destination = { channel: 'web', region: '上海市' };
    const rivals = Array.from({ length: 40 }, (_, n) => {
      const orderId = `ord_rival_${n}`;
      const lines = [{ orderLineId: `orl_${n}`, skuId: 'sku_rival', quantity: 1, weightGrams: 0 }];
      return n % 2 === 0
        ? world.reserve(orderId, { rival: 1 })
        : world.elsewhere.desk({ kind: 'RESERVE', request: { orderId, attempt: 1, lines, expiresAt }, destination });
    });
    const accepted = (await Promise.all(rivals)).filter((answer) => answer.ok);
    expect(accepted).toHaveLength(10);
    expect(await world.level('SH-C1', 'rival')).toEqual([10, 10, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('takes and gives back once when the database’s answers are lost', async () => {
    await world.receive('SH-C1', { lossy: 10 });
    const transact = createTransact(db.connection);
    let commits = 0;
    const { desk } = world.elsewhereWith({
      async transactGroup(work) {
        const answer = await transact(work);
        commits += 1;
        if (commits % 2 === 1) throw new mongoose.mongo.MongoNetworkError('the connection closed');
        return answer;
      },
    });
    const expiresAt = new Date(world.clock.now().getTime() + 60_000);
    const destination = { channel: 'web', region: '上海市' };
    const reserve = (orderId: string) => {
      const lines = [{ orderLineId: `orl_${orderId}`, skuId: 'sku_lossy', quantity: 1, weightGrams: 0 }];
      return desk({ kind: 'RESERVE', request: { orderId, attempt: 1, lines, expiresAt }, destination });
    };
    const orderIds = Array.from({ length: 15 }, (_, n) => `ord_lossy_${n}`);
    const answers = await Promise.all(orderIds.map(reserve));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
    expect(await world.level('SH-C1', 'lossy')).toEqual([10, 10, 0, 0]);
    const released = await Promise.all(
      orderIds.map((orderId) => desk({ kind: 'RELEASE', orderId, because: 'UNDONE' })),
    );
    expect(released.map((answer) => answer.ok && answer.value.released)).toEqual([
      ...Array.from({ length: 10 }, () => 1),
      ...Array.from({ length: 5 }, () => 0),
    ]);
    expect(await world.level('SH-C1', 'lossy')).toEqual([10, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('is left out when the caller has gone before its turn', async () => {
    await world.receive('SH-C1', { gone: 1 });
    const call = { ...world.asOrder, signal: AbortSignal.abort(new Error('gone')) };
    const expiresAt = new Date(world.clock.now().getTime() + 60_000).toISOString();
    const lines = [{ orderLineId: 'orl_gone', skuId: 'sku_gone', quantity: 1, weightGrams: 0 }];
    const request = { orderId: 'ord_gone', channel: 'web', region: '上海市', lines, expiresAt };
    await expect(world.doors.reserveStock(request, call)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await world.level('SH-C1', 'gone')).toEqual([1, 0, 0, 0]);
  });

  test('takes every line of an order or none', async () => {
    await world.receive('SH-C1', { desk: 5 });
    const answer = await world.reserve('ord_none', { desk: 2, chair: 1 });
    expect(answer).toMatchObject({ ok: false, refusals: [{ skuId: 'sku_chair', requested: 1, available: 0 }] });
    expect(await world.level('SH-C1', 'desk')).toEqual([5, 0, 0, 0]);
    expect(await world.reserve('ord_none', { desk: 2 })).toMatchObject({ ok: true });
  });

  test('names every SKU that is short', async () => {
    await world.receive('SH-C1', { cup: 1 });
    const answer = await world.reserve('ord_short', { cup: 3, plate: 2 });
    expect(answer.ok === false && answer.refusals.map((one) => [one['skuId'], one['available']])).toEqual([
      ['sku_cup', 1],
      ['sku_plate', 0],
    ]);
  });

  test('splits over warehouses only when none has everything, and sends each line from where it is', async () => {
    await world.receive('SH-C1', { lamp: 1, bulb: 9 });
    await world.receive('GZ-R1', { lamp: 9 });
    await world.reserve('ord_single', { lamp: 2 });
    expect([await world.level('SH-C1', 'lamp'), await world.level('GZ-R1', 'lamp')]).toEqual([
      [1, 0, 0, 0],
      [9, 2, 0, 0],
    ]);
    await world.reserve('ord_split', { lamp: 8, bulb: 1 });
    expect(await world.level('SH-C1', 'lamp')).toEqual([1, 1, 0, 0]);
    expect(await world.level('GZ-R1', 'lamp')).toEqual([9, 9, 0, 0]);
  });

  test('again for the same order answers the same and takes nothing more', async () => {
    await world.receive('SH-C1', { twin: 10 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.reserve('ord_twin', { twin: 4 })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await world.level('SH-C1', 'twin')).toEqual([10, 4, 0, 0]);
  });

  test('again for the same order answers the same also when nothing is left, alone and in a group with others', async () => {
    await world.receive('SH-C1', { last: 3 });
    const first = await world.reserve('ord_last', { last: 3 });
    expect(first.ok).toBe(true);
    expect(await world.reserve('ord_last', { last: 3 })).toEqual(first);
    const orderIds = ['ord_late_1', 'ord_late_2', 'ord_last', 'ord_late_3', 'ord_last'];
    const answers = await Promise.all(orderIds.map((orderId) => world.reserve(orderId, { last: 3 })));
    expect([answers[2], answers[4]]).toEqual([first, first]);
    expect(answers.filter((answer) => !answer.ok)).toHaveLength(3);
    expect(await world.level('SH-C1', 'last')).toEqual([3, 3, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('is refused after a release, even one that came first', async () => {
    await world.receive('SH-C1', { early: 10 });
    expect(await release('ord_early')).toEqual({ released: 0 });
    expect(await world.reserve('ord_early', { early: 1 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'RELEASED' }],
    });
    await world.reserve('ord_late', { early: 3 });
    expect(await release('ord_late')).toEqual({ released: 1 });
    expect(await release('ord_late')).toEqual({ released: 0 });
    expect(await world.reserve('ord_late', { early: 3 })).toMatchObject({ ok: false });
    expect(await world.level('SH-C1', 'early')).toEqual([10, 0, 0, 0]);
  });

  test('begins anew with a later attempt, and an earlier one can neither reserve nor release any more', async () => {
    const attempts = (attempt: number) => ({
      reserve: () => world.reserve('ord_anew', { anew: 3 }, { attempt }),
      release: () => world.doors.releaseStock({ orderId: 'ord_anew', attempt }, world.asOrder),
    });
    await world.receive('SH-C1', { anew: 5 });
    await attempts(1).reserve();
    await attempts(1).release();
    const second = await attempts(2).reserve();
    expect(second.ok).toBe(true);
    expect(await attempts(2).reserve()).toEqual(second);
    expect(await attempts(1).reserve()).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'HELD' }] });
    expect(await attempts(1).release()).toEqual({ released: 0 });
    expect(await world.level('SH-C1', 'anew')).toEqual([5, 3, 0, 0]);
    expect(await attempts(2).release()).toEqual({ released: 1 });
    expect(await attempts(2).reserve()).toMatchObject({ ok: false });
    expect(await world.level('SH-C1', 'anew')).toEqual([5, 0, 0, 0]);
  });

  test('of a later attempt carries on what is still held, with its own time', async () => {
    await world.receive('SH-C1', { carried: 3 });
    const first = await world.reserve('ord_carried', { carried: 3 });
    world.clock.advance(20 * 60_000);
    expect(await world.reserve('ord_carried', { carried: 3 }, { attempt: 2 })).toEqual(first);
    world.clock.advance(20 * 60_000);
    await world.sweep();
    expect(await world.level('SH-C1', 'carried')).toEqual([3, 3, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('of no sensible quantity is refused', async () => {
    await world.receive('SH-C1', { odd: 10 });
    expect(await world.reserve('ord_odd', { odd: 1_000_001 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] }],
    });
    for (const quantity of [0, -1, 1.5]) {
      await expect(world.reserve('ord_odd', { odd: quantity })).rejects.toMatchObject({ reason: 'BAD_USER_INPUT' });
    }
    expect(await world.level('SH-C1', 'odd')).toEqual([10, 0, 0, 0]);
  });

  test('only takes from warehouses that serve the channel', async () => {
    await world.doors.loadNetwork(
      { carriers: [], warehouses: [{ ...regional, code: 'APP-1', channels: ['app'] }] },
      world.asOrder,
    );
    await world.receive('APP-1', { exclusive: 3 });
    expect(await world.reserve('ord_web', { exclusive: 1 })).toMatchObject({ refusals: [{ available: 0 }] });
    expect(await world.reserve('ord_app', { exclusive: 1 }, { channel: 'app' })).toMatchObject({ ok: true });
  });
});

describe('a reservation that nobody pays', () => {
  test('is given back once when its time is over, and not before', async () => {
    await world.receive('SH-C1', { slow: 5 });
    await world.reserve('ord_slow', { slow: 2 });
    await world.sweep();
    expect(await world.level('SH-C1', 'slow')).toEqual([5, 2, 0, 0]);
    world.clock.advance(30 * 60_000);
    await Promise.all([world.sweep(), world.sweep(), release('ord_slow')]);
    expect(await world.level('SH-C1', 'slow')).toEqual([5, 0, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('is kept for good once the order is paid', async () => {
    await world.receive('SH-C1', { kept: 5 });
    await world.reserve('ord_kept', { kept: 2 });
    await world.tell('order.paid', world.paid('ord_kept', { kept: 2 }));
    world.clock.advance(24 * 3_600_000);
    await world.sweep();
    expect(await release('ord_kept')).toEqual({ released: 0 });
    expect(await world.level('SH-C1', 'kept')).toEqual([5, 2, 0, 0]);
  });
});

describe('what the rest of the graph is told', () => {
  test('a SKU becomes sellable and stops being so, each crossing once', async () => {
    const changes = async () => (await world.told('sku_edge')).map(([, payload]) => payload);
    await world.receive('SH-C1', { edge: 2 });
    await world.receive('GZ-R1', { edge: 1 });
    await world.reserve('ord_edge_1', { edge: 1 });
    expect(await changes()).toEqual([{ skuId: 'sku_edge', inStock: true }]);
    await Promise.all([world.reserve('ord_edge_2', { edge: 1 }), world.reserve('ord_edge_3', { edge: 1 })]);
    await world.reserve('ord_edge_4', { edge: 1 });
    await release('ord_edge_2');
    expect(await changes()).toEqual([
      { skuId: 'sku_edge', inStock: true },
      { skuId: 'sku_edge', inStock: false },
      { skuId: 'sku_edge', inStock: true },
    ]);
  });
});
