import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { pino } from 'pino';
import { systemClock } from '#kit/clock/clock.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { type CallPath, inProcessTransport, NeighbourError, type Transport } from '#kit/transport/transport.ts';
import { demoAccounts, demoPartner } from '../../../gateway/demo/demo-accounts.ts';
import { type AllInOne, startAllInOne } from '../../start/all-in-one.ts';
import { type DemoLoad, loadDemo, loadTimeoutMs } from './load-demo.ts';
import type { Progress } from './progress.ts';

const db = testDatabase();
const log = pino({ level: 'silent' });
const secrets = ['the secret of a test of the demo shop'];
const longEnough = 240_000;
let graph: AllInOne;
let transport: Transport;
let mongo: Connection;
let lastLoad: DemoLoad;
const interruptions: string[] = [];
const told: Progress[] = [];

/** What the loading meets when its process is killed: the nth call of this kind was carried out, and nobody has heard of it. */
function cutAt(target: SubgraphName, path: CallPath, nth: number): Transport {
  let left = nth;
  const killed = () => new NeighbourError('UNAVAILABLE', target, 'the loading was killed');
  return {
    ...transport,
    async call(...asked) {
      if (left === 0) throw killed();
      const answer = await transport.call(...asked);
      if (asked[0] === target && asked[1] === path) left -= 1;
      if (left === 0) throw killed();
      return answer;
    },
  };
}

const load = (through: Transport) =>
  loadDemo({ transport: through, clock: systemClock, log, onProgress: (progress) => told.push(progress) });

type Row = Record<string, unknown> & { _id: string };
const collection = (subgraph: SubgraphName, name: string) =>
  mongo.useDb(`${db.name}_${subgraph}`).collection<Row>(name);
const countBy = async (subgraph: SubgraphName, name: string, field: string): Promise<Record<string, number>> => {
  const groups = await collection(subgraph, name)
    .aggregate<{ _id: string; count: number }>([{ $group: { _id: `$${field}`, count: { $sum: 1 } } }])
    .toArray();
  return Object.fromEntries(groups.map(({ _id, count }) => [_id, count]));
};

async function ask<Data>(query: string, headers: Record<string, string> = {}, variables: object = {}): Promise<Data> {
  const response = await fetch(`http://127.0.0.1:${graph.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

beforeAll(async () => {
  mongo = await mongoose.createConnection(db.uri).asPromise();
  graph = await startAllInOne({
    mongoUri: db.uri,
    databasePrefix: db.name,
    port: 0,
    host: '127.0.0.1',
    secrets,
    demo: true,
    log,
    env: {
      MEMBER_KEY_SECRET: 'a key secret of a test of the demo shop',
      PERSONAL_DATA_KEYS: 'a secret of personal data of a test of the demo shop',
      PAYMENT_TEST_SECRET: 'a payment secret of a test of the demo shop',
      ALLOW_TEST_PAYMENTS: 'true',
    },
  });
  const subgraphOf = (name: SubgraphName) => graph.subgraphs[name];
  transport = inProcessTransport({ subgraphOf, secrets, clock: systemClock, timeoutMs: loadTimeoutMs });
  const cuts = [cutAt('product', '/internal/loadProducts', 2), cutAt('order', '/internal/loadOrders', 3)];
  for (const cut of cuts) await load(cut).catch((error: Error) => interruptions.push(error.message));
  told.length = 0;
  lastLoad = await load(transport);
}, longEnough);

afterAll(async () => {
  await graph?.stop();
  for (const name of subgraphNames) await mongo.useDb(`${db.name}_${name}`).dropDatabase();
  await mongo.close();
}, longEnough);

describe('the demo shop, after a load that was interrupted twice', () => {
  test('is complete', () => {
    expect(interruptions).toEqual(['product: the loading was killed', 'order: the loading was killed']);
    expect(lastLoad).toEqual({ loaded: true, partnerKey: demoPartner.apiKey });
  });

  test('tells of every part from nothing to all of it', () => {
    const parts = Map.groupBy(told, ({ part }) => part);
    expect(parts.size).toBe(11);
    for (const [, steps] of parts) {
      expect(steps[0]?.done).toBe(0);
      expect(steps.at(-1)?.done).toBe(steps.at(-1)?.total);
    }
  });

  test('loads nothing when it is asked again', async () => {
    const before = await collection('order', 'orders').countDocuments();
    expect(await load(transport)).toEqual({ loaded: false, partnerKey: demoPartner.apiKey });
    expect(await collection('order', 'orders').countDocuments()).toBe(before);
  });

  test('has every product, category, warehouse and member once', async () => {
    expect(await collection('product', 'products').countDocuments({ status: 'PUBLISHED' })).toBe(317);
    expect(await collection('product', 'categories').countDocuments()).toBe(60);
    expect(await countBy('logistics', 'warehouses', 'tier')).toEqual({ CENTRAL: 1, REGIONAL: 2, FRONT: 3 });
    expect(await collection('member', 'members').countDocuments()).toBe(200);
    expect(Object.keys(await countBy('member', 'members', 'tierLevel')).sort()).toEqual(['0', '1', '2', '3']);
  });

  test('has 2,000 orders in every state, with payments and parcels for those that were paid', async () => {
    const states = await countBy('order', 'orders', 'status');
    expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(2_000);
    expect(Object.keys(states).sort()).toEqual(
      [
        'CANCELLED',
        'CLOSED',
        'COMPLETED',
        'DELIVERED',
        'PAID',
        'PARTIALLY_SHIPPED',
        'PENDING_PAYMENT',
        'SHIPPED',
      ].sort(),
    );
    const paid = await collection('order', 'orders').distinct('_id', { paidAt: { $ne: null } });
    expect((await collection('order', 'payments').distinct('orderId')).sort()).toEqual([...paid].sort());
    expect((await collection('logistics', 'fulfillments').distinct('orderId')).sort()).toEqual([...paid].sort());
    expect(Object.keys(await countBy('order', 'orders', 'refundStatus')).sort()).toEqual(['FULL', 'NONE', 'PARTIAL']);
    expect(await countBy('order', 'afterSales', 'status')).toEqual({ REQUESTED: 6, REFUSED: 3, REFUNDED: 9 });
  });

  test('has orders whose money adds up to the fen', async () => {
    const wrong = await collection('order', 'orders')
      .aggregate([
        {
          $match: {
            $expr: {
              $or: [
                { $ne: ['$totalMinor', { $add: [{ $sum: '$lines.totalMinor' }, '$freightMinor'] }] },
                {
                  $ne: [
                    '$totalMinor',
                    { $add: [{ $subtract: ['$subtotalMinor', '$discountMinor'] }, '$freightMinor'] },
                  ],
                },
                { $gt: ['$refundedMinor', '$paidMinor'] },
              ],
            },
          },
        },
      ])
      .toArray();
    expect(wrong).toEqual([]);
  });

  test('has as much on hand as its ledger says, and reserved as much as is still to be sent', async () => {
    const onHand = await collection('logistics', 'stockLevels')
      .aggregate([
        { $group: { _id: '$_id', units: { $sum: '$onHand' } } },
        { $match: { units: { $ne: 0 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    const moved = await collection('logistics', 'stockMovements')
      .aggregate([
        { $group: { _id: { $concat: ['$warehouseId', ':', '$skuId'] }, units: { $sum: '$onHand' } } },
        { $match: { units: { $ne: 0 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(onHand).toEqual(moved);
    const reserved = await collection('logistics', 'stockLevels')
      .aggregate([{ $match: { reserved: { $ne: 0 } } }, { $project: { units: '$reserved' } }, { $sort: { _id: 1 } }])
      .toArray();
    const open = await collection('logistics', 'reservations')
      .aggregate([
        { $unwind: '$lines' },
        { $match: { 'lines.state': 'OPEN' } },
        {
          $group: { _id: { $concat: ['$lines.warehouseId', ':', '$lines.skuId'] }, units: { $sum: '$lines.quantity' } },
        },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(reserved.length).toBeGreaterThan(10);
    expect(reserved).toEqual(open);
    expect(await collection('logistics', 'stockLevels').countDocuments({ available: { $lt: 0 } })).toBe(0);
  });

  test('has points accounts whose lots are the sum of their entries', async () => {
    const accounts = await collection('member', 'points_accounts')
      .aggregate([
        {
          $project: {
            units: { $sum: { $map: { input: '$lots', in: { $add: ['$$this.available', '$$this.frozen'] } } } },
          },
        },
        { $match: { units: { $ne: 0 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    const entries = await collection('member', 'points_entries')
      .aggregate([
        { $group: { _id: '$memberId', units: { $sum: { $add: ['$available', '$frozen'] } } } },
        { $match: { units: { $ne: 0 } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    expect(accounts.length).toBeGreaterThan(150);
    expect(accounts).toEqual(entries);
  });

  test('has running promotions, coupons of which the shopper holds two, and a flash sale and a presale that stay open', async () => {
    expect(await collection('promotion', 'promotions').countDocuments()).toBe(8);
    expect(await collection('promotion', 'couponTemplates').countDocuments()).toBe(7);
    expect(await collection('promotion', 'coupons').countDocuments({ status: 'CLAIMED' })).toBe(2);
    const { flashSales } = await ask<{ flashSales: { nodes: { status: string; endsAt: string; items: object[] }[] } }>(
      '{ flashSales { nodes { status endsAt items { id } } } }',
    );
    const presales = await ask<{ presales: object }>('{ presales { nodes { status remaining } } }');
    expect(presales).toEqual({ presales: { nodes: [{ status: 'DEPOSIT', remaining: 20 }] } });
    expect(flashSales.nodes).toHaveLength(1);
    expect(flashSales.nodes[0]).toMatchObject({ status: 'OPEN' });
    expect(flashSales.nodes[0]?.items).toHaveLength(6);
    expect(new Date(flashSales.nodes[0]?.endsAt ?? 0).getFullYear()).toBeGreaterThan(new Date().getFullYear() + 8);
  });

  test('can be browsed in both languages, its channels asking different prices', async () => {
    const query = 'query ($slug: String!) { product(slug: $slug) { title priceRange { min { amount } } salesCount } }';
    type Answer = { product: { title: string; priceRange: { min: { amount: string } }; salesCount: number } | null };
    const look = (slug: string, headers: Record<string, string>) => ask<Answer>(query, headers, { slug });
    const zh = await look('shanye-longjing', {});
    const en = await look('shanye-longjing', { 'accept-language': 'en', 'x-channel': 'mini-program' });
    expect(zh.product).toMatchObject({ title: '山野茶集 明前西湖龙井', priceRange: { min: { amount: '298.00' } } });
    expect(en.product).toMatchObject({
      title: 'Shanye Pre-Qingming West Lake Longjing',
      priceRange: { min: { amount: '279.00' } },
    });
    expect(zh.product?.salesCount).toBeGreaterThan(0);
    expect((await look('guoyuan-apple', {})).product).toBeNull();
  });

  test(
    'shows what is in stock as soon as its events have been told',
    async () => {
      await eventually(
        async () => {
          const { products } = await ask<{ products: { totalCount: number } }>(
            '{ products(first: 1, filter: { inStock: true }) { totalCount } }',
            { 'x-channel': 'app' },
          );
          expect(products.totalCount).toBeGreaterThan(300);
        },
        { withinMs: 60_000, everyMs: 200 },
      );
    },
    longEnough,
  );

  test.each([
    ['shopper', 'MEMBER'],
    ['staff', 'STAFF'],
    ['analyst', 'ANALYST'],
  ])('lets the %s sign in', async (label, kind) => {
    const account = demoAccounts.find((each) => each.label === label);
    const input =
      account && 'password' in account ? { identifier: account.identifier, password: account.password } : {};
    const { signIn } = await ask<{ signIn: { session: object | null; viewer: { kind: string } | null } }>(
      'mutation ($input: SignInInput!) { signIn(input: $input) { session { expiresAt } viewer { kind } } }',
      {},
      { input },
    );
    expect(signIn.session).not.toBeNull();
    expect(signIn.viewer?.kind).toBe(kind);
  });

  test('knows its partner by the key that is printed', async () => {
    const { catalogFeed } = await ask<{ catalogFeed: { products: object[] } }>(
      '{ catalogFeed(first: 5) { products { slug } } }',
      { authorization: `Bearer ${demoPartner.apiKey}` },
    );
    expect(catalogFeed.products).toHaveLength(5);
  });
});
