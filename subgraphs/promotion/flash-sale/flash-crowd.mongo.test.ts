import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem } from '../testing/offers.ts';
import { cancelled } from '../testing/orders.ts';
import { memberViewer, staffViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { answers } = fakeNeighbours();
let app: PromotionApp;
/** Another process on the same database. */
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  await app.subgraph.start();
  await twin.subgraph.start();
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});
beforeEach(() => app.clock.set(noon));

/** What flash sales ask the database while something happens, without following its changes. */
async function askedOf(process: PromotionApp, happens: () => Promise<unknown>): Promise<string[]> {
  process.commands.length = 0;
  await happens();
  return process.commands
    .filter(({ collection, command }) => collection.startsWith('flash') && command !== 'getMore')
    .map(({ collection, command }) => `${command} ${collection}`);
}
const crowd = (process: PromotionApp, itemId: string, size = 50) =>
  Promise.all(Array.from({ length: size }, (_, index) => purchase(process, itemId, {}, `mbr_crowd_${index}`)));

describe('a sold-out item', () => {
  /** Sold to member 1, and known to be so in both processes. */
  async function soldOutItem() {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 1 });
    const bought = await purchase(app, itemId, { idempotencyKey: `of ${itemId}` });
    for (const process of [app, twin]) {
      await eventually(async () => expect(await askedOf(process, () => crowd(process, itemId, 1))).toEqual([]));
    }
    return { itemId, orderId: bought.order.id as string };
  }

  test('is refused to a crowd without a question to the database', async () => {
    const { itemId } = await soldOutItem();
    for (const process of [app, twin]) {
      const asked = await askedOf(process, async () => {
        const payloads = await crowd(process, itemId);
        expect(new Set(payloads.flatMap(codesOf))).toEqual(new Set(['FLASH_SALE_SOLD_OUT']));
      });
      expect(asked).toEqual([]);
    }
  });

  test('still answers its buyer, who asks again with the same key, in every process', async () => {
    const { itemId, orderId } = await soldOutItem();
    for (const process of [app, twin]) {
      const again = await purchase(process, itemId, { idempotencyKey: `of ${itemId}` });
      expect(again.order).toEqual({ id: orderId });
      const anew = await purchase(process, itemId, { idempotencyKey: `not of ${itemId}` });
      expect(codesOf(anew)).toEqual(['FLASH_SALE_SOLD_OUT']);
    }
  });

  test('is sold again as soon as its unit comes back, whichever process hears of it', async () => {
    const { itemId, orderId } = await soldOutItem();
    await cancelled(twin, orderId, false);
    await eventually(async () => expect((await purchase(app, itemId, {}, 'mbr_late')).order).not.toBeNull());
    expect(codesOf((await crowd(twin, itemId, 1))[0])).toEqual(['FLASH_SALE_SOLD_OUT']);
  });
});

describe('a member with all that one may have', () => {
  test('is refused without a question to the database, and may buy again when it is given back', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 100, limitPerMember: 1 });
    const { order } = await purchase(app, itemId, { idempotencyKey: `one of ${itemId}` });
    // What was written is known here a moment later, and who asks more often until then comes too fast.
    await eventually(
      async () => {
        const asked = await askedOf(app, async () =>
          expect(codesOf(await purchase(app, itemId))).toEqual(['FLASH_SALE_LIMIT_REACHED']),
        );
        expect(asked).toEqual([]);
      },
      { everyMs: 250 },
    );
    expect((await purchase(app, itemId, { idempotencyKey: `one of ${itemId}` })).order).toEqual(order);
    await cancelled(app, order.id, false);
    expect((await purchase(app, itemId)).order).not.toBeNull();
  });
});

describe('an item that is not on sale yet', () => {
  test('is refused to a crowd with one question to the database', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() }, { startsAt: '2026-06-18T04:00:01.000Z' });
    expect(await askedOf(app, () => crowd(app, itemId))).toEqual(['find flashSaleItems']);
  });
});

describe('somebody who comes too fast', () => {
  const tryFrom = async (clientAddress: string | undefined, memberId: string, process = strict) => {
    const query = `mutation ($input: PurchaseFlashSaleItemInput!) { purchaseFlashSaleItem(input: $input) {
      userErrors { __typename code message ... on TooManyRequestsError { retryAfterSeconds } } } }`;
    const input = { itemId: 'fsi_unknown', quantity: 1, idempotencyKey: 'k' };
    const call = { viewer: memberViewer(memberId), requestId: 'req_1', clientAddress };
    const { data } = await process.subgraph.execute({ query, variables: { input } }, call);
    return (data as { purchaseFlashSaleItem: { userErrors: { code: string }[] } }).purchaseFlashSaleItem.userErrors[0];
  };
  let strict: PromotionApp;
  beforeAll(async () => {
    const env = { FLASH_SALE_MEMBER_BURST: '3', FLASH_SALE_MEMBER_PER_SECOND: '1', FLASH_SALE_ADDRESS_BURST: '5' };
    const more = { FLASH_SALE_ADDRESS_PER_SECOND: '1' };
    const place = { mongoUri: db.uri, database: db.name, at: noon, answers };
    strict = await startPromotionApp({ ...place, env: { ...env, ...more } });
  });
  afterAll(() => strict?.subgraph.stop());

  test('is told when to come again: a member', async () => {
    const said = [];
    for (let count = 0; count < 4; count += 1) said.push(await tryFrom(undefined, 'mbr_fast'));
    expect(said.map((error) => error?.code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND', 'TOO_MANY_REQUESTS']);
    expect(said[3]).toEqual({
      __typename: 'TooManyRequestsError',
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many requests. Please try again in 1 s.',
      retryAfterSeconds: 1,
    });
  });

  test('or all members of one address together', async () => {
    const codes = [];
    for (let count = 0; count < 6; count += 1) codes.push((await tryFrom('203.0.113.7', `mbr_of_${count}`))?.code);
    expect(codes).toEqual([...Array.from({ length: 5 }, () => 'NOT_FOUND'), 'TOO_MANY_REQUESTS']);
    expect((await tryFrom('203.0.113.8', 'mbr_elsewhere'))?.code).toBe('NOT_FOUND');
  });
});

describe('somebody who asks two processes in turn', () => {
  const burst = 40;
  const replicas: PromotionApp[] = [];
  beforeAll(async () => {
    const env = { FLASH_SALE_MEMBER_BURST: `${burst}`, FLASH_SALE_MEMBER_PER_SECOND: '1' };
    for (const _ of [1, 2])
      replicas.push(await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers, env }));
  });
  afterAll(() => Promise.all(replicas.map(({ subgraph }) => subgraph.stop())));

  test('has one burst, a fifth more for each process, and what a moment brings', async () => {
    for (const { commands } of replicas) commands.length = 0;
    const begunAt = performance.now();
    let tried = 0;
    // Two tries in each process ten times a second, until neither lets anything pass for a second.
    for (let since = 0; since < 10; since += 1) {
      for (const process of [...replicas, ...replicas]) {
        const [error] = (await purchase(process, 'fsi_unknown', {}, 'mbr_greedy')).userErrors;
        if (error.code === 'TOO_MANY_REQUESTS') continue;
        expect(error.code).toBe('NOT_FOUND');
        tried += 1;
        since = 0;
      }
      await pause(100);
    }
    const gained = (performance.now() - begunAt) / 1000;
    // What a process lets pass in the quarter of a second until it shares.
    const unheard = 2 * (burst / 5 + 2 * 4);
    expect(tried).toBeGreaterThanOrEqual(burst);
    // Sharing is a write and a read in a quarter of a second at most, however many try.
    for (const { commands } of replicas) {
      const sharing = commands.filter(({ collection }) => collection === 'crowdBuckets');
      expect(sharing.map(({ command }) => command).slice(0, 2)).toEqual(['update', 'find']);
      expect(sharing.length).toBeLessThanOrEqual(2 * 4 * (gained + 1));
    }
    expect(tried).toBeLessThanOrEqual(Math.ceil(burst + unheard + gained));
  });
});

describe('a flash sale that staff end', () => {
  const end = async (flashSaleId: string, by = app) => {
    const mutation = `mutation ($input: EndFlashSaleInput!) { endFlashSale(input: $input) {
      flashSale { status endsAt } userErrors { code path } } }`;
    const { data, errors } = await by.ask(mutation, { input: { flashSaleId } }, staffViewer);
    return data?.endFlashSale ?? errors;
  };
  const saleOf = async (itemId: string) => {
    const item = await db.connection
      .collection<{ _id: string; flashSaleId: string }>('flashSaleItems')
      .findOne({ _id: itemId });
    return item?.flashSaleId ?? '';
  };

  test('sells nothing any more, in any process, and keeps the orders that it has', async () => {
    const skuId = aSku();
    const itemId = await aFlashItem(app, { skuId });
    const { order } = await purchase(app, itemId, { idempotencyKey: 'before the end' });
    await purchase(twin, itemId, {}, 'mbr_2');
    expect(await end(await saleOf(itemId))).toEqual({ flashSale: { status: 'ENDED', endsAt: noon }, userErrors: [] });
    for (const process of [app, twin])
      expect(codesOf(await purchase(process, itemId, {}, 'mbr_3'))).toEqual(['FLASH_SALE_NOT_OPEN']);
    expect((await purchase(app, itemId, { idempotencyKey: 'before the end' })).order).toEqual(order);
    // The SKU is free for another sale.
    await aFlashItem(app, { skuId }, { startsAt: noon });
  });

  test('before it opens never does, and one that is over stays as it is', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku() }, { startsAt: '2026-06-20T00:00:00.000Z' });
    const saleId = await saleOf(itemId);
    expect((await end(saleId)).flashSale).toEqual({ status: 'ENDED', endsAt: noon });
    app.clock.set('2026-06-21T00:00:00.000Z');
    expect((await end(saleId)).flashSale).toEqual({ status: 'ENDED', endsAt: noon });
    expect(codesOf(await purchase(app, itemId))).toEqual(['FLASH_SALE_NOT_OPEN']);
  });

  test('must exist, and is theirs to end', async () => {
    expect(await end('fls_unknown')).toEqual({
      flashSale: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['flashSaleId'] }],
    });
    const mutation = 'mutation { endFlashSale(input: { flashSaleId: "fls_1" }) { flashSale { id } } }';
    const { errors } = await app.ask(mutation, {}, memberViewer('mbr_1'));
    expect(errors?.[0].extensions.code).toBe('FORBIDDEN');
  });
});
