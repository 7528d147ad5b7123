import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  ImportJobDocument,
  ImportProductsDocument,
  ProductPageDocument,
  StorefrontDocument,
  type ImportProductsInput,
} from '../__generated__/operations.ts';
import { accepted, codesOf, errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { uniqueCode } from '../world/unique.ts';

/** A file of the shop system, as it exports them; its handles made unique, because every scenario has goods of its own. */
async function shopifyFile(name: string, word: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../data', name), 'utf8');
  const [header = '', ...rows] = text.split('\n');
  const renamed = rows.map((row) => row.replace(/^([a-z0-9-]+)(?=,)/, `$1-${word.toLowerCase()}`));
  return [header, ...renamed].join('\n');
}

inBothTopologies('a merchandiser imports products from a file', (graph) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await aShop(graph);
  });
  const imports = async (input: ImportProductsInput) =>
    (await shop.staff.ask(ImportProductsDocument, { input })).importProducts;

  test.each([
    { name: 'shopify-apparel.csv', rows: 22, products: 20, slug: 'ocean-blue-shirt', title: 'Ocean Blue Shirt' },
    { name: 'shopify-jewelery.csv', rows: 41, products: 20, slug: 'chain-bracelet', title: '7 Shakra Bracelet' },
  ])('$name, completely: products, prices, pictures and stock', async ({ name, rows, products, slug, title }) => {
    const word = uniqueCode();
    const content = await shopifyFile(name, word);
    const all = { status: 'SUCCEEDED', total: rows, succeeded: rows, failed: 0, errors: [], productCount: products };
    expect(await shop.imports({ format: 'SHOPIFY_CSV', content, dryRun: true })).toMatchObject(all);
    const page = { slug: `${slug}-${word.toLowerCase()}`, region: '上海市' };
    expect((await shop.guest().ask(ProductPageDocument, page)).product).toBeNull();

    const sold = { format: 'SHOPIFY_CSV', content, publishTo: ['web', 'app'] } as const;
    expect(await shop.imports({ ...sold, receiveInto: shop.warehouse.code })).toMatchObject(all);
    await eventually(async () => {
      const { product } = await shop.guest().ask(ProductPageDocument, page);
      expect(product?.title).toBe(title);
      expect(product?.images[0]?.url).toMatch(/^https:/);
      expect(product?.skus[0]?.availability?.sellable).toBeGreaterThan(0);
      expect(product?.skus[0]?.price?.currency).toBe('CNY');
    });
    // Again changes nothing and doubles nothing.
    const first = (await shop.guest().ask(ProductPageDocument, page)).product;
    expect(await shop.imports(sold)).toMatchObject(all);
    const again = (await shop.guest().ask(ProductPageDocument, page)).product;
    expect(again?.id).toBe(first?.id);
    expect(again?.skus.map(({ id }) => id)).toEqual(first?.skus.map(({ id }) => id));
  });

  test('2,000 rows as a job whose progress can be followed', async () => {
    const word = uniqueCode();
    const header = 'Handle,Title,Variant SKU,Variant Price,Published';
    const lines = Array.from(
      { length: 2_000 },
      (_, n) => `bulk-${word.toLowerCase()}-${n},Bulk ${n},B-${word}-${n},9.90,true`,
    );
    const begun = accepted(await imports({ format: 'SHOPIFY_CSV', content: [header, ...lines].join('\n') }), 'job');
    expect(begun).toMatchObject({ status: 'RUNNING' });
    let seen = -1;
    const done = await eventually(
      async () => {
        const { importJob } = await shop.staff.ask(ImportJobDocument, { id: begun.id });
        expect(importJob?.succeeded).toBeGreaterThanOrEqual(seen);
        seen = importJob?.succeeded ?? seen;
        return importJob?.status === 'RUNNING' ? false : importJob;
      },
      { withinMs: 15_000, everyMs: 100 },
    );
    expect(done).toMatchObject({ status: 'SUCCEEDED', total: 2_000, succeeded: 2_000, failed: 0, productCount: 2_000 });
  });

  describe('and a file that is wrong', () => {
    const header = 'Handle,Title,Variant SKU,Variant Price,Published';
    const nothingOf = async (word: string) => {
      const { products } = await shop.guest().ask(StorefrontDocument, { first: 1, search: word });
      expect(products.totalCount).toBe(0);
    };

    test.each([
      ['lacks a column', 'Handle,Title\nx,X', 'MISSING_COLUMN'],
      ['has a quote that never ends', `${header}\nx,"X,X-1,1.00,true\n`, 'MALFORMED_FILE'],
      ['is empty', '', 'INVALID_INPUT'],
    ])('is refused whole when it %s', async (_, content, code) => {
      const payload = await imports({ format: 'SHOPIFY_CSV', content, publishTo: ['web'] });
      expect(codesOf(payload)).toEqual([code]);
      expect(payload.job).toBeNull();
    });

    test('is refused whole when it is larger than 30 MB', async () => {
      const row = `${'x'.repeat(999)}\n`;
      const content = `${header}\n${row.repeat(31_500)}`;
      const payload = await imports({ format: 'SHOPIFY_CSV', content });
      expect(codesOf(payload)).toEqual(['FILE_TOO_LARGE']);
    });

    test('is refused whole for an unknown warehouse or channel', async () => {
      const word = uniqueCode();
      const content = `${header}\nh-${word},Cup ${word},C-${word},1.00,true`;
      expect(codesOf(await imports({ format: 'SHOPIFY_CSV', content, receiveInto: 'NOWHERE' }))).toEqual(['NOT_FOUND']);
      const nowhere = await imports({ format: 'SHOPIFY_CSV', content, publishTo: ['moon'] });
      expect(codesOf(nowhere)).toEqual(['NOT_FOUND']);
      await nothingOf(word);
    });

    test('loses only its bad rows, each named by its line', async () => {
      const word = uniqueCode();
      const row = (n: number, title: string, price: string) =>
        `h-${word.toLowerCase()}-${n},${title},C-${word}-${n},${price},true`;
      const content = [
        header,
        row(1, `Good ${word}`, '1.00'),
        row(2, `Not a number ${word}`, 'one yuan'),
        row(3, `"=HYPERLINK(""http://evil"") ${word}"`, '2.00'),
        row(4, `Negative ${word}`, '-2.00'),
      ].join('\n');
      const job = await shop.imports({ format: 'SHOPIFY_CSV', content, publishTo: ['web'] });
      expect(job).toMatchObject({ status: 'PARTIALLY_SUCCEEDED', total: 4, succeeded: 1, failed: 3 });
      expect(job.errors.map(({ row: line, code }) => [line, code])).toEqual([
        [3, 'INVALID_NUMBER'],
        [4, 'FORMULA_CELL'],
        [5, 'INVALID_NUMBER'],
      ]);
      await eventually(async () => {
        const { products } = await shop.guest().ask(StorefrontDocument, { first: 5, search: word });
        expect(products.nodes.map(({ title }) => title)).toEqual([`Good ${word}`]);
      });
    });

    test('is nothing that a shopper may send', async () => {
      const shopper = await shop.shopper({ region: null });
      const answer = await shopper.client.send(ImportProductsDocument, {
        input: { format: 'SHOPIFY_CSV', content: header },
      });
      expect(errorCodesOf(answer)).toEqual(['FORBIDDEN']);
    });
  });
});
