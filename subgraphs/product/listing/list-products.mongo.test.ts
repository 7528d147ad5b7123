import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { loadProducts, openSmallShop, productToLoad, skuToLoad, type Loaded } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

let scope: unknown = null;
const graph = testSubgraph(testDatabase(), { 'promotion/promotionScope': () => ({ scope }) });
let shop: Record<string, Loaded['value']['products'][number]>;

beforeAll(async () => {
  shop = await openSmallShop(graph);
});

interface List {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string };
  nodes: { slug: string }[];
  facets: {
    field: string;
    label: string;
    values: { value: string; label: string; count: number; selected: boolean }[];
  }[];
}

const document = `query ($first: Int!, $after: String, $search: String, $filter: ProductFilter, $sort: ProductSort) {
  products(first: $first, after: $after, search: $search, filter: $filter, sort: $sort) {
    totalCount pageInfo { hasNextPage endCursor } nodes { slug }
    facets { field label values { value label count selected } }
  }
}`;

async function list(variables: Record<string, unknown> = {}, viewer = shopper()): Promise<List> {
  return (await graph.ask<{ products: List }>(viewer, document, { first: 20, ...variables })).products;
}
async function slugs(variables: Record<string, unknown> = {}, viewer = shopper()): Promise<string[]> {
  return (await list(variables, viewer)).nodes.map(({ slug }) => slug);
}
const cny = (amount: string) => ({ amount, currency: 'CNY' });

describe('the list of products', () => {
  test('has what is for sale in the channel and nothing else', async () => {
    expect((await slugs()).toSorted()).toEqual(['blue-shirt', 'red-dress', 'tea-cup', 'white-shirt']);
    expect(await slugs({}, shopper('app'))).toEqual(['hat']);
    expect(await slugs({}, shopper('store'))).toEqual([]);
  });

  test('is sorted as asked', async () => {
    expect(await slugs({ sort: 'NEWEST' })).toEqual(['red-dress', 'blue-shirt', 'white-shirt', 'tea-cup']);
    expect(await slugs({ sort: 'PRICE_ASC' })).toEqual(['tea-cup', 'blue-shirt', 'white-shirt', 'red-dress']);
    expect(await slugs({ sort: 'PRICE_DESC' })).toEqual(['red-dress', 'white-shirt', 'blue-shirt', 'tea-cup']);
  });

  test.each(['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'SALES_DESC'])(
    'by %s comes page by page as it comes at once, with and without a search',
    async (sort) => {
      for (const search of [undefined, '衬衫']) {
        const whole = await slugs({ sort, search });
        const paged: string[] = [];
        let after: string | null = null;
        for (let more = true; more;) {
          const page: List = await list({ sort, search, first: 1, after });
          paged.push(...page.nodes.map(({ slug }) => slug));
          more = page.pageInfo.hasNextPage;
          after = page.pageInfo.endCursor;
        }
        expect(paged).toEqual(whole);
      }
    },
  );

  test('does not repeat or lose a product when another is published between two pages', async () => {
    const first = await list({ sort: 'PRICE_ASC', first: 2 });
    const [spoon] = await loadProducts(graph, [productToLoad('spoon', { skus: [skuToLoad('SPOON', 100)] })]);
    const second = await list({ sort: 'PRICE_ASC', first: 2, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ slug }) => slug)).toEqual([
      'tea-cup',
      'blue-shirt',
      'white-shirt',
      'red-dress',
    ]);
    await graph.ask(
      merchandiser,
      `mutation { archiveProduct(input: { productId: "${spoon?.productId}" }) { userErrors { code } } }`,
    );
  });

  test.each([
    ['first of 0', { first: 0 }],
    ['first of 101', { first: 101 }],
    ['a foreign cursor', { after: 'nonsense' }],
    ['the cursor of another sort', { after: Buffer.from('["a"]').toString('base64url') }],
    ['a price in another currency', { filter: { price: { min: { amount: '1', currency: 'USD' } } } }],
    ['a search of 201 characters', { search: '衬'.repeat(201) }],
  ])('refuses %s', async (_what, variables) => {
    expect(await graph.errorCodes(shopper(), document, { first: 20, ...variables })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a filter', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a category with what is below it', { categorySlug: 'clothes' }, ['blue-shirt', 'red-dress', 'white-shirt']],
    ['a leaf category', { categorySlug: 'dresses' }, ['red-dress']],
    ['an unknown category', { categorySlug: 'nowhere' }, []],
    ['one of several values', { attributes: [{ name: '颜色', values: ['红', '白'] }] }, ['red-dress', 'white-shirt']],
    [
      'all of several names',
      {
        attributes: [
          { name: '颜色', values: ['红', '蓝'] },
          { name: '尺码', values: ['M'] },
        ],
      },
      ['blue-shirt'],
    ],
    [
      'a range of prices, both ends included',
      { price: { min: cny('109.00'), max: cny('199.00') } },
      ['blue-shirt', 'white-shirt'],
    ],
    ['a range between two prices of one product', { price: { min: cny('100.00'), max: cny('105.00') } }, []],
    ['an operator as a value', { categorySlug: '{"$ne":null}' }, []],
  ])('takes %s', async (_what, filter, expected) => {
    expect((await slugs({ filter })).toSorted()).toEqual(expected);
  });

  test('takes brands', async () => {
    const brand = (await list()).facets
      .find(({ field }) => field === 'brand')
      ?.values.find(({ label }) => label === '无印良品');
    expect((await slugs({ filter: { brandIds: [brand?.value] } })).toSorted()).toEqual(['tea-cup', 'white-shirt']);
  });

  test('takes a promotion, whose owner says what it applies to', async () => {
    scope = { productIds: [], skuIds: [shop['white-shirt']?.skus[0]?.skuId], categorySlugs: ['cups'], brandIds: [] };
    expect((await slugs({ filter: { promotionId: 'prm_1' } })).toSorted()).toEqual(['tea-cup', 'white-shirt']);
    scope = { productIds: [], skuIds: [], categorySlugs: [], brandIds: [] };
    expect((await slugs({ filter: { promotionId: 'prm_1', categorySlug: 'cups' } })).toSorted()).toEqual(['tea-cup']);
    scope = null;
    expect(await slugs({ filter: { promotionId: 'prm_none' } })).toEqual([]);
  });
});

describe('a search', () => {
  test.each([
    ['衬衫', ['blue-shirt', 'white-shirt', 'red-dress']],
    ['shirt', ['blue-shirt', 'white-shirt']],
    ['OCEAN shirts', ['blue-shirt']],
    ['无印良品', ['tea-cup', 'white-shirt']],
    ['bs-m', ['blue-shirt']],
    ['.*', []],
    ['$where', []],
  ])('for %s finds by relevance', async (search, expected) => {
    const found = await slugs({ search });
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test('puts what has the word in its title before what only mentions it', async () => {
    expect((await slugs({ search: '白色衬衫' })).at(0)).toBe('white-shirt');
    expect((await slugs({ search: '衬衫' })).at(-1)).toBe('red-dress');
  });

  test('of an empty text is none', async () => {
    expect((await slugs({ search: '  ' })).length).toBeGreaterThanOrEqual(4);
  });
});

describe('facets', () => {
  test('count over the whole list, whatever the page', async () => {
    const { facets, totalCount, nodes } = await list({ first: 1, filter: { categorySlug: 'clothes' } });
    expect(nodes).toHaveLength(1);
    expect(totalCount).toBe(3);
    expect(facets.find(({ field }) => field === 'attribute:颜色')).toEqual({
      field: 'attribute:颜色',
      label: '颜色',
      values: ['白', '红', '蓝'].toSorted().map((value) => ({ value, label: value, count: 1, selected: false })),
    });
    expect(facets.find(({ field }) => field === 'brand')?.values.map(({ label, count }) => [label, count])).toEqual([
      ['优衣库', 2],
      ['无印良品', 1],
    ]);
  });

  test('leave their own selection out, and obey the others', async () => {
    const filter = { categorySlug: 'clothes', attributes: [{ name: '颜色', values: ['红'] }] };
    const { facets, totalCount } = await list({ filter });
    expect(totalCount).toBe(1);
    const colours = facets.find(({ field }) => field === 'attribute:颜色')?.values ?? [];
    expect(colours.map(({ value, count, selected }) => [value, count, selected]).toSorted()).toEqual([
      ['白', 1, false],
      ['红', 1, true],
      ['蓝', 1, false],
    ]);
    const sizes = facets.find(({ field }) => field === 'attribute:尺码')?.values;
    expect(sizes?.map(({ value, count }) => [value, count])).toEqual([['S', 1]]);
    const categories = facets.find(({ field }) => field === 'category')?.values ?? [];
    expect(categories.map(({ value, count, selected }) => [value, count, selected])).toEqual([
      ['clothes', 1, true],
      ['dresses', 1, false],
    ]);
  });

  test('give price bands that can be put into the filter as they are', async () => {
    const { facets } = await list({ filter: { categorySlug: 'shirts' } });
    const bands = facets.find(({ field }) => field === 'price')?.values ?? [];
    expect(bands.map(({ value, count }) => [value, count])).toEqual([
      ['50.00-99.99', 1],
      ['100.00-199.99', 2],
    ]);
    const [min = '', max = ''] = bands[1]?.value.split('-') ?? [];
    const filter = { categorySlug: 'shirts', price: { min: cny(min), max: cny(max) } };
    const chosen = await list({ filter });
    expect(chosen.totalCount).toBe(2);
    expect(chosen.facets.find(({ field }) => field === 'price')?.values.map(({ selected }) => selected)).toEqual([
      false,
      true,
    ]);
  });

  test('speak the language of the caller', async () => {
    const { facets } = await list({}, shopper('web', 'en'));
    expect(facets.find(({ field }) => field === 'category')).toMatchObject({ label: 'Category' });
    expect(
      facets
        .find(({ field }) => field === 'brand')
        ?.values.map(({ label }) => label)
        .toSorted(),
    ).toEqual(['Muji', 'Uniqlo']);
  });
});

describe("a storefront's page", () => {
  const own = ['products', 'productListings', 'brands', 'categories'];
  const asked = () =>
    graph.commands
      .filter(({ collection }) => own.includes(collection))
      .map(({ collection, command }) => `${command} ${collection}`)
      .toSorted();
  const storefront = `query { products(first: 20) {
    totalCount
    facets { field values { value count } }
    pageInfo { hasNextPage endCursor }
    nodes {
      id slug title brand { id name } category { path { slug } } image { url alt }
      priceRange { min { amount } max { amount } }
      skus { id code price { amount currency } product { id brand { id } } }
    }
  } }`;

  test('costs staff one query per kind of thing, and one more for number and facets together', async () => {
    graph.commands.length = 0;
    await graph.ask(merchandiser, storefront);
    expect(asked()).toEqual([
      'aggregate productListings',
      'find brands',
      'find categories',
      'find productListings',
      'find products',
    ]);
  });

  test('costs a shopper no query once it is known, and is the same as out of the database', async () => {
    const stored = await graph.ask(merchandiser, storefront);
    // Not always the second time: a machine out of breath hears of changes late, and then nothing is answered from memory.
    await eventually(async () => {
      graph.commands.length = 0;
      expect(await graph.ask(shopper(), storefront)).toEqual(stored);
      expect(asked()).toEqual([]);
    });
  });
});
