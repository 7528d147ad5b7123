import { beforeAll, describe, expect, test } from '@jest/globals';
import { readOfferSubject, readOfferUnit } from '#kit/neighbours/offer-subject.ts';
import type { SkuFacts } from '#kit/neighbours/product.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { loadProducts, openSmallShop, productToLoad, skuToLoad, type Loaded } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const graph = testSubgraph(testDatabase());
type Product = Loaded['value']['products'][number];
let shirt: Product;
let hat: Product;
let draft: Product;

beforeAll(async () => {
  const shop = await openSmallShop(graph);
  const [made] = await loadProducts(graph, [
    productToLoad('draft', { publishTo: [], skus: [{ ...skuToLoad('DRAFT', 500), costMinor: 300 }] }),
  ]);
  if (!shop['blue-shirt'] || !shop['hat'] || !made) throw new Error('the shop is incomplete');
  [shirt, hat, draft] = [shop['blue-shirt'], shop['hat'], made];
});

const entities = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Sku { id code title price { amount currency } product { slug brand { name } category { path { slug } } } }
    ... on Product { id slug title skus { code } }
    ... on Category { slug name }
    ... on Brand { name }
  }
}`;
const resolve = async (of: object[], viewer = shopper()) =>
  (await graph.ask<{ _entities: unknown[] }>(viewer, entities, { of }))._entities;
const skuId = (product: Product) => product.skus[0]?.skuId ?? '';

describe('a reference of another subgraph', () => {
  test('shows a SKU by id and by code with the price of the channel', async () => {
    const expected = {
      id: skuId(shirt),
      code: 'BS-S',
      title: 'S',
      price: { amount: '99.00', currency: 'CNY' },
      product: {
        slug: 'blue-shirt',
        brand: { name: '优衣库' },
        category: { path: [{ slug: 'clothes' }, { slug: 'shirts' }] },
      },
    };
    expect(
      await resolve([
        { __typename: 'Sku', id: skuId(shirt) },
        { __typename: 'Sku', code: 'BS-S' },
      ]),
    ).toEqual([expected, expected]);
  });

  test('shows a SKU of another channel without a price, because an order may have it', async () => {
    expect(await resolve([{ __typename: 'Sku', id: skuId(hat) }])).toMatchObject([{ code: 'HAT', price: null }]);
  });

  test('shows a draft to those who work on it, and to nobody else', async () => {
    const of = [
      { __typename: 'Sku', id: skuId(draft) },
      { __typename: 'Product', id: draft.productId },
      { __typename: 'Product', slug: 'draft' },
    ];
    expect(await resolve(of)).toEqual([null, null, null]);
    expect(await resolve(of, merchandiser)).toMatchObject([
      { code: 'DRAFT', price: { amount: '5.00', currency: 'CNY' } },
      { slug: 'draft' },
      { slug: 'draft' },
    ]);
  });

  test('to something that does not exist is null', async () => {
    const of = ['Sku', 'Product', 'Category', 'Brand'].map((__typename) => ({ __typename, id: 'nothing' }));
    expect(await resolve(of, merchandiser)).toEqual([null, null, null, null]);
  });

  test('costs staff one query of products for sixty SKUs', async () => {
    const of = Array.from({ length: 60 }, (_, index) => ({
      __typename: 'Sku',
      id: index % 2 === 0 ? skuId(shirt) : skuId(hat),
    }));
    graph.commands.length = 0;
    await resolve(of, merchandiser);
    const asked = graph.commands.filter(({ command }) => command === 'find');
    expect(asked.map(({ collection, command }) => `${command} ${collection}`).toSorted()).toEqual([
      'find brands',
      'find categories',
      'find products',
    ]);
  });
});

describe('what offers are told by', () => {
  const subjects = `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on Sku { offerUnit } ... on Product { offerSubject } }
  }`;
  const told = (viewer: Parameters<typeof graph.ask>[0], of: object[]) =>
    graph.ask<{ _entities: { offerUnit?: string | null; offerSubject?: string }[] }>(viewer, subjects, { of });

  test('are product, brand, categories, SKUs and the price in the channel', async () => {
    const { _entities } = await told(shopper(), [
      { __typename: 'Sku', id: skuId(shirt) },
      { __typename: 'Product', id: shirt.productId },
    ]);
    const [unit, product] = _entities;
    const places = { productId: shirt.productId, brandId: expect.stringMatching(/^brd_/) };
    expect(readOfferUnit(unit?.offerUnit ?? '')).toEqual({
      ...{ ...places, categorySlugs: ['clothes', 'shirts'], skuIds: [skuId(shirt)] },
      ...{ priceMinor: 9_900, floorMinor: 0, currency: 'CNY' },
    });
    expect(readOfferSubject(product?.offerSubject ?? '')).toEqual({
      ...{ ...places, categorySlugs: ['clothes', 'shirts'], skuIds: shirt.skus.map((sku) => sku.skuId) },
    });
  });

  test('are no unit where it is not sold, but for those who set prices', async () => {
    expect(await told(shopper(), [{ __typename: 'Sku', id: skuId(hat) }])).toEqual({
      _entities: [{ offerUnit: null }],
    });
    const { _entities } = await told(merchandiser, [{ __typename: 'Sku', id: skuId(draft) }]);
    expect(readOfferUnit(_entities[0]?.offerUnit ?? '')).toMatchObject({
      ...{ priceMinor: 500, floorMinor: 300, categorySlugs: [] },
    });
  });
});

describe('the cost of a SKU', () => {
  const cost = `query { productsForStaff(first: 10, skuCode: "DRAFT") { nodes { skus { cost { amount } } } } }`;
  test('is shown with the scope for it', async () => {
    expect(await graph.ask(merchandiser, cost)).toEqual({
      productsForStaff: { nodes: [{ skus: [{ cost: { amount: '3.00' } }] }] },
    });
  });
  test('is forbidden without', async () => {
    expect(await graph.errorCodes({ ...merchandiser, scopes: ['catalog:write'] }, cost)).toEqual(['FORBIDDEN']);
    expect(await graph.errorCodes(shopper(), `{ product(slug: "blue-shirt") { skus { cost { amount } } } }`)).toContain(
      'UNAUTHENTICATED',
    );
  });
});

describe('skuFacts', () => {
  const facts = async (input: object) => ((await graph.call('/internal/skuFacts', input)) as { skus: SkuFacts[] }).skus;

  test('answers by id and by code what an order line needs', async () => {
    const skus = await facts({ skuIds: [skuId(shirt)], codes: ['CUP', 'NOTHING'], channel: 'web' });
    expect(skus.toSorted((a, b) => (a.code < b.code ? -1 : 1))).toMatchObject([
      {
        code: 'BS-S',
        title: '海蓝棉质衬衫 S',
        productId: shirt.productId,
        categorySlugs: ['clothes', 'shirts'],
        weightGrams: 100,
        price: { minor: 9_900, currency: 'CNY' },
      },
      { code: 'CUP', title: '陶瓷茶杯', categorySlugs: ['cups'], price: { minor: 4_900, currency: 'CNY' } },
    ]);
  });

  test('asks the database each time, and once for what is to be shown', async () => {
    const asked = async (input: object) => {
      graph.commands.length = 0;
      const skus = await facts({ skuIds: [skuId(shirt)], channel: 'web', ...input });
      expect(skus).toMatchObject([{ code: 'BS-S', price: { minor: 9_900 } }]);
      return graph.commands.map(({ collection }) => collection).toSorted();
    };
    await eventually(async () => expect(await asked({ forDisplay: true })).toEqual([]));
    expect(await asked({})).toEqual(['categories', 'products']);
  });

  test('has no price for a draft, in another channel or in an unknown one', async () => {
    expect(await facts({ skuIds: [skuId(draft)], channel: 'web' })).toMatchObject([{ code: 'DRAFT', price: null }]);
    expect(await facts({ skuIds: [skuId(hat)], channel: 'web' })).toMatchObject([{ code: 'HAT', price: null }]);
    expect(await facts({ skuIds: [skuId(hat)], channel: 'moon' })).toMatchObject([{ code: 'HAT', price: null }]);
  });
});

describe('loading a catalogue', () => {
  test('is for our own services only', async () => {
    await expect(graph.call('/internal/loadProducts', { products: [] }, merchandiser)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
    await expect(graph.call('/internal/loadCategories', { categories: [] }, shopper())).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
  });

  test('twice leaves every product once, with its ids', async () => {
    const again = await openSmallShop(graph);
    expect(again['blue-shirt']).toEqual(shirt);
    const { products } = await graph.ask<{ products: { totalCount: number } }>(
      shopper(),
      '{ products(first: 1) { totalCount } }',
    );
    expect(products.totalCount).toBe(4);
  });

  test('writes nothing when one product is wrong, and says which', async () => {
    const products = [productToLoad('good-one'), productToLoad('bad-one', { skus: [] })];
    expect(await graph.call('/internal/loadProducts', { products })).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_INPUT', path: ['products', '1', 'skus'] }],
    });
    expect(await graph.ask(shopper(), '{ product(slug: "good-one") { id } }')).toEqual({ product: null });
  });

  test('refuses a category under an unknown one', async () => {
    const categories = [{ slug: 'lost', name: '迷路', nameEn: null, parentSlug: 'nowhere' }];
    expect(await graph.call('/internal/loadCategories', { categories })).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND', path: ['categories', '0', 'parentSlug'] }],
    });
  });
});

describe('the category tree', () => {
  test('counts what is for sale in the channel, with what is below', async () => {
    const { categories } = await graph.ask<{ categories: unknown }>(
      shopper('web', 'en'),
      '{ categories { slug name productCount children { slug productCount parent { slug } } } }',
    );
    expect(categories).toEqual([
      {
        slug: 'clothes',
        name: 'Clothes',
        productCount: 3,
        children: [
          { slug: 'shirts', productCount: 2, parent: { slug: 'clothes' } },
          { slug: 'dresses', productCount: 1, parent: { slug: 'clothes' } },
        ],
      },
      { slug: 'cups', name: 'Cups', productCount: 1, children: [] },
    ]);
  });
});
