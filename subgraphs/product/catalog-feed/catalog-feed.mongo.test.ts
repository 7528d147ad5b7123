import { beforeAll, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { openSmallShop, type Loaded } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const database = testDatabase();
const graph = testSubgraph(database);
let shop: Record<string, Loaded['value']['products'][number]>;
const partner = { ...shopper(), kind: 'PARTNER' as const, id: 'ptn_1', scopes: ['partner:catalog'] };

beforeAll(async () => {
  shop = await openSmallShop(graph);
});

interface Feed {
  cursor: string;
  hasMore: boolean;
  products: { slug: string }[];
  removedProductIds: string[];
}
const document = `query ($since: String, $first: Int!) {
  catalogFeed(since: $since, first: $first) { cursor hasMore products { slug } removedProductIds }
}`;
const feed = async (since: string | null = null, first = 100) =>
  (await graph.ask<{ catalogFeed: Feed }>(partner, document, { since, first })).catalogFeed;

/** Everything until there is no more, two at a time. */
async function everythingSince(start: string | null) {
  const slugs: string[] = [];
  for (let since = start; ;) {
    const { cursor, hasMore, products } = await feed(since, 2);
    slugs.push(...products.map(({ slug }) => slug));
    if (!hasMore) return { slugs, cursor };
    since = cursor;
  }
}

describe('the catalogue feed', () => {
  test('gives everything for sale in the channel once, then nothing', async () => {
    const { slugs, cursor } = await everythingSince(null);
    expect(slugs.toSorted()).toEqual(['blue-shirt', 'red-dress', 'tea-cup', 'white-shirt']);
    graph.clock.advance(60_000);
    const settled = await feed(cursor);
    graph.clock.advance(60_000);
    expect((await feed(settled.cursor)).products).toEqual([]);
  });

  test('gives what changed afterwards, and the ids of what is gone', async () => {
    graph.clock.advance(60_000);
    const { cursor } = await feed();
    graph.clock.advance(60_000);
    await graph.ask(
      merchandiser,
      `mutation { updateProduct(input: { productId: "${shop['tea-cup']?.productId}", title: "大茶杯" }) { userErrors { code } } }`,
    );
    await graph.ask(
      merchandiser,
      `mutation { unpublishProduct(input: { productId: "${shop['white-shirt']?.productId}" }) { userErrors { code } } }`,
    );
    expect(await feed(cursor)).toMatchObject({
      hasMore: false,
      products: [{ slug: 'tea-cup' }],
      removedProductIds: [shop['white-shirt']?.productId],
    });
  });

  test('gives the latest changes again until no earlier one can appear any more', async () => {
    graph.clock.advance(60_000);
    await graph.ask(
      merchandiser,
      `mutation { updateProduct(input: { productId: "${shop['tea-cup']?.productId}", tags: ["new"] }) { userErrors { code } } }`,
    );
    graph.clock.advance(1_000);
    const first = await feed((await feed()).cursor);
    expect(first.products).toEqual([{ slug: 'tea-cup' }]);
    graph.clock.advance(30_000);
    const second = await feed(first.cursor);
    expect(second.products).toEqual([{ slug: 'tea-cup' }]);
    expect((await feed(second.cursor)).products).toEqual([]);
  });

  test('is for partners and merchandisers', async () => {
    expect(await graph.errorCodes(shopper(), document, { first: 1 })).toEqual(['UNAUTHENTICATED']);
    expect(await graph.errorCodes({ ...partner, scopes: ['partner:orders'] }, document, { first: 1 })).toEqual([
      'FORBIDDEN',
    ]);
  });

  test.each([
    { first: 0 },
    { first: 101 },
    { first: 1, since: 'made-up' },
    { first: 1, since: Buffer.from('[1,2]').toString('base64url') },
  ])('refuses %j', async (variables) => {
    expect(await graph.errorCodes(partner, document, variables)).toEqual(['BAD_USER_INPUT']);
  });

  test('is read from its index', async () => {
    const query = database.connection
      .collection('products')
      .find({ formerChannels: 'web', updatedAt: { $gt: new Date(0) } })
      .sort({ updatedAt: 1, _id: 1 });
    expect(await explainOf(query)).toMatchObject({
      indexUsed: 'formerChannels_1_updatedAt_1__id_1',
      inMemorySort: false,
    });
  });
});
