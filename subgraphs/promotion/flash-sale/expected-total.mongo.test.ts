import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem, june, yuan } from '../testing/offers.ts';
import { startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { codesOf, preview, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { order, answers } = fakeNeighbours();
let app: PromotionApp;

beforeAll(async () => {
  const env = { FLASH_SALE_MEMBER_BURST: '1000' };
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers, env });
  await app.subgraph.start();
});
afterAll(async () => app?.subgraph.stop());
beforeEach(() => {
  app.clock.set(noon);
  order.received.length = 0;
  order.priced.length = 0;
  order.next = null;
  order.nextPrice = null;
  order.freightMinor = 800;
});

const yuanMoney = (amount: string) => ({ amount, currency: 'CNY' });
/** What is left of the quota, and how many tickets were ever given. */
async function takenOf(itemId: string): Promise<[remaining: number, tickets: number]> {
  const items = db.connection.collection<{ _id: string; remaining: number }>('flashSaleItems');
  const item = await items.findOne({ _id: itemId });
  return [item?.remaining ?? Number.NaN, await db.connection.collection('flashTickets').countDocuments({ itemId })];
}

describe('what a flash-sale purchase would cost', () => {
  test('is told with its freight and its days, and takes nothing', async () => {
    const skuId = aSku();
    const itemId = await aFlashItem(app, { skuId, price: yuan('0.99') });
    expect(await preview(app, itemId, { quantity: 2, addressId: 'adr_1' })).toEqual({
      preview: {
        goods: { amount: '1.98', currency: 'CNY' },
        freight: { amount: '8.00' },
        total: { amount: '9.98' },
        earliest: '2026-06-20T01:00:00.000Z',
        latest: '2026-06-21T01:00:00.000Z',
      },
      userErrors: [],
    });
    const asked = { memberId: 'mbr_1', channel: 'web', skuId, quantity: 2, unitPriceMinor: 99, currency: 'CNY' };
    expect(order.priced).toEqual([{ ...asked, addressId: 'adr_1', address: null }]);
    expect(await takenOf(itemId)).toEqual([10, 0]);
  });

  test('is told before the sale opens and not after it is over', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() }, { startsAt: '2026-06-18T04:00:01.000Z' });
    expect((await preview(app, itemId)).userErrors).toEqual([]);
    app.clock.set(june.endsAt);
    expect(codesOf(await preview(app, itemId))).toEqual(['FLASH_SALE_NOT_OPEN']);
  });

  test.each([
    ['an unknown item', 'fsi_unknown', {}, { code: 'NOT_FOUND', path: ['itemId'] }],
    ['no units', null, { quantity: 0 }, { code: 'INVALID_INPUT', path: ['quantity'] }],
    ['too many units', null, { quantity: 1_000 }, { code: 'INVALID_INPUT', path: ['quantity'] }],
  ])('of %s is refused, and order isn’t asked', async (_what, id, input, refusal) => {
    const itemId = id ?? (await aFlashItem(app, { skuId: aSku() }));
    expect(await preview(app, itemId, input)).toMatchObject({ preview: null, userErrors: [refusal] });
    expect(order.priced).toEqual([]);
  });

  test('of what order refuses says why', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    const short = { type: 'InsufficientStockError', code: 'INSUFFICIENT_STOCK', path: ['quantity'] };
    const unsold = { type: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', skuId: 'sku_1' };
    order.nextPrice = () => ({
      ok: false,
      refusals: [{ ...short, skuId: 'sku_1', requested: 1, available: 0 }, unsold],
    });
    expect((await preview(app, itemId)).userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', available: 0 },
      { code: 'ORDER_REFUSED', reason: 'SKU_UNAVAILABLE' },
    ]);
  });
});

describe('a purchase with the total that the shopper saw', () => {
  test('is made when that is what it costs, and order is told what was seen', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    const { total } = (await preview(app, itemId, { quantity: 2 })).preview;
    const bought = await purchase(app, itemId, { quantity: 2, expectedTotal: yuanMoney(total.amount) });
    expect(bought).toEqual({ order: { id: expect.stringMatching(/^ord_/) }, userErrors: [] });
    expect(order.received).toMatchObject([{ quantity: 2, expectedTotalMinor: 2_780 }]);
    expect(await takenOf(itemId)).toEqual([8, 1]);
  });

  test('of another price is refused with both before there is a ticket, and its key stays free', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    const input = { idempotencyKey: 'the freight came as a surprise', expectedTotal: yuanMoney('9.90') };
    expect(await purchase(app, itemId, input)).toMatchObject({
      order: null,
      userErrors: [
        {
          __typename: 'PriceChangedError',
          code: 'PRICE_CHANGED',
          message: 'The total changed from CNY 9.90 to CNY 17.90. Confirm the new total.',
          path: ['expectedTotal'],
          expected: yuanMoney('9.90'),
          current: yuanMoney('17.90'),
        },
      ],
    });
    expect([await takenOf(itemId), order.received]).toEqual([[10, 0], []]);
    expect((await purchase(app, itemId, { ...input, expectedTotal: yuanMoney('17.90') })).order).not.toBeNull();
  });

  test('is one purchase for its key, whatever it would cost by now; another total is another wish', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    const input = { idempotencyKey: 'as seen', expectedTotal: yuanMoney('17.90') };
    const first = await purchase(app, itemId, input);
    order.freightMinor = 900;
    expect(await purchase(app, itemId, input)).toEqual(first);
    expect(codesOf(await purchase(app, itemId, { ...input, expectedTotal: yuanMoney('18.90') }))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
    expect(await takenOf(itemId)).toEqual([9, 1]);
  });

  test('gives its ticket back when the total turns out to be another one as the goods are reserved', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    const [expected, current] = [1_790, 1_990].map((minor) => ({ minor, currency: 'CNY' }));
    const changed = { type: 'PriceChangedError', code: 'PRICE_CHANGED', path: ['expectedTotal'], expected, current };
    order.next = () => ({ ok: false, refusals: [changed] });
    expect((await purchase(app, itemId, { expectedTotal: yuanMoney('17.90') })).userErrors).toMatchObject([
      { code: 'PRICE_CHANGED', expected: yuanMoney('17.90'), current: yuanMoney('19.90') },
    ]);
    expect((await takenOf(itemId))[0]).toBe(10);
  });

  test.each([
    [
      'another currency',
      { amount: '17.90', currency: 'USD' },
      { code: 'CURRENCY_MISMATCH', path: ['expectedTotal', 'currency'] },
    ],
    ['half a cent', yuanMoney('17.905'), { code: 'INVALID_INPUT', path: ['expectedTotal', 'amount'] }],
  ])('in %s is refused', async (_what, expectedTotal, refusal) => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    expect((await purchase(app, itemId, { expectedTotal })).userErrors).toMatchObject([refusal]);
    expect([await takenOf(itemId), order.priced]).toEqual([[10, 0], []]);
  });

  test('is BUSY when nobody can say what it costs, and the same key buys later', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('9.90') });
    const input = { idempotencyKey: 'nobody answers', expectedTotal: yuanMoney('17.90') };
    order.nextPrice = () => {
      throw new NeighbourError('TIMEOUT', 'order', 'no answer');
    };
    const [error] = await purchase(app, itemId, input);
    expect(error.extensions.code).toBe('BUSY');
    expect(await takenOf(itemId)).toEqual([10, 0]);
    expect((await purchase(app, itemId, input)).order).not.toBeNull();
  });

  test('costs no question where nothing was said', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    await purchase(app, itemId);
    expect(order.priced).toEqual([]);
    expect(order.received[0]?.expectedTotalMinor).toBeUndefined();
  });
});
