import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CrashPointName } from '#kit/crash-points/crash-points.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem } from '../testing/offers.ts';
import { startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { order, answers } = fakeNeighbours();
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  await app.subgraph.start();
});
afterAll(() => app?.subgraph.stop());
beforeEach(() => {
  app.clock.set(noon);
  order.next = null;
});

const rowsOf = (collection: string, itemId: string) => db.connection.collection(collection).find({ itemId }).toArray();
const remainingOf = async (itemId: string) =>
  (await db.connection.collection<{ _id: string; remaining: number }>('flashSaleItems').findOne({ _id: itemId }))
    ?.remaining;
const statusesOf = async (itemId: string) => (await rowsOf('flashTickets', itemId)).map(({ status }) => status);
const anItem = () => aFlashItem(app, { skuId: aSku(), quota: 5 });
const soldOut = () => ({
  ok: false,
  refusals: [{ type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', skuId: 's', requested: 1, available: 0 }],
});

/** Half a minute later, when what was left behind is settled. */
async function settleLater(): Promise<void> {
  app.clock.advance(30_001);
  await app.subgraph.runJob('settle-left-flash-tickets');
}

async function discrepancies(): Promise<unknown[]> {
  app.clock.advance(60_000);
  const found = await app.operate('verify', {}, systemViewer('verify'));
  return found.discrepancies;
}

describe('a process that dies while somebody buys from a flash sale', () => {
  const points: CrashPointName[] = [
    'group-commit.before',
    'group-commit.written',
    'promotion.flash-sale.ticket-taken',
    'promotion.flash-sale.order-placed',
    'promotion.flash-sale.order-noted',
  ];

  test.each(points)('at %s leaves the buyer who asks again with one order', async (point) => {
    const itemId = await anItem();
    const wish = { idempotencyKey: `again after ${point}` };
    await dieAt(point, () => purchase(app, itemId, wish));
    expect((await purchase(app, itemId, wish)).order).not.toBeNull();
    expect(await statusesOf(itemId)).toEqual(['ORDERED']);
    expect(await remainingOf(itemId)).toBe(4);
    expect(await discrepancies()).toEqual([]);
  });

  test.each([
    ['promotion.flash-sale.ticket-taken', 'RETURNED', 5],
    ['promotion.flash-sale.order-placed', 'ORDERED', 4],
    ['promotion.flash-sale.order-noted', 'ORDERED', 4],
  ] as const)(
    'at %s, and of whose buyer nobody hears again, leaves a ticket that is %s',
    async (point, status, left) => {
      const itemId = await anItem();
      await dieAt(point, () => purchase(app, itemId));
      await settleLater();
      expect(await statusesOf(itemId)).toEqual([status]);
      expect(await remainingOf(itemId)).toBe(left);
      expect(await discrepancies()).toEqual([]);
    },
  );

  test('before a refused order has given its ticket back leaves the units to the sale', async () => {
    const itemId = await anItem();
    order.next = soldOut;
    await dieAt('promotion.flash-sale.order-refused', () => purchase(app, itemId));
    expect(await statusesOf(itemId)).toEqual(['HELD']);
    await settleLater();
    expect(await statusesOf(itemId)).toEqual(['RETURNED']);
    expect(await remainingOf(itemId)).toBe(5);
    expect(codesOf(await purchase(app, itemId, {}, 'mbr_2'))).toEqual([]);
    expect(await discrepancies()).toEqual([]);
  });
});

describe('a process that dies while it settles what was left behind', () => {
  test.each<CrashPointName>(['promotion.flash-sale.left-settled', 'promotion.flash-sale.left-noted'])(
    'at %s leaves the rest to the next one, which gives each unit back once',
    async (point) => {
      const itemId = await anItem();
      await dieAt('promotion.flash-sale.order-placed', () => purchase(app, itemId));
      await dieAt('promotion.flash-sale.ticket-taken', () => purchase(app, itemId, {}, 'mbr_2'));
      await dieAt(point, settleLater);
      await settleLater();
      expect((await statusesOf(itemId)).toSorted()).toEqual(['ORDERED', 'RETURNED']);
      expect(await remainingOf(itemId)).toBe(4);
      expect(await discrepancies()).toEqual([]);
    },
  );
});
