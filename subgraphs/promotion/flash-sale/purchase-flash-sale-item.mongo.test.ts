import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { NeighbourError } from '#kit/transport/neighbour-error.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem, june, yuan } from '../testing/offers.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { order, answers } = fakeNeighbours();
let app: PromotionApp;
/** A second process on the same database: quotas hold between processes, too. */
let twin: PromotionApp;

/** One member buys in every test, and time stands still: nobody here comes too fast. */
const env = { FLASH_SALE_MEMBER_BURST: '1000' };
beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers, env });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers, env });
  await app.subgraph.start();
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});
beforeEach(() => {
  app.clock.set(noon);
  order.received.length = 0;
  order.next = null;
});

const remainingOf = async (itemId: string) =>
  (await db.connection.collection<{ _id: string; remaining: number }>('flashSaleItems').findOne({ _id: itemId }))
    ?.remaining;

describe('buying from a flash sale', () => {
  test('takes a ticket and places the order at its price, to be paid in 15 minutes', async () => {
    const skuId = aSku();
    const itemId = await aFlashItem(app, { skuId, price: yuan('0.99'), quota: 5 });
    const payload = await purchase(app, itemId, { quantity: 2, addressId: 'adr_1' });
    expect(payload).toEqual({ order: { id: expect.stringMatching(/^ord_/) }, userErrors: [] });
    expect(order.received).toEqual([
      expect.objectContaining({
        orderId: payload.order.id,
        ticketId: expect.stringMatching(/^ftk_/),
        labels: { channelPrice: 'Price', flashPrice: 'Flash-sale price' },
        memberId: 'mbr_1',
        channel: 'web',
        skuId,
        quantity: 2,
        unitPriceMinor: 99,
        currency: 'CNY',
        addressId: 'adr_1',
        address: null,
        payBefore: '2026-06-18T04:15:00.000Z',
      }),
    ]);
    expect(await remainingOf(itemId)).toBe(3);
  });

  test('answers the same order for the same key, and refuses the key for another wish', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    const first = await purchase(app, itemId, { idempotencyKey: 'one' });
    expect(await purchase(app, itemId, { idempotencyKey: 'one' })).toEqual(first);
    expect(codesOf(await purchase(app, itemId, { idempotencyKey: 'one', quantity: 2 }))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);
    expect(await remainingOf(itemId)).toBe(9);
    // Order is asked what became of it: it may be paid or cancelled by now.
    expect(new Set(order.received.map(({ orderId }) => orderId)).size).toBe(1);
  });

  test('answers one order when the same key comes many times at once, to two processes', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    const payloads = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        purchase(index % 2 === 0 ? app : twin, itemId, { idempotencyKey: 'twins' }),
      ),
    );
    expect(new Set(payloads.map((payload) => payload.order?.id)).size).toBe(1);
    expect(await remainingOf(itemId)).toBe(9);
  });

  test('sends those who come together to order together', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 100 });
    order.calls.length = 0;
    await Promise.all(Array.from({ length: 60 }, (_, index) => purchase(app, itemId, {}, `mbr_${index}`)));
    expect(order.calls.reduce((sum, size) => sum + size, 0)).toBe(60);
    expect(order.calls.length).toBeLessThan(10);
  });

  test('tells number, state and total at once', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), price: yuan('0.99') });
    const { data } = await app.ask(
      `mutation ($input: PurchaseFlashSaleItemInput!) { purchaseFlashSaleItem(input: $input) {
        order { id number status total { amount currency } } } }`,
      { input: { itemId, quantity: 2, idempotencyKey: 'tell me' } },
      memberViewer('mbr_1'),
    );
    expect(data.purchaseFlashSaleItem.order).toMatchObject({
      number: '2026061800000001',
      status: 'PENDING_PAYMENT',
      total: { amount: '1.98', currency: 'CNY' },
    });
  });

  test.each(['', 'x'.repeat(201)])('needs a key of 1 to 200 characters', async (idempotencyKey) => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    const [error] = await purchase(app, itemId, { idempotencyKey });
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(await remainingOf(itemId)).toBe(10);
  });

  test('sells exactly 20 of 20 when 60 members come at once', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 20 });
    const payloads = await Promise.all(
      Array.from({ length: 60 }, (_, index) => purchase(index % 2 === 0 ? app : twin, itemId, {}, `mbr_${index}`)),
    );
    expect(payloads.filter((payload) => payload.order !== null)).toHaveLength(20);
    expect(payloads.filter((payload) => payload.order === null).flatMap(codesOf)).toEqual(
      Array.from({ length: 40 }, () => 'FLASH_SALE_SOLD_OUT'),
    );
    expect(await remainingOf(itemId)).toBe(0);
  });

  test('gives one member no more than the limit, however often they come at once', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 20, limitPerMember: 3 });
    const payloads = await Promise.all(
      Array.from({ length: 10 }, (_, index) => purchase(index % 2 === 0 ? app : twin, itemId)),
    );
    expect(payloads.filter((payload) => payload.order !== null)).toHaveLength(3);
    expect(payloads.find((payload) => payload.order === null)?.userErrors).toEqual([
      {
        __typename: 'FlashSaleLimitReachedError',
        code: 'FLASH_SALE_LIMIT_REACHED',
        message: 'One member may buy 3 of this item.',
        path: ['quantity'],
        limitPerMember: 3,
      },
    ]);
    expect(await remainingOf(itemId)).toBe(17);
  });

  test.each([0, -1, 1_000_000_000])('is refused for a quantity of %i', async (quantity) => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    expect(codesOf(await purchase(app, itemId, { quantity }))).toEqual(['INVALID_INPUT']);
    expect(await remainingOf(itemId)).toBe(10);
  });

  test('is refused with what is left when that is less', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 2 });
    expect((await purchase(app, itemId, { quantity: 3 })).userErrors).toMatchObject([
      { code: 'FLASH_SALE_SOLD_OUT', remaining: 2 },
    ]);
  });

  test('is refused before it opens and after it closes, with its times', async () => {
    const startsAt = '2026-06-18T04:00:01.000Z';
    const itemId = await aFlashItem(app, { skuId: aSku() }, { startsAt });
    expect((await purchase(app, itemId)).userErrors).toMatchObject([
      { code: 'FLASH_SALE_NOT_OPEN', startsAt, endsAt: june.endsAt },
    ]);
    app.clock.set(june.endsAt);
    expect(codesOf(await purchase(app, itemId))).toEqual(['FLASH_SALE_NOT_OPEN']);
  });

  test('is refused for an unknown item, with the same words as for one of another channel', async () => {
    const foreign = await aFlashItem(app, { skuId: aSku() }, { channels: ['app'] });
    expect(await purchase(app, foreign)).toEqual(await purchase(app, 'fsi_unknown'));
    expect(codesOf(await purchase(app, foreign))).toEqual(['NOT_FOUND']);
  });

  test('needs a member', async () => {
    const input = { itemId: 'fsi_1', quantity: 1, idempotencyKey: 'k' };
    const mutation =
      'mutation ($input: PurchaseFlashSaleItemInput!) { purchaseFlashSaleItem(input: $input) { order { id } } }';
    for (const viewer of [guestViewer, staffViewer]) {
      const { errors } = await app.ask(mutation, { input }, viewer);
      expect(errors?.[0].extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  test('returns the ticket when order refuses, and passes the reason on', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    const short = {
      type: 'InsufficientStockError',
      code: 'INSUFFICIENT_STOCK',
      path: ['quantity'],
      skuId: 'sku_1',
      requested: 1,
      available: 0,
    };
    order.next = () => ({ ok: false, refusals: [short] });
    const refused = await purchase(app, itemId, { idempotencyKey: 'short' });
    expect(refused.userErrors).toMatchObject([{ __typename: 'InsufficientStockError', requested: 1, available: 0 }]);
    expect(await remainingOf(itemId)).toBe(10);
    expect(await purchase(app, itemId, { idempotencyKey: 'short' })).toEqual(refused);
    order.next = () => ({
      ok: false,
      refusals: [{ type: 'SkuUnavailableError', code: 'SKU_UNAVAILABLE', skuId: 'sku_1' }],
    });
    expect((await purchase(app, itemId)).userErrors).toMatchObject([
      { __typename: 'OrderRefusedError', code: 'ORDER_REFUSED', reason: 'SKU_UNAVAILABLE' },
    ]);
    expect(await remainingOf(itemId)).toBe(10);
  });

  test('keeps the ticket when order does not answer, and asks again with it for the same key', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() });
    order.next = () => {
      throw new NeighbourError('TIMEOUT', 'order', 'no answer');
    };
    const failed = await purchase(app, itemId, { idempotencyKey: 'again' });
    expect(failed[0].extensions.code).toBe('BUSY');
    expect(await remainingOf(itemId)).toBe(9);
    expect((await purchase(app, itemId, { idempotencyKey: 'again' })).order).not.toBeNull();
    expect(await remainingOf(itemId)).toBe(9);
    expect(new Set(order.received.map((input) => input.ticketId)).size).toBe(1);
  });

  test('gives units back by itself when a purchase never became an order, and sells nothing for its key then', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), limitPerMember: 1 });
    order.next = () => {
      throw new NeighbourError('TIMEOUT', 'order', 'no answer');
    };
    await purchase(app, itemId, { idempotencyKey: 'lost' });
    app.clock.set('2026-06-18T04:00:30.000Z');
    await app.subgraph.runJob('settle-left-flash-tickets');
    expect(await remainingOf(itemId)).toBe(9);
    app.clock.set('2026-06-18T04:00:30.001Z');
    await app.subgraph.runJob('settle-left-flash-tickets');
    expect(await remainingOf(itemId)).toBe(10);
    expect(codesOf(await purchase(app, itemId, { idempotencyKey: 'lost' }))).toEqual(['INVALID_STATE']);
    expect((await purchase(app, itemId)).order).not.toBeNull();
  });
});
