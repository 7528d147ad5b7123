import { describe, expect, test } from '@jest/globals';
import { money } from '#kit/money/money.ts';
import { batchesOf, finalStatus, type ImportedProduct } from '../domain/import-job.ts';
import { plainText } from '../domain/plain-text.ts';
import { skuCodeOf } from '../domain/sku-code.ts';
import { UnreadableFile } from './csv-rows.ts';
import { readFile } from './read-file.ts';

describe('our own CSV', () => {
  test('brings texts in two languages, attributes, tags and quantities', async () => {
    const content = [
      '\uFEFFHandle,TITLE,title_en,description,category,brand,tags,option1_name,option1_value,sku,price,compare_at_price,cost,weight_grams,barcode,quantity,image_url,image_alt,attribute:材质',
      'cup,茶杯,Tea cup,"两行\n说明",cups,无印良品,"茶,礼物",颜色,白,CUP-W,49.00,59,20.5,250,690123,12,/cup.png,白杯,瓷',
      'cup,,,,,,,,黑,,50,,,,,,/cup.png,,瓷',
    ].join('\r\n');
    const { products, errors, rows } = await readFile('CSV', content, 'CNY');
    expect([errors, rows]).toEqual([[], 2]);
    expect(products).toEqual([
      {
        draft: {
          slug: 'cup',
          title: { zh: '茶杯', en: 'Tea cup' },
          description: { zh: '两行\n说明', en: null },
          category: { slug: 'cups' },
          brand: { zh: '无印良品', en: null },
          images: [{ url: '/cup.png', alt: '白杯' }],
          options: null,
          attributes: [{ name: '材质', value: '瓷' }],
          tags: ['茶', '礼物'],
          skus: [
            {
              code: 'CUP-W',
              title: null,
              options: [{ name: '颜色', value: '白' }],
              price: money(4_900, 'CNY'),
              compareAtPrice: money(5_900, 'CNY'),
              cost: money(2_050, 'CNY'),
              weightGrams: 250,
              barcode: '690123',
              imageUrl: null,
            },
            {
              code: 'CUP-黑',
              title: null,
              options: [{ name: '颜色', value: '黑' }],
              price: money(5_000, 'CNY'),
              compareAtPrice: null,
              cost: null,
              weightGrams: 0,
              barcode: null,
              imageUrl: null,
            },
          ],
        },
        rows: [2, 3],
        skuRows: [2, 3],
        publish: true,
        quantities: { 'CUP-W': 12 },
      },
    ] satisfies ImportedProduct[]);
  });

  test('joins rows of one handle wherever they stand', async () => {
    const content = 'handle,title,option1_name,option1_value,price\na,A,s,1,1\nb,B,,,1\nA,,,2,1';
    const { products } = await readFile('CSV', content, 'CNY');
    expect(products.map(({ draft, rows }) => [draft.slug, rows])).toEqual([
      ['a', [2, 4]],
      ['b', [3]],
    ]);
  });

  test.each(['=1', '+1', '-a', '@x', '\t=1', ' =1'])('refuses the text %j as a formula', async (text) => {
    const { products, errors } = await readFile('CSV', `handle,title,price\na,"${text}",1`, 'CNY');
    expect(products).toEqual([]);
    expect(errors.map(({ row, code }) => [row, code])).toEqual([[2, 'FORMULA_CELL']]);
  });

  test.each(['-1', '+1', '1e3', '１', '1,5', 'NaN', '=1+1', '99999999999999999999'])(
    'refuses the price %j as a number',
    async (price) => {
      const { errors } = await readFile('CSV', `handle,title,price\na,A,"${price}"`, 'CNY');
      expect(errors.map(({ code }) => code)).toEqual(['INVALID_NUMBER']);
    },
  );

  test('refuses more than 100,000 rows as a whole', async () => {
    const content = `handle,title,price\n${'a,A,1\n'.repeat(100_001)}`;
    await expect(readFile('CSV', content, 'CNY')).rejects.toThrow(UnreadableFile);
  });

  test('a product with a wrong row is refused whole, in the language of whoever reads', async () => {
    const { errors } = await readFile(
      'CSV',
      'handle,title,option1_name,option1_value,sku,price\na,A,s,1,A1,1\na,,,1,A2,2',
      'CNY',
    );
    expect(errors).toEqual([
      {
        row: 2,
        code: 'PRODUCT_REFUSED',
        message: { en: 'Row 3 of the same product is wrong.', zh: '同一商品的第 3 行有误。' },
      },
      {
        row: 3,
        code: 'INVALID_INPUT',
        message: {
          en: 'skus.1.options: Another SKU of the product has the same option values.',
          zh: 'skus.1.options: 同一商品下已有选项值相同的规格（SKU）。',
        },
      },
    ]);
  });
});

describe("Shopify's CSV", () => {
  test('with Published false is not published, and its HTML becomes text', async () => {
    const content =
      'Handle,Title,Body (HTML),Published,Variant Price,Variant Grams\na,A,"<p>One &amp; two</p><script>x()</script><p>three</p>",FALSE,1,28.35';
    const { products } = await readFile('SHOPIFY_CSV', content, 'CNY');
    expect(products).toMatchObject([
      { publish: false, draft: { description: { zh: 'One & two\nthree' }, skus: [{ weightGrams: 28 }] } },
    ]);
  });
});

describe('the code of a SKU without one', () => {
  test('is made of handle and options, the same every time', () => {
    expect(skuCodeOf('blue-shirt', ['Red', 'M'])).toBe('BLUE-SHIRT-RED-M');
    expect(skuCodeOf('衬衫', ['红'])).toBe('衬衫-红');
  });
  test('has a hash where characters would be lost, so that different options stay different', () => {
    const codes = [skuCodeOf('a', ['1/2']), skuCodeOf('a', ['1.2']), skuCodeOf('a', ['1 2'])];
    expect(new Set(codes).size).toBe(3);
  });
  test('is never longer than a code may be', () => {
    expect(skuCodeOf('x'.repeat(90), ['y'.repeat(90)])).toHaveLength(64);
  });
});

test.each([
  ['<b>bold</b> &lt;b&gt;', 'bold <b>'],
  ['1 < 2 and 3 > 2', '1 < 2 and 3 > 2'],
  ['<p>a</p>\n\n\n<p>b</p>', 'a\n\nb'],
])('the HTML %j reads %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

test('batches keep to their limits and lose nothing', () => {
  const product = (rows: number): ImportedProduct => ({
    draft: {
      slug: 'a',
      title: { zh: 'a', en: null },
      description: null,
      category: null,
      brand: null,
      images: [],
      options: null,
      attributes: [],
      tags: [],
      skus: [],
    },
    rows: Array.from({ length: rows }, (_, index) => index),
    skuRows: [],
    publish: true,
    quantities: {},
  });
  expect(batchesOf([])).toEqual([]);
  expect(batchesOf(Array.from({ length: 450 }, () => product(1))).map(({ length }) => length)).toEqual([200, 200, 50]);
  expect(batchesOf([product(600), product(600), product(5_000), product(1)]).map(({ length }) => length)).toEqual([
    1, 1, 1, 1,
  ]);
});

test.each([
  [10, 0, 'SUCCEEDED'],
  [9, 1, 'PARTIALLY_SUCCEEDED'],
  [0, 10, 'FAILED'],
] as const)('%i rows taken and %i refused is %s', (succeeded, failed, status) => {
  expect(finalStatus({ succeeded, failed })).toBe(status);
});
