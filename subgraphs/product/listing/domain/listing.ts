import type { Brand } from '../../brand/domain/brand.ts';
import type { Category } from '../../category/domain/category-tree.ts';
import { currencyOf } from '../../channel/domain/channels.ts';
import type { LocalText } from '../../product/domain/local-text.ts';
import { priceIn, skusOf, type Product } from '../../product/domain/product.ts';
import { termsOf } from './search-terms.ts';

/**
 * A product as one channel lists it: everything that lists, filters, facets and sorts need, in one document. Made from the product whenever
 * that changes; never the source of a decision about money or stock.
 */
export interface ProductListing {
  readonly channel: string;
  readonly productId: string;
  /** Of the cheapest and the dearest SKU, minor units of the channel's currency. */
  readonly minPriceMinor: number;
  readonly maxPriceMinor: number;
  /** Every price that one of its SKUs has. */
  readonly pricesMinor: readonly number[];
  /** From the root down to the product's own. */
  readonly categorySlugs: readonly string[];
  readonly brandId: string | null;
  readonly brandName: LocalText | null;
  /** Options and attributes as `attributeKey` writes them. */
  readonly attributes: readonly string[];
  /** Terms of the search by where they stand, without repeating one that weighs more. */
  readonly titleTerms: readonly string[];
  readonly labelTerms: readonly string[];
  readonly factTerms: readonly string[];
  /** All terms, those of the description as well. */
  readonly terms: readonly string[];
  readonly skuIds: readonly string[];
  readonly inStockSkuIds: readonly string[];
  readonly inStock: boolean;
  readonly salesCount: number;
  readonly publishedAt: Date;
}

const separator = '\u001f';

/** A name and a value as one key. A control character parts them, which neither may hold. */
export function attributeKey(name: string, value: string): string {
  return `${name}${separator}${value}`;
}

/** The name and the value of a key. */
export function readAttributeKey(key: string): { name: string; value: string } {
  const at = key.indexOf(separator);
  return { name: key.slice(0, at), value: key.slice(at + 1) };
}

/** What the product's ids stand for. */
export interface ListingPlaces {
  /** From the root down to the product's category. */
  readonly path: readonly Category[];
  readonly brand: Brand | null;
}

/** One listing per channel in which the product is for sale and has a price. */
export function listingsOf(product: Product, { path, brand }: ListingPlaces): ProductListing[] {
  const { publishedAt } = product;
  if (publishedAt === null) return [];
  const skus = skusOf(product);
  const words = wordsOf(product, { path, brand });
  const inStockSkuIds = skus.filter((sku) => sku.inStock).map((sku) => sku.id);
  return product.channels.flatMap((channel) => {
    const prices = skus.flatMap((sku) => priceIn({ product, sku }, channel, currencyOf(channel))?.minor ?? []);
    if (prices.length === 0) return [];
    return {
      channel,
      productId: product.id,
      minPriceMinor: Math.min(...prices),
      maxPriceMinor: Math.max(...prices),
      pricesMinor: [...new Set(prices)],
      categorySlugs: path.map((category) => category.slug),
      brandId: product.brandId,
      brandName: brand?.name ?? null,
      attributes: [
        ...new Set(
          [...product.attributes, ...skus.flatMap((sku) => sku.options)].map(({ name, value }) =>
            attributeKey(name, value),
          ),
        ),
      ],
      ...words,
      skuIds: skus.map((sku) => sku.id),
      inStockSkuIds,
      inStock: inStockSkuIds.length > 0,
      salesCount: product.salesCount,
      publishedAt,
    };
  });
}

function wordsOf(product: Product, { path, brand }: ListingPlaces) {
  const skus = skusOf(product);
  const titleTerms = termsOf(bothLanguages([product.title]));
  const labelTerms = termsOf(bothLanguages([...path.map((category) => category.name), ...(brand ? [brand.name] : [])]));
  const facts = [...product.attributes, ...skus.flatMap((sku) => sku.options)].map(({ value }) => value);
  const factTerms = termsOf([...facts, ...product.tags, ...skus.map((sku) => sku.code)].join(' '));
  const description = product.description === null ? [] : termsOf(bothLanguages([product.description]));
  return {
    titleTerms: [...titleTerms],
    labelTerms: [...labelTerms.difference(titleTerms)],
    factTerms: [...factTerms.difference(titleTerms).difference(labelTerms)],
    terms: [...new Set([...titleTerms, ...labelTerms, ...factTerms, ...description])],
  };
}

function bothLanguages(texts: readonly LocalText[]): string {
  return texts.map(({ zh, en }) => (en === null || en === zh ? zh : `${zh} ${en}`)).join(' ');
}
