import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { june, yuan } from '../testing/offers.ts';
import { guestViewer, staffViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { createFlashSaleStore } from './store/flash-sales.ts';
import { createFlashTicketStore } from './store/flash-tickets.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { answers } = fakeNeighbours();
let app: PromotionApp;
/** A second process on the same database: what holds must hold between processes, too. */
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});
beforeEach(() => app.clock.set(noon));

describe('a flash sale', () => {
  const create = async (items: Record<string, unknown>[], sale: Record<string, unknown> = {}, by = app) => {
    const mutation = `mutation ($input: CreateFlashSaleInput!) { createFlashSale(input: $input) {
      flashSale { id title status startsAt endsAt channels items { id sku { id } price { amount currency } quota remaining limitPerMember } }
      userErrors { code path }
    } }`;
    const input = {
      title: '618 秒杀',
      ...june,
      items: items.map((item) => ({ price: yuan('1'), quota: 10, ...item })),
      ...sale,
    };
    return (await by.ask(mutation, { input }, staffViewer)).data.createFlashSale;
  };

  test('is created with its items in their order', async () => {
    const [first, second] = [aSku(), aSku()];
    const { flashSale, userErrors } = await create([{ skuId: first }, { skuId: second, limitPerMember: 1 }]);
    expect(userErrors).toEqual([]);
    expect(flashSale).toMatchObject({
      title: '618 秒杀',
      status: 'OPEN',
      items: [
        {
          sku: { id: first },
          price: { amount: '1.00', currency: 'CNY' },
          quota: 10,
          remaining: 10,
          limitPerMember: null,
        },
        { sku: { id: second }, limitPerMember: 1 },
      ],
    });
  });

  test.each([
    ['no items', [], {}, 'INVALID_INPUT', ['items']],
    ['a SKU twice', [{ skuId: 'sku_x' }, { skuId: 'sku_x' }], {}, 'INVALID_INPUT', ['items', '1', 'skuId']],
    ['an unknown SKU', [{ skuId: 'sku_unknown' }], {}, 'NOT_FOUND', ['items', '0', 'skuId']],
    [
      'a SKU that one of its channels does not sell',
      [{ skuId: 'sku_web_only' }],
      { channels: ['web', 'app'] },
      'NOT_FOUND',
      ['items', '0', 'skuId'],
    ],
    [
      'a price of nothing',
      [{ skuId: 'sku_x', price: yuan('0') }],
      {},
      'INVALID_INPUT',
      ['items', '0', 'price', 'amount'],
    ],
    ['the channel price', [{ skuId: 'sku_x', price: yuan('100.00') }], {}, 'INVALID_INPUT', ['items', '0', 'price']],
    [
      'a price below its floor',
      [{ skuId: 'sku_dear', price: yuan('79.99') }],
      {},
      'INVALID_INPUT',
      ['items', '0', 'price'],
    ],
    [
      'dollars',
      [{ skuId: 'sku_x', price: { amount: '1', currency: 'USD' } }],
      {},
      'CURRENCY_MISMATCH',
      ['items', '0', 'price', 'currency'],
    ],
    ['a quota of 0', [{ skuId: 'sku_x', quota: 0 }], {}, 'INVALID_INPUT', ['items', '0', 'quota']],
    ['a limit of 0', [{ skuId: 'sku_x', limitPerMember: 0 }], {}, 'INVALID_INPUT', ['items', '0', 'limitPerMember']],
    ['an end before its start', [{ skuId: 'sku_x' }], { endsAt: june.startsAt }, 'INVALID_INPUT', ['endsAt']],
    ['an unknown channel', [{ skuId: 'sku_x' }], { channels: ['radio'] }, 'INVALID_INPUT', ['channels', '0']],
  ])('is refused with %s', async (_, items, sale, code, path) => {
    const { flashSale, userErrors } = await create(items, sale);
    expect(flashSale).toBeNull();
    expect(userErrors).toEqual([{ code, path }]);
  });

  test('is refused while one of its SKUs is in another at that time, also when both are created at once', async () => {
    const skuId = aSku();
    const payloads = await Promise.all(
      Array.from({ length: 6 }, (_, index) => create([{ skuId }], {}, index % 2 === 0 ? app : twin)),
    );
    expect(payloads.filter((payload) => payload.flashSale !== null)).toHaveLength(1);
    expect(payloads.find((payload) => payload.flashSale === null)?.userErrors).toEqual([
      { code: 'INVALID_INPUT', path: ['items', '0', 'skuId'] },
    ]);
    const later = await create([{ skuId }], { startsAt: june.endsAt, endsAt: '2026-08-01T00:00:00.000Z' });
    expect(later.userErrors).toEqual([]);
  });

  test('is listed in its channels until it is over, those ending first before the others', async () => {
    const { flashSale: soon } = await create([{ skuId: aSku() }], { endsAt: '2026-06-18T06:00:00.000Z' });
    const { flashSale: elsewhere } = await create([{ skuId: aSku() }], { channels: ['app'] });
    const list = async (viewer: typeof guestViewer) => {
      const { data } = await app.ask(
        '{ flashSales(first: 100) { nodes { id status items { remaining } } } }',
        {},
        viewer,
      );
      return data.flashSales.nodes as { id: string }[];
    };
    const here = await list(guestViewer);
    expect(here[0]).toMatchObject({ id: soon.id, status: 'OPEN' });
    expect(here.map((sale) => sale.id)).not.toContain(elsewhere.id);
    expect((await list({ ...guestViewer, channel: 'app' })).map((sale) => sale.id)).toContain(elsewhere.id);
    app.clock.set('2026-06-18T06:00:00.000Z');
    expect((await list(guestViewer)).map((sale) => sale.id)).not.toContain(soon.id);
  });

  test('costs one query for the page and one for all items', async () => {
    app.commands.length = 0;
    await app.ask('{ flashSales(first: 100) { nodes { id items { remaining sku { id } } } } }', {}, guestViewer);
    const finds = app.commands.filter((command) => command.collection.startsWith('flash'));
    expect(finds.map(({ collection, command }) => [collection, command])).toEqual([
      ['flashSales', 'find'],
      ['flashSaleItems', 'find'],
    ]);
  });

  test('and its tickets are found by index', async () => {
    const sales = createFlashSaleStore(db.connection);
    const at = new Date(noon);
    const plans = [
      sales.shownQuery('web', { first: 20, after: null }, at),
      sales.shownQuery('web', { first: 20, after: [at, 'fls_1'] }, at),
      sales.openItemsQuery(['sku_1', 'sku_2'], at),
      createFlashTicketStore(db.connection).heldQuery(at, 200),
    ];
    const found = await Promise.all(plans.map((plan) => explainOf(plan)));
    for (const plan of found) expect(plan).toMatchObject({ collectionScan: false, inMemorySort: false });
  });
});
