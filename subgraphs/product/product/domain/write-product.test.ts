import { describe, expect, test } from '@jest/globals';
import { money } from '#kit/money/money.ts';
import type { ProductDraft, SkuDraft } from './draft.ts';
import { localText, textIn } from './local-text.ts';
import { lineTitle, priceIn, priceRangeIn, skusOf } from './product.ts';
import { slugFor, slugify } from './slug.ts';
import { archived, productFrom, published, rewritten, unpublished } from './write-product.ts';

const now = new Date('2026-06-01T00:00:00Z');
const later = new Date('2026-07-01T00:00:00Z');
const nowhere = { categoryId: null, brandId: null, supplierId: null };

const sku = (code: string, options: Record<string, string> = {}, minor = 1_000): SkuDraft => ({
  code,
  title: null,
  options: Object.entries(options).map(([name, value]) => ({ name, value })),
  price: money(minor, 'CNY'),
  compareAtPrice: null,
  cost: null,
  weightGrams: 0,
  barcode: null,
  imageUrl: null,
});
const draft = (...skus: SkuDraft[]): ProductDraft => ({
  slug: 'shirt',
  title: localText('衬衫', 'Shirt'),
  description: null,
  category: null,
  brand: null,
  images: [],
  options: null,
  attributes: [],
  tags: [],
  skus,
});

describe('a product that is written over', () => {
  const product = productFrom(draft(sku('A', { 色: '红' }), sku('B', { 色: '蓝' })), nowhere, now);
  const [red, blue] = product.skus;

  test('keeps the id of a SKU with the same code, whatever else changed', () => {
    const [first] = rewritten(product, draft(sku('A', { 色: '绿' }, 5)), nowhere, later).skus;
    expect(first).toMatchObject({
      id: red?.id,
      code: 'A',
      options: [{ name: '色', value: '绿' }],
      price: money(5, 'CNY'),
    });
  });

  test('keeps the id of a SKU with a new code and the same options', () => {
    const [first] = rewritten(product, draft(sku('NEW', { 色: '蓝' })), nowhere, later).skus;
    expect(first).toMatchObject({ id: blue?.id, code: 'NEW' });
  });

  test('does not take an id away from the code that has it when options change places', () => {
    const { skus } = rewritten(product, draft(sku('C', { 色: '红' }), sku('A', { 色: '蓝' })), nowhere, later);
    expect(skus.map(({ id, code }) => [code, id])).toEqual([
      ['C', expect.not.stringMatching(`^${red?.id}$`)],
      ['A', red?.id],
      ['B', blue?.id],
    ]);
    expect(skus.map(({ retired }) => retired)).toEqual([false, false, true]);
  });

  test('retires a SKU that is no longer there, and brings it back when it is', () => {
    const without = rewritten(product, draft(sku('A', { 色: '红' })), nowhere, later);
    expect(skusOf(without).map(({ code }) => code)).toEqual(['A']);
    const back = rewritten(without, draft(sku('A', { 色: '红' }), sku('B', { 色: '蓝' })), nowhere, later);
    expect(back.skus.map(({ id, retired }) => [id, retired])).toEqual([
      [red?.id, false],
      [blue?.id, false],
    ]);
  });

  test('keeps its channels, sales and stock, and is one revision on', () => {
    const sold = {
      ...published(product, ['web'], now),
      salesCount: 7,
      skus: product.skus.map((each) => ({ ...each, inStock: true })),
    };
    expect(rewritten(sold, draft(sku('A', { 色: '红' })), nowhere, later)).toMatchObject({
      channels: ['web'],
      salesCount: 7,
      revision: sold.revision + 1,
      createdAt: now,
      updatedAt: later,
      skus: [{ inStock: true }, { inStock: true, retired: true }],
    });
  });
});

describe('a product in channels', () => {
  const product = productFrom(draft(sku('A', {}, 990)), nowhere, now);
  const onSale = published(product, ['web', 'app'], now);

  test('has a price only where it is published, and in that currency', () => {
    const [first] = onSale.skus;
    if (first === undefined) throw new Error('no SKU');
    expect(priceIn({ product: onSale, sku: first }, 'web', 'CNY')).toEqual(money(990, 'CNY'));
    expect(priceIn({ product: onSale, sku: first }, 'store', 'CNY')).toBeNull();
    expect(priceIn({ product: onSale, sku: first }, 'web', 'USD')).toBeNull();
    expect(priceIn({ product, sku: first }, 'web', 'CNY')).toBeNull();
    expect(priceIn({ product: onSale, sku: { ...first, retired: true } }, 'web', 'CNY')).toBeNull();
  });

  test('has a range over its prices, and none where it is not sold', () => {
    expect(priceRangeIn(onSale, 'web', 'CNY')).toEqual({ min: money(990, 'CNY'), max: money(990, 'CNY') });
    expect(priceRangeIn(onSale, 'store', 'CNY')).toBeNull();
  });

  test('remembers where it was once for sale, and when it first was', () => {
    const left = unpublished(onSale, ['web', 'app'], later);
    expect(left).toMatchObject({ status: 'DRAFT', channels: [], formerChannels: ['web', 'app'], publishedAt: now });
    expect(published(left, ['store'], later)).toMatchObject({
      formerChannels: ['web', 'app', 'store'],
      publishedAt: now,
    });
    expect(archived(onSale, later)).toMatchObject({ status: 'ARCHIVED', channels: [], formerChannels: ['web', 'app'] });
  });
});

describe('texts', () => {
  test('without Chinese count for both languages, with it for one', () => {
    expect(localText('Shirt')).toEqual({ zh: 'Shirt', en: 'Shirt' });
    expect(localText('衬衫')).toEqual({ zh: '衬衫', en: null });
    expect(textIn('en', localText('衬衫'))).toBe('衬衫');
    expect(textIn('en', localText('衬衫', 'Shirt'))).toBe('Shirt');
  });

  test('of an order line name product and options once', () => {
    const product = productFrom(draft(sku('A', { 色: '红', 码: 'M' })), nowhere, now);
    const [first] = product.skus;
    if (first === undefined) throw new Error('no SKU');
    expect(lineTitle({ product, sku: first }, 'zh-CN')).toBe('衬衫 红 / M');
    expect(lineTitle({ product, sku: { ...first, options: [] } }, 'en')).toBe('Shirt');
  });

  test.each([
    ['Café del Mar!', 'cafe-del-mar'],
    ['  --  ', ''],
    ['夏季 T恤', '夏季-t恤'],
    ['x'.repeat(200), 'x'.repeat(80)],
  ])('%s in an address is %s', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  test('a made slug is the English title with the tail of the id', () => {
    expect(slugFor(localText('衬衫', 'Blue Shirt'), 'prd_01JD9YB3QJ8H1V6Z3S4T5W6X7Y')).toBe('blue-shirt-4t5w6x7y');
    expect(slugFor(localText('衬衫'), 'prd_01JD9YB3QJ8H1V6Z3S4T5W6X7Y')).toBe('p-4t5w6x7y');
  });
});
