import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const database = testDatabase();
const graph = testSubgraph(database);
const events = database.connection.collection('outbox');

const createProduct = `mutation ($input: CreateProductInput!) {
  createProduct(input: $input) {
    product { id slug title status channels skus { id code title price { amount currency } } }
    userErrors { __typename code message path ... on SlugTakenError { slug } ... on DuplicateSkuCodeError { skuCode } }
  }
}`;
const publishProduct = `mutation ($input: PublishProductInput!) {
  publishProduct(input: $input) { product { id status channels } userErrors { __typename code path } }
}`;
const findProduct = `query ($slug: String, $id: ID) {
  product(slug: $slug, id: $id) {
    id title description brand { name } options { name values } priceRange { min { amount } max { amount } }
    skus { code title price { amount currency } compareAtPrice { amount } }
  }
}`;

const yuan = (amount: string, currency = 'CNY') => ({ amount, currency });
let made = 0;

/** A product in two sizes, with codes of its own. */
function shirt(change: Record<string, unknown> = {}) {
  made += 1;
  return {
    title: `海蓝衬衫${made}`,
    slug: `shirt-${made}`,
    options: [{ name: '尺码', values: ['S', 'M'] }],
    skus: ['S', 'M'].map((size) => ({
      code: `SHIRT-${made}-${size}`,
      options: [{ name: '尺码', value: size }],
      price: yuan(size === 'S' ? '99.00' : '109.50'),
      compareAtPrice: yuan('109.50'),
    })),
    ...change,
  };
}

async function create(input: object) {
  type Payload = { createProduct: { product: Product | null; userErrors: { code: string; path: string[] | null }[] } };
  type Product = {
    id: string;
    slug: string;
    title: string;
    status: string;
    channels: string[];
    skus: { id: string; code: string; price: unknown }[];
  };
  return (await graph.ask<Payload>(merchandiser, createProduct, { input })).createProduct;
}

async function createShirt(change: Record<string, unknown> = {}) {
  const { product } = await create(shirt(change));
  if (product === null) throw new Error('the shirt was refused');
  return product;
}

describe('createProduct', () => {
  test('makes a draft with its SKUs, whose prices only a merchandiser sees yet', async () => {
    const { product, userErrors } = await create(shirt({ slug: 'first-shirt', title: '第一件衬衫' }));
    expect(userErrors).toEqual([]);
    expect(product).toMatchObject({ slug: 'first-shirt', title: '第一件衬衫', status: 'DRAFT', channels: [] });
    expect(product?.skus.map(({ price }) => price)).toEqual([yuan('99.00'), yuan('109.50')]);
    expect(await graph.ask(shopper(), findProduct, { slug: 'first-shirt' })).toEqual({ product: null });
  });

  test('makes a slug from a Latin title, and one from the id for a Chinese one', async () => {
    expect((await createShirt({ slug: null, title: 'Ocean Blue Shirt' })).slug).toMatch(
      /^ocean-blue-shirt-[0-9a-z]{8}$/,
    );
    expect((await createShirt({ slug: null })).slug).toMatch(/^p-[0-9a-z]{8}$/);
  });

  test('creates a brand once, however its name is spelt', async () => {
    await createShirt({ brandName: 'Uni  Qlo' });
    await createShirt({ brandName: 'uni qlo ' });
    const { brands } = await graph.ask<{ brands: { nodes: unknown[] } }>(
      shopper(),
      '{ brands(first: 100) { nodes { name } } }',
    );
    expect(brands.nodes).toEqual([{ name: 'Uni  Qlo' }]);
  });

  test.each([
    ['no SKU', { skus: [] }, 'InvalidInputError', 'INVALID_INPUT', ['skus']],
    ['an empty title', { title: ' ' }, 'InvalidInputError', 'INVALID_INPUT', ['title']],
    ['an unknown category', { categorySlug: 'nowhere' }, 'NotFoundError', 'NOT_FOUND', ['categorySlug']],
    ['a slug with spaces', { slug: 'a b' }, 'InvalidInputError', 'INVALID_INPUT', ['slug']],
    [
      'a picture of another protocol',
      { images: [{ url: 'javascript:alert(1)' }] },
      'InvalidInputError',
      'INVALID_INPUT',
      ['images', '0', 'url'],
    ],
  ])('refuses %s', async (_what, change, type, code, path) => {
    const { product, userErrors } = await create(shirt(change));
    expect(product).toBeNull();
    expect(userErrors).toMatchObject([{ __typename: type, code, path }]);
  });

  test.each([
    ['another currency', yuan('9.90', 'USD'), 'CURRENCY_MISMATCH', ['skus', '0', 'price', 'currency']],
    ['a negative price', yuan('-1'), 'INVALID_INPUT', ['skus', '0', 'price', 'amount']],
    ['a price of a milliard', yuan('1000000000'), 'INVALID_INPUT', ['skus', '0', 'price', 'amount']],
    ['a fraction of a fen', yuan('1.005'), 'INVALID_INPUT', ['skus', '0', 'price', 'amount']],
  ])('refuses %s', async (_what, price, code, path) => {
    const { product, userErrors } = await create(shirt({ options: null, skus: [{ code: `ODD-${made}`, price }] }));
    expect(product).toBeNull();
    expect(userErrors).toMatchObject([{ code, path }]);
  });

  test('refuses a slug and a code that are taken, naming them', async () => {
    const taken = await createShirt();
    const slug = await create(shirt({ slug: taken.slug }));
    expect(slug.userErrors).toMatchObject([
      { __typename: 'SlugTakenError', code: 'SLUG_TAKEN', path: ['slug'], slug: taken.slug },
    ]);
    const code = taken.skus[0]?.code;
    const sku = await create(shirt({ options: null, skus: [{ code, price: yuan('1') }] }));
    expect(sku.userErrors).toMatchObject([
      { __typename: 'DuplicateSkuCodeError', code: 'DUPLICATE_SKU_CODE', path: ['skus', '0', 'code'], skuCode: code },
    ]);
  });

  test('of twenty who ask for one slug at once, one gets it and the others are told', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(shirt({ slug: 'wanted-by-all' }))));
    expect(answers.filter(({ product }) => product !== null)).toHaveLength(1);
    const codes = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'SLUG_TAKEN'));
  });

  test('of ten at once with one SKU code and new brands, one is made and no brand is left without its product', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        create(shirt({ options: null, brandName: `竞争${index}`, skus: [{ code: 'RACE-1', price: yuan('1') }] })),
      ),
    );
    expect(answers.filter(({ product }) => product !== null)).toHaveLength(1);
    const { brands } = await graph.ask<{ brands: { nodes: { name: string }[] } }>(
      shopper(),
      '{ brands(first: 100) { nodes { name } } }',
    );
    expect(brands.nodes.filter(({ name }) => name.startsWith('竞争'))).toHaveLength(1);
  });

  test('is forbidden to shoppers, and refused to nobody in particular', async () => {
    const variables = { input: shirt() };
    expect(await graph.errorCodes(shopper(), createProduct, variables)).toEqual(['UNAUTHENTICATED']);
    const member = { ...shopper(), kind: 'MEMBER' as const, id: 'mbr_1' };
    expect(await graph.errorCodes(member, createProduct, variables)).toEqual(['FORBIDDEN']);
  });
});

describe('publishProduct', () => {
  test('makes the product visible in its channels and nowhere else', async () => {
    const { id, slug } = await createShirt();
    const { publishProduct: payload } = await graph.ask<{ publishProduct: unknown }>(merchandiser, publishProduct, {
      input: { productId: id, channels: ['web', 'app'] },
    });
    expect(payload).toEqual({ product: { id, status: 'PUBLISHED', channels: ['web', 'app'] }, userErrors: [] });
    expect((await graph.ask<{ product: unknown }>(shopper('app'), findProduct, { slug })).product).toMatchObject({
      id,
      priceRange: { min: { amount: '99.00' }, max: { amount: '109.50' } },
      options: [{ name: '尺码', values: ['S', 'M'] }],
      skus: [
        { title: 'S', price: yuan('99.00'), compareAtPrice: { amount: '109.50' } },
        // Not above the price: there is nothing to cross out.
        { title: 'M', price: yuan('109.50'), compareAtPrice: null },
      ],
    });
    expect(await graph.ask(shopper('store'), findProduct, { slug })).toEqual({ product: null });
    expect(await graph.ask(shopper('store'), findProduct, { id })).toEqual({ product: null });
  });

  test('a draft is found by nobody, not even by staff, except in their own list', async () => {
    const { id, slug } = await createShirt();
    expect(await graph.ask(shopper(), findProduct, { slug })).toEqual({ product: null });
    expect(await graph.ask(merchandiser, findProduct, { id })).toEqual({ product: null });
    const { productsForStaff } = await graph.ask<{ productsForStaff: { nodes: { id: string }[] } }>(
      merchandiser,
      '{ productsForStaff(first: 1, status: DRAFT) { nodes { id } } }',
    );
    expect(productsForStaff.nodes).toEqual([{ id }]);
  });

  test.each([
    ['an unknown product', { productId: 'prd_none', channels: ['web'] }, 'NOT_FOUND', ['productId']],
    ['no channel', { channels: [] }, 'INVALID_INPUT', ['channels']],
    ['an unknown channel', { channels: ['web', 'moon'] }, 'NOT_FOUND', ['channels', '1']],
  ])('refuses %s and changes nothing', async (_what, change, code, path) => {
    const { id, slug } = await createShirt();
    const { publishProduct: payload } = await graph.ask<{ publishProduct: unknown }>(merchandiser, publishProduct, {
      input: { productId: id, ...change },
    });
    expect(payload).toMatchObject({ product: null, userErrors: [{ code, path }] });
    expect(await graph.ask(shopper(), findProduct, { slug })).toEqual({ product: null });
  });

  test('an archived product can not come back', async () => {
    const { id } = await createShirt();
    await graph.ask(merchandiser, `mutation { archiveProduct(input: { productId: "${id}" }) { userErrors { code } } }`);
    const { publishProduct: payload } = await graph.ask<{ publishProduct: unknown }>(merchandiser, publishProduct, {
      input: { productId: id, channels: ['web'] },
    });
    expect(payload).toMatchObject({
      product: null,
      userErrors: [{ __typename: 'InvalidStateError', code: 'INVALID_STATE' }],
    });
  });

  test('tells what was published, once', async () => {
    const { id, skus } = await createShirt();
    const input = { productId: id, channels: ['web'] };
    await graph.ask(merchandiser, publishProduct, { input });
    await graph.ask(merchandiser, publishProduct, { input });
    const rows = await events.find({ aggregateId: id }).toArray();
    expect(rows).toMatchObject([
      { name: 'product.published', payload: { productId: id, channels: ['web'], skuIds: skus.map((sku) => sku.id) } },
    ]);
  });
});
