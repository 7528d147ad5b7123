import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { StorefrontDocument, type StorefrontQueryVariables } from '../__generated__/operations.ts';
import { errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import { uniqueCode, yuan } from '../world/unique.ts';

const prices = ['30.00', '10.00', '50.00', '20.00', '40.00'];

inBothTopologies('a listing is searched, filtered, sorted and paged', (graph) => {
  let shop: Shop;
  let products: ShopProduct[];
  /** Only this scenario's goods carry it. */
  const word = `mark${uniqueCode().toLowerCase()}`;
  beforeAll(async () => {
    shop = await aShop(graph);
    products = [];
    for (const [index, price] of prices.entries()) {
      const code = uniqueCode();
      products.push(
        await shop.product({
          title: `龙井茶 ${word} ${index}`,
          titleEn: `Longjing tea ${word} ${index}`,
          brandName: index < 2 ? `西湖 ${word}` : `狮峰 ${word}`,
          options: [{ name: '等级', values: ['特级', '一级'] }],
          skus: [
            {
              code,
              options: [{ name: '等级', value: index % 2 === 0 ? '特级' : '一级' }],
              price: yuan(price),
              weightGrams: 100,
            },
          ],
          stock: index === 4 ? 0 : 3,
        }),
      );
    }
    // The listing learns of the stock by an event.
    await eventually(async () => (await indexesOf({ filter: { inStock: true } })).length === 4);
  });

  const list = async (variables: Partial<StorefrontQueryVariables> = {}, channel: 'web' | 'app' = 'web') =>
    (await shop.guest({ channel }).ask(StorefrontDocument, { first: 20, search: word, ...variables })).products;
  /** Which of the products come, in their order. */
  const indexesOf = async (variables: Partial<StorefrontQueryVariables>) => {
    const { nodes } = await list(variables);
    return nodes.map(({ id }) => products.findIndex((product) => product.id === id));
  };

  test.each<[StorefrontQueryVariables['sort'], number[]]>([
    ['PRICE_ASC', [1, 3, 0, 4, 2]],
    ['PRICE_DESC', [2, 4, 0, 3, 1]],
    ['NEWEST', [4, 3, 2, 1, 0]],
  ])('sorted by %s', async (sort, expected) => {
    expect(await indexesOf({ sort })).toEqual(expected);
  });

  test('by what sells and what fits, with everything once', async () => {
    for (const sort of ['SALES_DESC', 'RELEVANCE'] as const) {
      expect((await indexesOf({ sort })).toSorted()).toEqual([0, 1, 2, 3, 4]);
    }
  });

  test('found by its words in Chinese and in English, and by nothing that is not there', async () => {
    expect((await list({ search: `龙井 ${word}` })).totalCount).toBe(5);
    expect((await list({ search: `longjing ${word}` })).totalCount).toBe(5);
    expect((await list({ search: `乌龙 ${word}` })).totalCount).toBe(0);
    expect((await list({ search: `.* ${word}` })).nodes.length).toBeLessThanOrEqual(5);
    expect((await list({ search: products[0]?.sku.code ?? '' })).totalCount).toBe(1);
  });

  test('filtered by price, brand, attribute and stock, with facets that count', async () => {
    const { facets } = await list();
    const grades = facets.find(({ label }) => label === '等级')?.values.map(({ value, count }) => [value, count]);
    expect(Object.fromEntries(grades ?? [])).toEqual({ 特级: 3, 一级: 2 });
    expect(
      await indexesOf({ filter: { price: { min: yuan('20.00'), max: yuan('40.00') } }, sort: 'PRICE_ASC' }),
    ).toEqual([3, 0, 4]);
    expect(
      await indexesOf({ filter: { attributes: [{ name: '等级', values: ['一级'] }] }, sort: 'PRICE_ASC' }),
    ).toEqual([1, 3]);
    expect(await indexesOf({ filter: { inStock: true }, sort: 'PRICE_ASC' })).toEqual([1, 3, 0, 2]);
    const [first] = (await list({ sort: 'PRICE_ASC' })).nodes;
    expect(await indexesOf({ filter: { brandIds: [first?.brand?.id ?? ''] }, sort: 'PRICE_ASC' })).toEqual([1, 0]);
  });

  test('paged, each product once, also when another one is published meanwhile', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; ; page += 1) {
      const { nodes, pageInfo, totalCount } = await list({ first: 2, after, sort: 'PRICE_ASC' });
      seen.push(...nodes.map(({ id }) => id));
      expect(totalCount).toBe(5 + Math.min(page, 1));
      if (page === 0) await shop.product({ title: `龙井茶 ${word} 后来`, price: '1.00', stock: 0 });
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual([1, 3, 0, 4, 2].map((index) => products[index]?.id));
  });

  test('in the channels that it is published to, at their prices', async () => {
    const only = await shop.product({ title: `专供 ${word}`, channels: ['app'], price: '5.00' });
    const ids = async (channel: 'web' | 'app') =>
      (await list({ search: `专供 ${word}` }, channel)).nodes.map(({ id }) => id);
    expect(await ids('app')).toEqual([only.id]);
    expect(await ids('web')).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['no page size', { first: 0 }, 'BAD_USER_INPUT'],
    ['a page that is too large', { first: 101 }, 'TOO_EXPENSIVE'],
    ['a cursor that is none', { first: 5, after: 'nonsense' }, 'BAD_USER_INPUT'],
    [
      'a cursor of another kind',
      { first: 5, after: Buffer.from('[{"$ne":1}]').toString('base64url') },
      'BAD_USER_INPUT',
    ],
    ['an unknown sort', { first: 5, sort: 'CHEAPEST' }, 'BAD_USER_INPUT'],
  ])('but refused with %s', async (_, variables, code) => {
    const answer = await shop.guest().send(StorefrontDocument, variables);
    expect(errorCodesOf(answer)).toEqual([code]);
  });
});
