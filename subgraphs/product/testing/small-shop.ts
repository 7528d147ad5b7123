import type { ProductToLoad } from '#kit/neighbours/product.ts';
import type { TestSubgraph } from './test-subgraph.ts';

/** The categories of the small shop: clothes over shirts and dresses, and cups beside them. */
export const smallShopCategories = [
  { slug: 'clothes', name: '服装', nameEn: 'Clothes', parentSlug: null },
  { slug: 'shirts', name: '衬衫', nameEn: 'Shirts', parentSlug: 'clothes' },
  { slug: 'dresses', name: '连衣裙', nameEn: 'Dresses', parentSlug: 'clothes' },
  { slug: 'cups', name: '杯子', nameEn: 'Cups', parentSlug: null },
];

/** A product to load: with a Chinese and an English title, one SKU of 10.00 yuan, for sale on the web since 2026-01-01. */
export function productToLoad(slug: string, change: Partial<ProductToLoad> = {}): ProductToLoad {
  return {
    slug,
    title: `商品 ${slug}`,
    titleEn: `Thing ${slug}`,
    description: '',
    descriptionEn: null,
    categorySlug: null,
    brand: null,
    images: [],
    options: [],
    attributes: [],
    skus: [skuToLoad(slug.toUpperCase(), 1_000)],
    publishTo: ['web'],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}

/** A SKU to load; the price in minor units. */
export function skuToLoad(
  code: string,
  priceMinor: number,
  options: Record<string, string> = {},
): ProductToLoad['skus'][number] {
  return {
    code,
    options: Object.entries(options).map(([name, value]) => ({ name, value })),
    priceMinor,
    compareAtPriceMinor: null,
    costMinor: null,
    weightGrams: 100,
    barcode: null,
  };
}

/** What loading answers. */
export interface Loaded {
  readonly ok: boolean;
  readonly value: { readonly products: { productId: string; slug: string; skus: { skuId: string; code: string }[] }[] };
}

/** Loads products as demo data is loaded; throws when they are refused. */
export async function loadProducts(
  graph: TestSubgraph,
  products: ProductToLoad[],
): Promise<Loaded['value']['products']> {
  const answer = (await graph.call('/internal/loadProducts', { products })) as Loaded;
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  return answer.value.products;
}

/** Loads the categories and five products: three shirts and dresses of two brands, a cup, and a hat in the app only. */
export async function openSmallShop(graph: TestSubgraph) {
  await graph.call('/internal/loadCategories', { categories: smallShopCategories });
  const sizes = { name: '尺码', values: ['S', 'M'] };
  const colour = (value: string) => [{ name: '颜色', value }];
  const uniqlo = { name: '优衣库', nameEn: 'Uniqlo' };
  const muji = { name: '无印良品', nameEn: 'Muji' };
  const products = await loadProducts(graph, [
    productToLoad('blue-shirt', {
      title: '海蓝棉质衬衫',
      titleEn: 'Ocean Blue Cotton Shirt',
      categorySlug: 'shirts',
      brand: uniqlo,
      options: [sizes],
      attributes: colour('蓝'),
      skus: [skuToLoad('BS-S', 9_900, { 尺码: 'S' }), skuToLoad('BS-M', 10_900, { 尺码: 'M' })],
      createdAt: '2026-03-01T00:00:00.000Z',
    }),
    productToLoad('white-shirt', {
      title: '白色衬衫',
      titleEn: 'White Shirt',
      categorySlug: 'shirts',
      brand: muji,
      attributes: colour('白'),
      skus: [skuToLoad('WS', 19_900)],
      createdAt: '2026-02-01T00:00:00.000Z',
    }),
    productToLoad('red-dress', {
      title: '红色碎花连衣裙',
      titleEn: 'Red Floral Dress',
      description: '适合搭配白色衬衫',
      categorySlug: 'dresses',
      brand: uniqlo,
      options: [sizes],
      attributes: colour('红'),
      skus: [skuToLoad('RD-S', 29_900, { 尺码: 'S' })],
      createdAt: '2026-04-01T00:00:00.000Z',
    }),
    productToLoad('tea-cup', {
      title: '陶瓷茶杯',
      titleEn: 'Tea Cup',
      categorySlug: 'cups',
      brand: muji,
      skus: [skuToLoad('CUP', 4_900)],
    }),
    productToLoad('hat', { title: '渔夫帽', titleEn: 'Bucket Hat', categorySlug: 'clothes', publishTo: ['app'] }),
  ]);
  return Object.fromEntries(products.map((product) => [product.slug, product]));
}
