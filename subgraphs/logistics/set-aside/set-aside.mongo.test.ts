import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';

const world = logisticsWorld(testDatabase());
let made = 0;

/** A SKU of its own name for each test. */
const aName = () => `aside${(made += 1)}`;
const inDays = (days: number) => new Date(world.clock.now().getTime() + days * 86_400_000);

/** Promotion tells of a presale whose balances are over in two days. */
async function presale(name: string, quota: number): Promise<string> {
  const presaleId = `prs_${name}_${(made += 1)}`;
  const payload = { presaleId, skuId: `sku_${name}`, quota, balanceTo: inDays(2).toISOString() };
  await world.tell('presale.created', payload);
  return presaleId;
}

/** Orders of a presale ask for their goods, as when balances open. */
const reserveOf = (presaleId: string, name: string, wanted: readonly { orderId: string; units: number }[]) =>
  world.elsewhere.reserveOrders(
    wanted.map(({ orderId, units }) => ({
      presaleId,
      request: {
        ...{ orderId, attempt: 1, expiresAt: inDays(2) },
        lines: [{ orderLineId: `orl_${orderId}`, skuId: `sku_${name}`, quantity: units, weightGrams: 500 }],
      },
      destination: { channel: 'web', region: '上海市' },
    })),
  );
const asideOf = async (presaleId: string) => {
  const found = (await world.stores.reservations.ofOrders([presaleId])).get(presaleId);
  const units = found?.lines.reduce((sum, line) => sum + (line.state === 'OPEN' ? line.quantity : 0), 0);
  return [found?.state, units, found?.setAside?.wanted];
};

describe('goods of a presale', () => {
  test('are kept from other sales, and are there for its orders', async () => {
    const name = aName();
    await world.receive('SH-C1', { [name]: 5 });
    const presaleId = await presale(name, 3);
    expect(await world.level('SH-C1', name)).toEqual([5, 3, 0, 0]);
    expect(await world.reserve(`ord_${name}_1`, { [name]: 3 })).toMatchObject({
      ok: false,
      refusals: [{ code: 'INSUFFICIENT_STOCK', requested: 3, available: 2 }],
    });
    expect(await world.reserve(`ord_${name}_2`, { [name]: 2 })).toMatchObject({ ok: true });
    const wanted = [{ orderId: `ord_${name}_3`, units: 2 }];
    for (let times = 0; times < 2; times += 1)
      expect(await reserveOf(presaleId, name, wanted)).toMatchObject([{ ok: true }]);
    expect(await asideOf(presaleId)).toEqual(['HELD', 1, 1]);
    expect(await world.level('SH-C1', name)).toEqual([5, 5, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('that arrive later, or become free, are set aside before anybody else can have them', async () => {
    const name = aName();
    await world.receive('SH-C1', { [name]: 1 });
    await world.reserve(`ord_${name}_1`, { [name]: 1 });
    const presaleId = await presale(name, 4);
    expect(await asideOf(presaleId)).toEqual(['HELD', 0, 4]);
    await world.receive('SH-C1', { [name]: 2 });
    await world.doors.releaseStock({ orderId: `ord_${name}_1`, attempt: 1 }, world.asOrder);
    expect(await asideOf(presaleId)).toEqual(['HELD', 3, 4]);
    expect(await world.reserve(`ord_${name}_2`, { [name]: 1 })).toMatchObject({ ok: false });
    await world.receive('SH-C1', { [name]: 4 });
    expect(await asideOf(presaleId)).toEqual(['HELD', 4, 4]);
    expect(await world.reserve(`ord_${name}_3`, { [name]: 4 })).toMatchObject({ ok: false });
    expect(await world.reserve(`ord_${name}_3`, { [name]: 3 })).toMatchObject({ ok: true });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('stay set aside when an order can’t have as many as it wants', async () => {
    const name = aName();
    await world.receive('SH-C1', { [name]: 2 });
    const presaleId = await presale(name, 2);
    expect(await reserveOf(presaleId, name, [{ orderId: `ord_${name}`, units: 3 }])).toMatchObject([
      { ok: false, refusals: [{ code: 'INSUFFICIENT_STOCK', requested: 3, available: 2 }] },
    ]);
    expect(await asideOf(presaleId)).toEqual(['HELD', 2, 2]);
    expect(await world.level('SH-C1', name)).toEqual([2, 2, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('are free for everybody when the presale is called off, and when its balances are over', async () => {
    const [first, second] = [aName(), aName()];
    await world.receive('SH-C1', { [first]: 2, [second]: 2 });
    const [called, over] = [await presale(first, 2), await presale(second, 2)];
    await world.tell('presale.cancelled', { presaleId: called });
    expect(await asideOf(called)).toEqual(['RELEASED', 0, 2]);
    expect(await world.reserve(`ord_${first}`, { [first]: 2 })).toMatchObject({ ok: true });
    await world.sweep();
    expect(await asideOf(over)).toEqual(['HELD', 2, 2]);
    world.clock.advance(2 * 86_400_000);
    await world.sweep();
    expect(await asideOf(over)).toEqual(['RELEASED', 0, 2]);
    expect(await world.reserve(`ord_${second}`, { [second]: 2 })).toMatchObject({ ok: true });
    await world.tell('presale.cancelled', { presaleId: 'prs_of_before' });
    expect(await world.discrepancies()).toEqual([]);
  });

  test('are had by its orders and by nobody else while everybody asks at once: none is lost, none sold twice', async () => {
    const name = aName();
    await world.receive('SH-C1', { [name]: 12 });
    const presaleId = await presale(name, 8);
    const others = Array.from({ length: 20 }, (_, index) => world.reserve(`ord_${name}_o${index}`, { [name]: 1 }));
    const own = Array.from({ length: 8 }, (_, index) =>
      reserveOf(presaleId, name, [{ orderId: `ord_${name}_p${index}`, units: 1 }]),
    );
    const [sold, taken] = await Promise.all([Promise.all(others), Promise.all(own)]);
    expect(taken.flat().filter(({ ok }) => ok)).toHaveLength(8);
    expect(sold.filter(({ ok }) => ok)).toHaveLength(4);
    expect(await asideOf(presaleId)).toEqual(['HELD', 0, 0]);
    expect(await world.level('SH-C1', name)).toEqual([12, 12, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
  });
});
