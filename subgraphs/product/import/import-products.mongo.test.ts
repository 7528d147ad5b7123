import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { importDocument, importWorld } from '../testing/import-world.ts';
import { shopper } from '../testing/test-subgraph.ts';

const database = testDatabase();
const { graph, received, pieces, count, importFile } = importWorld(database);
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.csv`, import.meta.url), 'utf8');

beforeEach(() => {
  received.clear();
});

describe("Shopify's files", () => {
  const whole = { format: 'SHOPIFY_CSV', publishTo: ['web', 'app'], receiveInto: 'SH-01' };

  test('are only checked by a dry run', async () => {
    const { job: dry } = await importFile(fixture('shopify-jewelery'), { ...whole, dryRun: true });
    expect(dry).toMatchObject({
      status: 'SUCCEEDED',
      total: 41,
      succeeded: 41,
      failed: 0,
      productCount: 20,
      errors: [],
    });
    expect([
      await count('products'),
      await count('productListings'),
      await count('brands'),
      await count('categories'),
      pieces(),
    ]).toEqual([0, 0, 0, 0, 0]);
  });

  test.each([
    ['shopify-apparel', { total: 22, productCount: 20 }, 22],
    ['shopify-jewelery', { total: 41, productCount: 20 }, 20],
  ])('%s imports completely', async (name, expected, stock) => {
    const { job: done, userErrors } = await importFile(fixture(name), whole);
    expect(userErrors).toEqual([]);
    expect(done).toMatchObject({ ...expected, status: 'SUCCEEDED', succeeded: expected.total, failed: 0, errors: [] });
    expect(pieces()).toBe(stock);
    expect([...received.values()].map(({ warehouseCode }) => warehouseCode)).toEqual(['SH-01']);
  });

  test('become products with options, pictures, prices, brand and category', async () => {
    const query = `query ($slug: String!) { product(slug: $slug) {
      title description brand { name } category { slug name } options { name values } tags images { url } salesCount
      skus { code options { name value } price { amount } compareAtPrice { amount } image { url } weightGrams }
    } }`;
    const { product: anchor } = await graph.ask<{ product: unknown }>(shopper('app'), query, {
      slug: 'leather-anchor',
    });
    expect(anchor).toMatchObject({
      title: 'Anchor Bracelet Mens',
      description: 'Black leather bracelet with gold or silver anchor for men.',
      brand: { name: 'Company 123' },
      category: { slug: 'bracelet', name: 'Bracelet' },
      options: [{ name: 'Color', values: ['Gold', 'Silver'] }],
      tags: ['Anchor', 'Gold', 'Leather', 'Silver'],
      images: [
        { url: expect.stringMatching(/mens_925x/) },
        { url: expect.stringMatching(/for-men_925x/) },
        { url: expect.stringMatching(/leather-anchor/) },
      ],
      skus: [
        {
          code: 'LEATHER-ANCHOR-GOLD',
          options: [{ name: 'Color', value: 'Gold' }],
          price: { amount: '69.99' },
          compareAtPrice: { amount: '85.00' },
        },
        { code: 'LEATHER-ANCHOR-SILVER', options: [{ name: 'Color', value: 'Silver' }], price: { amount: '55.00' } },
      ],
    });
    const { product: earrings } = await graph.ask<{ product: unknown }>(shopper(), query, { slug: 'boho-earrings' });
    expect(earrings).toMatchObject({
      options: [],
      images: [{}, {}, {}],
      skus: [{ code: 'BOHO-EARRINGS', options: [], weightGrams: 28 }],
    });
  });

  test('imported again change nothing but the stock', async () => {
    const before = await database.connection
      .collection('products')
      .find({}, { projection: { 'skus.id': 1, slug: 1 } })
      .sort({ _id: 1 })
      .toArray();
    const { job: again } = await importFile(fixture('shopify-jewelery'), whole);
    expect(again).toMatchObject({ status: 'SUCCEEDED', productCount: 20 });
    const after = await database.connection
      .collection('products')
      .find({}, { projection: { 'skus.id': 1, slug: 1 } })
      .sort({ _id: 1 })
      .toArray();
    expect(after).toEqual(before);
    expect(await count('brands')).toBe(3);
  });
});

describe('a wrong row', () => {
  const header = 'handle,title,option1_name,option1_value,sku,price,weight_grams,quantity,description';

  test('is reported by its row in the spreadsheet, and stops neither the rows before it nor after it', async () => {
    const content = [
      header,
      'mug,马克杯,,,MUG,29.90,300,5,',
      'bowl,碗,,,BOWL,twelve,300,5,',
      '',
      'plate,盘子,颜色,白,PLATE-W,19.90,,,',
      'plate,,,蓝,PLATE-B,-1,,,',
      'fork,"=HYPERLINK(""x"")",,,FORK,9.90,,,"two',
      'lines"',
      'knife,餐刀,,,KNIFE,1.005,,,',
      'spoon,勺子,,,SPOON,9.90,1e3,,',
      'pan,,,,PAN,9.90,,,',
      ',无名,,,X,9.90,,,',
      'pot,锅,,,MUG,9.90,,,',
      'lid,锅盖,,,LID,9.90,,,-1,extra',
      'tray,托盘,,,TRAY,9.90,,2.5,@sum',
      'last,最后,,,LAST,9.90,,,',
    ].join('\n');
    const { job: done } = await importFile(content, { publishTo: ['web'], receiveInto: 'SH-01' });
    expect(done).toMatchObject({ status: 'PARTIALLY_SUCCEEDED', total: 13, succeeded: 2, failed: 11, productCount: 2 });
    expect(done?.errors.map(({ row, code }) => [row, code])).toEqual([
      [3, 'INVALID_NUMBER'],
      [5, 'PRODUCT_REFUSED'],
      [6, 'INVALID_NUMBER'],
      [7, 'FORMULA_CELL'],
      [8, 'INVALID_NUMBER'],
      [9, 'INVALID_NUMBER'],
      [10, 'MISSING_VALUE'],
      [11, 'MISSING_VALUE'],
      [12, 'DUPLICATE_SKU_CODE'],
      [13, 'TOO_MANY_CELLS'],
      [13, 'FORMULA_CELL'],
      [14, 'FORMULA_CELL'],
      [14, 'INVALID_NUMBER'],
    ]);
    expect(
      await graph.ask(
        shopper(),
        '{ a: product(slug: "mug") { slug } b: product(slug: "last") { slug } c: product(slug: "plate") { slug } }',
      ),
    ).toEqual({
      a: { slug: 'mug' },
      b: { slug: 'last' },
      c: null,
    });
    expect(pieces()).toBe(5);
  });

  test('of nothing but wrong rows fails the job', async () => {
    const { job: done } = await importFile(`${header}\nx1,X,,,X1,free,,,`);
    expect(done).toMatchObject({ status: 'FAILED', total: 1, succeeded: 0, failed: 1 });
  });

  test('whose SKU code another product of the shop has is refused, by a dry run too', async () => {
    for (const dryRun of [true, false]) {
      const { job: done } = await importFile(`${header}\nthief,贼,,,MUG,1,,,`, { dryRun });
      expect(done).toMatchObject({ status: 'FAILED', errors: [{ row: 2, code: 'DUPLICATE_SKU_CODE' }] });
    }
  });

  test('of an unknown category is refused', async () => {
    const { job: done } = await importFile('handle,title,price,category\nlost,迷路,1,nowhere');
    expect(done).toMatchObject({ status: 'FAILED', errors: [{ row: 2, code: 'NOT_FOUND' }] });
  });
});

describe('a file that can not be read', () => {
  test.each([
    [
      'a missing column',
      'handle,title\na,b',
      {},
      { __typename: 'MissingColumnError', code: 'MISSING_COLUMN', column: 'price' },
    ],
    [
      'a quote that is never closed',
      'handle,title,price\na,b,1\nc,"d,2\n',
      {},
      { __typename: 'MalformedFileError', code: 'MALFORMED_FILE' },
    ],
    [
      'a quote out of place',
      'handle,title,price\na,b"c,1',
      {},
      { __typename: 'MalformedFileError', code: 'MALFORMED_FILE', line: 2 },
    ],
    ['nothing in it', '', {}, { __typename: 'InvalidInputError', code: 'INVALID_INPUT' }],
    ['a header only', 'handle,title,price\n', {}, { __typename: 'InvalidInputError', code: 'INVALID_INPUT' }],
    [
      'more than 30 MB',
      `handle,title,price\n${'x'.repeat(30_000_000)}`,
      {},
      { __typename: 'FileTooLargeError', code: 'FILE_TOO_LARGE' },
    ],
    [
      'an unknown warehouse',
      'handle,title,price\na,b,1',
      { receiveInto: 'MOON' },
      { code: 'NOT_FOUND', path: ['receiveInto'] },
    ],
    [
      'an unknown channel',
      'handle,title,price\na,b,1',
      { publishTo: ['web', 'moon'] },
      { code: 'NOT_FOUND', path: ['publishTo', '1'] },
    ],
  ])('for %s is refused as a whole and leaves no job', async (_what, content, input, expected) => {
    const jobs = await count('importJobs');
    const { job: none, userErrors } = await importFile(content, input);
    expect(none).toBeNull();
    expect(userErrors).toMatchObject([expected]);
    expect(await count('importJobs')).toBe(jobs);
  });

  test('is refused before it is read when the caller may not import', async () => {
    expect(await graph.errorCodes(shopper(), importDocument, { input: { format: 'CSV', content: 'x' } })).toEqual([
      'UNAUTHENTICATED',
    ]);
  });
});

describe('JSON lines', () => {
  const line = (change: object) =>
    JSON.stringify({
      slug: 'json-tea',
      title: '乌龙茶',
      skus: [{ code: 'TEA', price: { amount: '38.00' } }],
      ...change,
    });

  test('are products like those of createProduct', async () => {
    const content = [
      line({ tags: ['茶'] }),
      line({ slug: 'json-usd', skus: [{ code: 'USD', price: { amount: 1, currency: 'USD' } }] }),
      '{"slug":',
      line({ slug: 'json-odd', colour: 'red' }),
    ].join('\n');
    const { job: done } = await importFile(content, { format: 'JSON_LINES', publishTo: ['web'] });
    expect(done).toMatchObject({ status: 'PARTIALLY_SUCCEEDED', total: 4, succeeded: 1, failed: 3 });
    expect(done?.errors.map(({ row, code }) => [row, code])).toEqual([
      [2, 'CURRENCY_MISMATCH'],
      [3, 'MALFORMED_JSON'],
      [4, 'MALFORMED_JSON'],
    ]);
    const { product } = await graph.ask<{ product: unknown }>(
      shopper(),
      '{ product(slug: "json-tea") { tags skus { code price { amount } } } }',
    );
    expect(product).toEqual({ tags: ['茶'], skus: [{ code: 'TEA', price: { amount: '38.00' } }] });
  });
});
