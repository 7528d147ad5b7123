import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Catalogue, readCatalogue } from './catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await readCatalogue();
});

const skus = () => catalogue.products.flatMap((product) => product.skus);

describe('the catalogue of the demo shop', () => {
  test('has at least 300 products with 1,000 SKUs in 30 categories on two or three levels', () => {
    const used = new Set(catalogue.products.map((product) => product.categorySlug));
    expect(catalogue.products.length).toBeGreaterThanOrEqual(300);
    expect(skus().length).toBeGreaterThanOrEqual(1_000);
    expect(used.size).toBeGreaterThanOrEqual(30);
    const parents = new Map(catalogue.categories.map(({ slug, parentSlug }) => [slug, parentSlug]));
    const depth = (slug: string): number => {
      const parent = parents.get(slug);
      return parent ? 1 + depth(parent) : 1;
    };
    expect(new Set([...used].map(depth))).toEqual(new Set([2, 3]));
  });

  test('names every product in Chinese and in English, no two alike', () => {
    for (const { title, titleEn } of catalogue.products) {
      expect(title).toMatch(/\p{Script=Han}/u);
      expect(titleEn).not.toMatch(/\p{Script=Han}/u);
      expect(titleEn).toMatch(/^[A-Z].*[A-Za-z]{3}/);
    }
    expect(new Set(catalogue.products.map(({ title }) => title)).size).toBe(catalogue.products.length);
    expect(new Set(catalogue.products.map(({ titleEn }) => titleEn)).size).toBe(catalogue.products.length);
  });

  test('lists parents before their children', () => {
    const seen = new Set<string | null>([null]);
    for (const { slug, parentSlug } of catalogue.categories) {
      expect(seen).toContain(parentSlug);
      seen.add(slug);
    }
  });

  test('gives each SKU a code and a valid barcode of its own, a price above its cost and a weight', () => {
    expect(new Set(skus().map(({ code }) => code)).size).toBe(skus().length);
    expect(new Set(skus().map(({ barcode }) => barcode)).size).toBe(skus().length);
    for (const { priceMinor, compareAtPriceMinor, costMinor, weightGrams, barcode } of skus()) {
      const sum = [...barcode].reduce((all, digit, index) => all + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
      expect(barcode).toMatch(/^69\d{11}$/);
      expect(sum % 10).toBe(0);
      expect(costMinor).toBeGreaterThan(0);
      expect(priceMinor).toBeGreaterThan(costMinor);
      if (compareAtPriceMinor !== null) expect(compareAtPriceMinor).toBeGreaterThan(priceMinor);
      expect(weightGrams).toBeGreaterThan(0);
    }
  });

  test('ends its prices in 9, .9 or 00 as shops do, nearly always', () => {
    const usual = skus().filter(
      ({ priceMinor }) => priceMinor % 1000 === 900 || priceMinor % 100 === 90 || priceMinor % 1000 === 0,
    );
    expect(usual.length / skus().length).toBeGreaterThan(0.85);
  });

  test('sells everything in a browser or a phone, but not everything everywhere', () => {
    const soldIn = (channel: string) =>
      catalogue.products.filter(({ channels }) => channels.some((each) => each === channel)).length;
    for (const { channels } of catalogue.products) expect(channels).toContain('app');
    for (const channel of ['web', 'mini-program', 'store']) {
      expect(soldIn(channel)).toBeLessThan(catalogue.products.length);
      expect(soldIn(channel)).toBeGreaterThan(200);
    }
  });

  test('is the same at every reading', async () => {
    expect(await readCatalogue()).toEqual(catalogue);
  });
});
