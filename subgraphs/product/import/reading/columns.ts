import { missingColumn } from '../domain/refusals.ts';
import { UnreadableFile, type CsvRecord } from './csv-rows.ts';

/** What a cell is for. Options count from 1. */
export type Field =
  | 'handle'
  | 'title'
  | 'titleEn'
  | 'description'
  | 'descriptionEn'
  | 'brand'
  | 'category'
  | 'tags'
  | 'published'
  | 'sku'
  | 'price'
  | 'compareAtPrice'
  | 'cost'
  | 'weightGrams'
  | 'barcode'
  | 'quantity'
  | 'imageUrl'
  | 'imageAlt'
  | 'skuImageUrl'
  | `option${1 | 2 | 3}${'Name' | 'Value'}`;

/** A kind of CSV: what its columns are called, and how their texts are meant. */
export interface CsvFormat {
  readonly columns: Readonly<Partial<Record<Field, string>>>;
  readonly needed: readonly Field[];
  /** Whether descriptions are HTML. */
  readonly html: boolean;
  /** Whether categories go by name, and are created, or by slug. */
  readonly categoryBy: 'name' | 'slug';
  /** What the header of a column for one attribute begins with; null when there are none. */
  readonly attributePrefix: string | null;
}

export const shopifyCsv: CsvFormat = {
  columns: {
    handle: 'Handle',
    title: 'Title',
    description: 'Body (HTML)',
    brand: 'Vendor',
    category: 'Type',
    tags: 'Tags',
    published: 'Published',
    option1Name: 'Option1 Name',
    option1Value: 'Option1 Value',
    option2Name: 'Option2 Name',
    option2Value: 'Option2 Value',
    option3Name: 'Option3 Name',
    option3Value: 'Option3 Value',
    sku: 'Variant SKU',
    price: 'Variant Price',
    compareAtPrice: 'Variant Compare At Price',
    cost: 'Cost per item',
    weightGrams: 'Variant Grams',
    barcode: 'Variant Barcode',
    quantity: 'Variant Inventory Qty',
    imageUrl: 'Image Src',
    imageAlt: 'Image Alt Text',
    skuImageUrl: 'Variant Image',
  },
  needed: ['handle', 'title', 'price'],
  html: true,
  categoryBy: 'name',
  attributePrefix: null,
};

export const ownCsv: CsvFormat = {
  columns: {
    handle: 'handle',
    title: 'title',
    titleEn: 'title_en',
    description: 'description',
    descriptionEn: 'description_en',
    brand: 'brand',
    category: 'category',
    tags: 'tags',
    option1Name: 'option1_name',
    option1Value: 'option1_value',
    option2Name: 'option2_name',
    option2Value: 'option2_value',
    option3Name: 'option3_name',
    option3Value: 'option3_value',
    sku: 'sku',
    price: 'price',
    compareAtPrice: 'compare_at_price',
    cost: 'cost',
    weightGrams: 'weight_grams',
    barcode: 'barcode',
    quantity: 'quantity',
    imageUrl: 'image_url',
    imageAlt: 'image_alt',
  },
  needed: ['handle', 'title', 'price'],
  html: false,
  categoryBy: 'slug',
  attributePrefix: 'attribute:',
};

/** A row whose cells are known by what they are for. */
export interface FileRow {
  readonly row: number;
  /** The trimmed text of a cell; empty when there is none. */
  text(field: Field): string;
  /** The cell as it stands in the file, with the spaces around it. */
  raw(field: Field): string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  readonly isEmpty: boolean;
  /** Whether there are cells beyond the header's last column. */
  readonly isTooLong: boolean;
}

/** Understands the header and returns how to read a row under it. Throws `UnreadableFile` when a needed column is missing. */
export function rowReader(format: CsvFormat, header: readonly string[]): (record: CsvRecord) => FileRow {
  const names = header.map((name) => name.trim().toLowerCase());
  const places = new Map<Field, number>();
  for (const [field, name] of Object.entries(format.columns) as [Field, string][]) {
    const place = names.indexOf(name.toLowerCase());
    if (place >= 0) places.set(field, place);
    else if (format.needed.includes(field)) throw new UnreadableFile(missingColumn(name));
  }
  const prefix = format.attributePrefix;
  const attributes = header.flatMap((name, place) => {
    const title = name.trim();
    if (prefix === null || !title.toLowerCase().startsWith(prefix)) return [];
    return [{ name: title.slice(prefix.length).trim(), place }];
  });
  return ({ row, cells }) => {
    const raw = (field: Field) => cells[places.get(field) ?? -1] ?? '';
    return {
      row,
      raw,
      text: (field) => raw(field).trim(),
      attributes: attributes
        .map(({ name, place }) => ({ name, value: (cells[place] ?? '').trim() }))
        .filter(({ value }) => value !== ''),
      isEmpty: cells.every((cell) => cell.trim() === ''),
      isTooLong: cells.slice(header.length).some((cell) => cell.trim() !== ''),
    };
  };
}
