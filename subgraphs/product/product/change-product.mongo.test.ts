import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { loadProducts, openSmallShop, productToLoad, skuToLoad } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const graph = testSubgraph(testDatabase());

interface Payload {
  product?: { slug: string } | null;
  sku?: unknown;
  userErrors: unknown[];
}
async function mutate(name: string, input: object): Promise<Payload> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const result =
    name === 'setSkuPrice'
      ? 'sku { id price { amount } compareAtPrice { amount } }'
      : 'product { id slug title status channels }';
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${result} userErrors { __typename code path } } }`;
  return (await graph.ask<Record<string, Payload>>(merchandiser, document, { input }))[name] ?? { userErrors: [] };
}
async function seen(slug: string, viewer = shopper()) {
  const document = `query ($slug: String!) { product(slug: $slug) {
    title description tags brand { name } category { slug } attributes { name value } skus { price { amount } }
  } }`;
  return (await graph.ask<{ product: unknown }>(viewer, document, { slug })).product;
}
let made = 0;
async function load(change: Parameters<typeof productToLoad>[1] = {}) {
  made += 1;
  const slug = `changing-${made}`;
  const [product] = await loadProducts(graph, [
    productToLoad(slug, { skus: [skuToLoad(`CH-${made}`, 1_000)], ...change }),
  ]);
  if (product === undefined) throw new Error('nothing was loaded');
  return { id: product.productId, slug, skuId: product.skus[0]?.skuId ?? '' };
}

describe('updateProduct', () => {
  test('changes what is given and leaves the rest, also where it is listed', async () => {
    await openSmallShop(graph);
    const { id, slug } = await load({ brand: { name: '旧品牌', nameEn: null }, tags: ['keep'] });
    await mutate('updateProduct', {
      productId: id,
      title: '新标题',
      categorySlug: 'cups',
      attributes: [{ name: '材质', value: '瓷' }],
    });
    expect(await seen(slug)).toMatchObject({
      title: '新标题',
      tags: ['keep'],
      brand: { name: '旧品牌' },
      category: { slug: 'cups' },
      attributes: [{ name: '材质', value: '瓷' }],
    });
    // The old translation does not belong to the new title.
    expect(await seen(slug, shopper('web', 'en'))).toMatchObject({ title: '新标题' });
    const { products } = await graph.ask<{ products: { nodes: unknown[] } }>(
      shopper(),
      '{ products(first: 5, search: "新标题 瓷") { nodes { slug } } }',
    );
    expect(products.nodes).toEqual([{ slug }]);
  });

  test('clears what may be empty by null, and creates a brand that is new', async () => {
    const { id, slug } = await load({ categorySlug: 'cups', description: '描述' });
    await mutate('updateProduct', { productId: id, categorySlug: null, description: null, brandName: '新品牌' });
    expect(await seen(slug)).toMatchObject({ category: null, description: null, brand: { name: '新品牌' } });
  });

  test.each([
    ['an unknown product', { productId: 'prd_none' }, 'NOT_FOUND', ['productId']],
    ['an unknown category', { categorySlug: 'nowhere' }, 'NOT_FOUND', ['categorySlug']],
    ['an empty title', { title: '' }, 'INVALID_INPUT', ['title']],
    ['a tag of 61 characters', { tags: ['x'.repeat(61)] }, 'INVALID_INPUT', ['tags', '0']],
  ])('refuses %s and changes nothing', async (_what, change, code, path) => {
    const { id, slug } = await load();
    const before = await seen(slug);
    expect(await mutate('updateProduct', { productId: id, ...change })).toMatchObject({
      product: null,
      userErrors: [{ code, path }],
    });
    expect(await seen(slug)).toEqual(before);
  });
});

describe('unpublishProduct', () => {
  test('takes it off one channel, then off all, and it is a draft again', async () => {
    const { id, slug } = await load({ publishTo: ['web', 'app'] });
    expect(await mutate('unpublishProduct', { productId: id, channels: ['web'] })).toMatchObject({
      product: { status: 'PUBLISHED', channels: ['app'] },
    });
    expect(await seen(slug)).toBeNull();
    expect(await seen(slug, shopper('app'))).not.toBeNull();
    expect(await mutate('unpublishProduct', { productId: id })).toMatchObject({
      product: { status: 'DRAFT', channels: [] },
    });
    expect(await seen(slug, shopper('app'))).toBeNull();
  });

  test('a reference of an old order still shows it, without a price', async () => {
    const { id, skuId } = await load();
    await mutate('archiveProduct', { productId: id });
    const of = [{ __typename: 'Sku', id: skuId }];
    const { _entities } = await graph.ask<{ _entities: unknown[] }>(
      shopper(),
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Sku { code price { amount } product { title status } } } }',
      { of },
    );
    expect(_entities).toMatchObject([{ price: null, product: { status: 'ARCHIVED' } }]);
  });
});

describe('setSkuPrice', () => {
  const cny = (amount: string) => ({ amount, currency: 'CNY' });

  test('sets the price of one channel and of no other, and returns to the own price by null', async () => {
    const { slug, skuId } = await load({ publishTo: ['web', 'app'] });
    expect(
      await mutate('setSkuPrice', { skuId, channel: 'web', price: cny('8.80'), compareAtPrice: cny('10') }),
    ).toEqual({
      sku: { id: skuId, price: { amount: '8.80' }, compareAtPrice: { amount: '10.00' } },
      userErrors: [],
    });
    expect(await seen(slug)).toMatchObject({ skus: [{ price: { amount: '8.80' } }] });
    expect(await seen(slug, shopper('app'))).toMatchObject({ skus: [{ price: { amount: '10.00' } }] });
    await mutate('setSkuPrice', { skuId, channel: 'web', price: null });
    expect(await seen(slug)).toMatchObject({ skus: [{ price: { amount: '10.00' } }] });
  });

  test('moves the product in the lists by price', async () => {
    const { slug, skuId } = await load();
    await mutate('setSkuPrice', { skuId, channel: 'web', price: cny('0.01') });
    const { products } = await graph.ask<{ products: { nodes: unknown[] } }>(
      shopper(),
      '{ products(first: 1, sort: PRICE_ASC) { nodes { slug } } }',
    );
    expect(products.nodes).toEqual([{ slug }]);
  });

  test.each([
    ['an unknown SKU', { skuId: 'sku_none' }, 'NOT_FOUND', ['skuId']],
    ['an unknown channel', { channel: 'moon' }, 'NOT_FOUND', ['channel']],
    ['another currency', { price: { amount: '1', currency: 'USD' } }, 'CURRENCY_MISMATCH', ['price', 'currency']],
    ['a negative price', { price: { amount: '-0.01', currency: 'CNY' } }, 'INVALID_INPUT', ['price', 'amount']],
    [
      'a former price alone',
      { price: null, compareAtPrice: { amount: '1', currency: 'CNY' } },
      'INVALID_INPUT',
      ['compareAtPrice'],
    ],
  ])('refuses %s and changes nothing', async (_what, change, code, path) => {
    const { slug, skuId } = await load();
    const outcome = await mutate('setSkuPrice', {
      skuId,
      channel: 'web',
      price: { amount: '2', currency: 'CNY' },
      ...change,
    });
    expect(outcome).toMatchObject({ sku: null, userErrors: [{ code, path }] });
    expect(await seen(slug)).toMatchObject({ skus: [{ price: { amount: '10.00' } }] });
  });
});
