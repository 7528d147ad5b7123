import { beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { openSmallShop } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const database = testDatabase();
const graph = testSubgraph(database, {}, { NEAR_CACHE: 'off' });
const list = `query { products(first: 10, sort: NEWEST) {
  totalCount facets { field values { label count } }
  nodes { slug title brand { name } category { name } offerSubject skus { price { amount } offerUnit } }
} }`;

interface Listed {
  readonly products: {
    readonly totalCount: number;
    readonly facets: { field: string; values: { label: string }[] }[];
    readonly nodes: readonly { slug: string; title: string; skus: { price: { amount: string } }[] }[];
  };
}

/** The list as the subgraph gives it, not a copy. */
async function look(viewer = shopper()) {
  const { data } = await graph.subgraph().execute({ query: list }, { viewer, requestId: 'req_test' });
  if (!data) throw new Error('no list');
  return data as object as Listed;
}
const product = ({ products }: Listed, slug: string) => products.nodes.find((one) => one.slug === slug);
const stored = (collection: string) => database.connection.collection(collection);

let skuId: string;
beforeAll(async () => {
  skuId = (await openSmallShop(graph))['white-shirt']?.skus[0]?.skuId ?? '';
});
/** Asked often enough to be remembered. */
async function remembered() {
  for (let times = 0; times < 3; times += 1) await look();
  return look();
}

test('a list that comes again is the very same while nothing of it changes, and yet is asked of the database, each collection once', async () => {
  const seen = await remembered();
  graph.commands.length = 0;
  expect(await look()).toBe(seen);
  expect(graph.commands.map(({ collection, command }) => `${command} ${collection}`).toSorted()).toEqual([
    'aggregate productListings',
    'find brands',
    'find categories',
    'find productListings',
    'find products',
  ]);
});

test.each<[string, () => Promise<unknown>, (seen: Listed) => unknown, unknown]>([
  [
    'a title',
    () => stored('products').updateOne({ slug: 'tea-cup' }, { $set: { 'title.zh': '新茶杯' } }),
    (seen) => product(seen, 'tea-cup')?.title,
    '新茶杯',
  ],
  [
    'the name of a category in the facets',
    () => stored('categories').updateMany({}, { $set: { 'name.zh': '新类' } }),
    (seen) => seen.products.facets.find(({ field }) => field === 'category')?.values[0]?.label,
    '新类',
  ],
  [
    'how many there are',
    () => stored('productListings').deleteOne({ channel: 'web' }),
    ({ products }) => products.nodes.length - products.totalCount,
    0,
  ],
])('%s that somebody else has changed is seen at once', async (_, change, read, expected) => {
  const seen = await remembered();
  await change();
  const now = await look();
  expect(read(now)).toEqual(expected);
  expect(now).not.toEqual(seen);
});

test('what was written here is seen at once, each time', async () => {
  const setPrice = 'mutation($input: SetSkuPriceInput!) { setSkuPrice(input: $input) { userErrors { code } } }';
  for (const amount of ['150.00', '151.00', '152.00']) {
    await remembered();
    const input = { skuId, channel: 'web', price: { amount, currency: 'CNY' } };
    expect(await graph.ask(merchandiser, setPrice, { input })).toEqual({ setSkuPrice: { userErrors: [] } });
    expect(product(await look(), 'white-shirt')?.skus[0]?.price.amount).toBe(amount);
  }
});
