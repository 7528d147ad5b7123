import type { Catalogue, DemoProduct } from '../catalogue/catalogue.ts';
import type { ChannelPrice } from '../catalogue/channel-prices.ts';
import { demoCurrency } from '../catalogue/catalogue.ts';
import { wholeOf } from '../catalogue/chance.ts';
import { formatAmount, money } from '#kit/money/money.ts';
import type { OnProgress } from './progress.ts';
import { found, partsOf, type Payload, type Shop, taken, valueOf } from './shop.ts';

/** What the rest of the loading has to know of a SKU. */
export interface LoadedSku {
  readonly skuId: string;
  readonly productId: string;
  /** Of product and options, in Chinese, fit for an order line. */
  readonly title: string;
}

const day = 24 * 60 * 60_000;
const productsAtOnce = 80;
const pricesAtOnce = 40;
/** The first product is so old at the moment at which the load begins: what the moment was can be read from it. */
export const firstProductDays = 400;
/** All others came before the first of the orders. */
const productDays = { least: 190, most: 390 };

/** Loads categories and suppliers, then products, then what costs something else in a channel. Answers the SKUs by their codes. */
export async function loadCatalogue(
  shop: Shop,
  { categories, suppliers, products }: Catalogue,
  prices: readonly ChannelPrice[],
  { began, onProgress, soldOf }: { began: Date; onProgress: OnProgress; soldOf: (productSlug: string) => number },
): Promise<Map<string, LoadedSku>> {
  const loadedCategories = await shop.product.loadCategories(
    { categories: categories.map(({ slug, name, nameEn, parentSlug }) => ({ slug, name, nameEn, parentSlug })) },
    shop.call,
  );
  valueOf('categories', loadedCategories);
  onProgress({ part: 'categories', done: categories.length, total: categories.length });
  valueOf('suppliers', await shop.product.loadSuppliers({ suppliers: [...suppliers] }, shop.call));

  const skus = new Map<string, LoadedSku>();
  let done = 0;
  for (const part of partsOf(products, productsAtOnce)) {
    const outcome = await shop.product.loadProducts(
      { products: part.map((product) => productToLoad(product, createdAt(product, products[0], began), soldOf)) },
      shop.call,
    );
    valueOf('products', outcome).products.forEach(({ productId, skus: loaded }, index) => {
      const product = part[index];
      for (const { skuId, code } of loaded) {
        const options = product?.skus.find((sku) => sku.code === code)?.options ?? [];
        const title = [product?.title, ...options.map(({ value }) => value)].join(' ');
        skus.set(code, { skuId, productId, title });
      }
    });
    done += part.length;
    onProgress({ part: 'products', done, total: products.length });
  }
  for (const part of partsOf(prices, pricesAtOnce)) await setPrices(shop, part, skus);
  return skus;
}

function createdAt(product: DemoProduct, first: DemoProduct | undefined, began: Date): Date {
  const age =
    product === first
      ? firstProductDays * day
      : wholeOf(`${product.slug} age`, productDays.least * 24, productDays.most * 24) * (day / 24);
  return new Date(began.getTime() - age);
}

function productToLoad(product: DemoProduct, at: Date, soldOf: (productSlug: string) => number) {
  const { slug, title, titleEn, description, descriptionEn, categorySlug, brand, options, attributes, skus } = product;
  return {
    slug,
    title,
    titleEn,
    description,
    descriptionEn,
    categorySlug,
    brand,
    supplierCode: product.supplierCode,
    images: [{ url: `/demo-images/${slug}.svg`, alt: title }],
    options: options.map(({ name, values }) => ({ name, values: [...values] })),
    attributes: [...attributes],
    tags: [product.departmentSlug],
    skus: skus.map((sku) => ({ ...sku, options: [...sku.options] })),
    publishTo: [...product.channels],
    createdAt: at.toISOString(),
    salesCount: soldOf(slug),
  };
}

/** As many in one document as are given; setting a price again changes nothing. */
async function setPrices(shop: Shop, prices: readonly ChannelPrice[], skus: ReadonlyMap<string, LoadedSku>) {
  const names = prices.map((_, index) => `p${index}`);
  const document = `mutation SetPrices(${names.map((name) => `$${name}: SetSkuPriceInput!`).join(' ')}) {
    ${names.map((name) => `${name}: setSkuPrice(input: $${name}) { userErrors { code message path } }`).join('\n')}
  }`;
  const inputs = prices.map(({ skuCode, channel, priceMinor }) => ({
    skuId: found(skus, skuCode).skuId,
    channel,
    price: { amount: formatAmount(money(priceMinor, demoCurrency)), currency: demoCurrency },
  }));
  const variables = Object.fromEntries(names.map((name, index) => [name, inputs[index]]));
  const answers = await shop.ask<Record<string, Payload>>('product', document, variables);
  for (const payload of Object.values(answers)) taken('channel prices', payload);
}
