import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { openSmallShop } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const database = testDatabase();
const graph = testSubgraph(database);
const list = `query($sort: ProductSort) { products(first: 10, sort: $sort) {
  totalCount facets { field values { value count } }
  nodes { slug title brand { name } offerSubject skus { code price { amount } offerUnit } }
} }`;

interface Listed {
  readonly products: {
    readonly nodes: readonly { slug: string; title: string; skus: { price: { amount: string } }[] }[];
  };
}

/** The list as the subgraph gives it, not a copy. */
async function look(viewer: Viewer = shopper(), more: object = {}) {
  const request = { query: list, variables: { sort: 'NEWEST' }, ...more };
  const { data } = await graph.subgraph().execute(request, { viewer, requestId: 'req_test' });
  if (!data) throw new Error('no list');
  return data as object as Listed;
}
const priceOf = ({ products }: Listed, slug: string) =>
  products.nodes.find((product) => product.slug === slug)?.skus[0]?.price.amount;
const titles = ({ products }: Listed) => products.nodes.map(({ title }) => title);

/** Until the list is one that was remembered. */
const remembered = (viewer: Viewer = shopper()) =>
  eventually(async () => {
    const seen = await look(viewer);
    return seen === (await look(viewer)) && seen;
  });

let skuId: string;
beforeAll(async () => {
  skuId = (await openSmallShop(graph))['white-shirt']?.skus[0]?.skuId ?? '';
});

describe('a list that comes again', () => {
  test('is the very same while nothing of it changes, and asks the database nothing', async () => {
    const seen = await remembered();
    graph.commands.length = 0;
    expect(await look()).toBe(seen);
    expect(graph.commands.filter(({ command }) => command === 'find' || command === 'aggregate')).toEqual([]);
  });

  test('has what was written here at once', async () => {
    const setPrice = 'mutation($input: SetSkuPriceInput!) { setSkuPrice(input: $input) { userErrors { code } } }';
    for (const amount of ['150.00', '151.00', '152.00']) {
      await remembered();
      const input = { skuId, channel: 'web', price: { amount, currency: 'CNY' } };
      expect(await graph.ask(merchandiser, setPrice, { input })).toEqual({ setSkuPrice: { userErrors: [] } });
      expect(priceOf(await look(), 'white-shirt')).toBe(amount);
    }
  });

  test('has what was written elsewhere within a second', async () => {
    await remembered();
    const products = database.connection.collection('products');
    await products.updateOne({ slug: 'tea-cup' }, { $set: { 'title.zh': '新茶杯' } });
    const { ms } = await ownTimeOf(() => eventually(async () => titles(await look()).includes('新茶杯')));
    expect(ms).toBeLessThan(1_000);
  });

  test('is another one in each channel and each language, and copies nothing of one to the other', async () => {
    const lists = [shopper(), shopper('app'), shopper('web', 'en')].map((viewer) => remembered(viewer));
    const [web, app, english] = (await Promise.all(lists)).map((each) => titles(each as Listed));
    expect([web?.includes('白色衬衫'), app, english?.includes('White Shirt')]).toEqual([true, ['渔夫帽'], true]);
  });

  test('is the same for all members of a tier, and of nobody else', async () => {
    const guests = await remembered();
    const ofTier = (id: string, tierLevel: number): Viewer => ({ ...shopper(), kind: 'MEMBER', id, tierLevel });
    const members = await remembered(ofTier('mbr_1', 1));
    expect(await look(ofTier('mbr_2', 1))).toBe(members);
    const others = await look(ofTier('mbr_1', 2));
    expect([members === guests, others === guests, others === members]).toEqual([false, false, false]);
    expect([members, others]).toEqual([guests, guests]);
  });

  test.each<[string, Viewer, object]>([
    ['staff', merchandiser, {}],
    ['somebody who asks how fresh it is', shopper(), { extensions: { freshness: true } }],
  ])('is worked out for %s each time', async (_, viewer, more) => {
    const seen = await remembered();
    const [one, other] = [await look(viewer, more), await look(viewer, more)];
    expect([one === seen, other === one, Object.isFrozen(other)]).toEqual([false, false, false]);
    expect(other).toEqual(seen);
  });
});
