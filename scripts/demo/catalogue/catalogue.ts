import { z } from 'zod';
import { parseAmount } from '#kit/money/money.ts';
import { chanceOf } from './chance.ts';
import { barcodeOf, compareAtPrice, costOf } from './prices.ts';
import { readTable } from './read-table.ts';
import { readOptions, variantsOf } from './variants.ts';

/** Where the demo shop sells. */
export const demoChannels = ['web', 'app', 'mini-program', 'store'] as const;
export type DemoChannel = (typeof demoChannels)[number];
export const demoCurrency = 'CNY';

/** A category of the demo shop; a parent stands before its children. */
export interface DemoCategory {
  readonly slug: string;
  readonly name: string;
  readonly nameEn: string;
  readonly parentSlug: string | null;
  /** The colour of its pictures, degrees on the colour wheel. */
  readonly hue: number;
  /** What its pictures show. */
  readonly shape: string;
}

/** A SKU; prices in fen. */
export interface DemoSku {
  readonly code: string;
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly priceMinor: number;
  readonly compareAtPriceMinor: number | null;
  readonly costMinor: number;
  readonly weightGrams: number;
  readonly barcode: string;
}

/** A product with all that is to be loaded of it. */
export interface DemoProduct {
  readonly slug: string;
  readonly title: string;
  readonly titleEn: string;
  readonly description: string;
  readonly descriptionEn: string;
  readonly categorySlug: string;
  /** The root above its category. */
  readonly departmentSlug: string;
  readonly brand: { readonly name: string; readonly nameEn: string };
  /** Who delivers the brand; null for one that the shop makes itself. */
  readonly supplierCode: string | null;
  readonly options: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly skus: readonly DemoSku[];
  readonly channels: readonly DemoChannel[];
}

/** Everything that the demo shop sells. */
export interface Catalogue {
  readonly categories: readonly DemoCategory[];
  readonly suppliers: readonly { readonly code: string; readonly name: string }[];
  readonly products: readonly DemoProduct[];
}

const text = z.string().min(1);
const categoryRow = z.object({
  slug: text,
  parent: z.string(),
  name: text,
  nameEn: text,
  hue: z.coerce.number().int().min(0).max(360),
  shape: text,
  channels: z.string(),
  line: z.string(),
  lineEn: z.string(),
});
const supplierRow = z.object({ code: text, name: text });
const brandRow = z.object({ key: text, name: text, nameEn: text, supplier: z.string() });
const productRow = z.object({
  slug: text,
  category: text,
  brand: text,
  title: text,
  titleEn: text,
  price: text,
  grams: z.coerce.number().int().positive(),
  options: text,
  attributes: text,
});

const productTables = ['digital', 'living', 'fashion', 'daily', 'family'] as const;

/** One product in so many is not sold in the channel, besides what its category already leaves out. */
const leftOut: Partial<Record<DemoChannel, number>> = { 'mini-program': 0.1, store: 0.15 };

/** Reads the tables. Throws an Error that names the row when one can't be read, or names a category, brand or supplier that there is not. */
export async function readCatalogue(): Promise<Catalogue> {
  const [categoryRows, supplierRows, brandRows, ...tables] = await Promise.all([
    readTable('categories', categoryRow),
    readTable('suppliers', supplierRow),
    readTable('brands', brandRow),
    ...productTables.map((name) => readTable(`products/${name}`, productRow)),
  ]);
  const categories = new Map(categoryRows.map((row) => [row.slug, row]));
  const suppliers = new Map(supplierRows.map((row) => [row.code, row]));
  const brands = new Map(brandRows.map((row) => [row.key, row]));
  const products = tables.flat().map((row) => {
    const category = known(categories, row.category);
    const brand = known(brands, row.brand);
    const supplierCode = brand.supplier === '' ? null : known(suppliers, brand.supplier).code;
    return { ...productFrom(row, category, departmentOf(category, categories), brand), supplierCode };
  });
  return {
    categories: categoryRows.map(({ slug, name, nameEn, parent, hue, shape }) => ({
      slug,
      name,
      nameEn,
      parentSlug: parent || null,
      hue,
      shape,
    })),
    suppliers: supplierRows,
    products,
  };
}

function productFrom(
  row: z.output<typeof productRow>,
  category: z.output<typeof categoryRow>,
  departmentSlug: string,
  { name, nameEn }: { name: string; nameEn: string },
): Omit<DemoProduct, 'supplierCode'> {
  const options = readOptions(row.options);
  const attributes = row.attributes.split(';').map((pair) => {
    const [name = '', value = ''] = pair.split(':');
    return { name, value };
  });
  const facts = attributes.map(({ name, value }) => `${name}：${value}`).join('，');
  return {
    slug: row.slug,
    title: `${name} ${row.title}`,
    titleEn: `${nameEn} ${row.titleEn}`,
    description: `${name}${row.title}。${category.line}${facts}。`,
    descriptionEn: `${row.titleEn} by ${nameEn}. ${category.lineEn}`,
    categorySlug: row.category,
    departmentSlug,
    brand: { name, nameEn },
    options: options.map(({ name, choices }) => ({ name, values: choices.map(({ value }) => value) })),
    attributes,
    skus: skusOf(row, options),
    channels: channelsOf(row.slug, category.channels),
  };
}

function skusOf(
  { slug, price, grams }: z.output<typeof productRow>,
  options: ReturnType<typeof readOptions>,
): DemoSku[] {
  const base = parseAmount(price, demoCurrency).minor;
  return variantsOf(options).map((variant, index) => {
    const code = `${slug.toUpperCase()}-${String(index + 1).padStart(2, '0')}`;
    const priceMinor = base + variant.addsMinor;
    return {
      code,
      options: variant.options,
      priceMinor,
      compareAtPriceMinor: compareAtPrice(slug, priceMinor),
      costMinor: costOf(slug, priceMinor),
      weightGrams: grams + variant.addsGrams,
      barcode: barcodeOf(code),
    };
  });
}

function channelsOf(slug: string, ofCategory: string): DemoChannel[] {
  const sold =
    ofCategory === '' ? demoChannels : demoChannels.filter((channel) => ofCategory.split(' ').includes(channel));
  return sold.filter((channel) => chanceOf(`${slug} in ${channel}`) >= (leftOut[channel] ?? 0));
}

function departmentOf(
  category: z.output<typeof categoryRow>,
  categories: ReadonlyMap<string, z.output<typeof categoryRow>>,
): string {
  return category.parent === '' ? category.slug : departmentOf(known(categories, category.parent), categories);
}

function known<T>(things: ReadonlyMap<string, T>, key: string): T {
  const thing = things.get(key);
  if (thing === undefined) throw new Error(`the tables name ${JSON.stringify(key)}, which is in none of them`);
  return thing;
}
