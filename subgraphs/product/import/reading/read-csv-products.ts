import type { Outcome } from '#kit/user-error/user-error.ts';
import type { Money } from '#kit/money/money.ts';
import type { SkuDraft } from '../../product/domain/draft.ts';
import { localText } from '../../product/domain/local-text.ts';
import type { NamedValue, ProductImage } from '../../product/domain/product.ts';
import { descriptionFrom } from '../../product/domain/draft-from-input.ts';
import { readAmount } from '../../product/domain/read-amount.ts';
import type { ImportedProduct, RowError } from '../domain/import-job.ts';
import { plainText } from '../domain/plain-text.ts';
import { invalidNumber, missingValue } from '../domain/row-errors.ts';
import { skuCodeOf } from '../domain/sku-code.ts';
import { checkCells } from './check-cells.ts';
import type { CsvFormat, Field, FileRow } from './columns.ts';

const optionNumbers = [1, 2, 3] as const;

/** Pieces that one row may bring: more is a slip of the finger. */
const mostPieces = 1_000_000;

/** The product that the rows of one handle describe, or what is wrong with them. */
export function productOfRows(
  handle: string,
  rows: readonly FileRow[],
  format: CsvFormat,
  currency: string,
): { product: ImportedProduct | null; errors: RowError[] } {
  const errors = rows.flatMap((row) => checkCells(row, format));
  const [first] = rows;
  if (first === undefined) return { product: null, errors };
  const optionNames = optionNamesOf(rows);
  const skuRows = rows.filter((row, index) => index === 0 || isSkuRow(row));
  const title = textOf(rows, 'title');
  if (title === '') errors.push(missingValue(first.row, format.columns.title ?? 'title'));
  const skus = skuRows.map((row) => skuOf(row, handle, optionNames, format, currency, errors));
  const quantities: Record<string, number> = {};
  skuRows.forEach((row, index) => {
    const pieces = wholeNumber(row, 'quantity', format, errors);
    const code = skus[index]?.code;
    if (code !== undefined && pieces > 0) quantities[code] = pieces;
  });
  if (errors.length > 0) return { product: null, errors };
  const description = textOf(rows, 'description');
  const category = textOf(rows, 'category');
  const brand = textOf(rows, 'brand');
  return {
    errors,
    product: {
      draft: {
        slug: handle,
        title: localText(title, textOf(rows, 'titleEn') || null),
        description: descriptionFrom(format.html ? plainText(description) : description, textOf(rows, 'descriptionEn')),
        category: category === '' ? null : format.categoryBy === 'slug' ? { slug: category } : { name: category },
        brand: brand === '' ? null : localText(brand),
        images: imagesOf(rows),
        options: null,
        attributes: uniqueAttributes(rows.flatMap((row) => row.attributes)),
        tags: [
          ...new Set(
            textOf(rows, 'tags')
              .split(/[,，]/)
              .map((tag) => tag.trim())
              .filter((tag) => tag !== ''),
          ),
        ],
        skus: skus.flatMap((sku) => sku ?? []),
      },
      rows: rows.map(({ row }) => row),
      skuRows: skuRows.map(({ row }) => row),
      publish: textOf(rows, 'published').toLowerCase() !== 'false',
      quantities,
    },
  };
}

/** A row that brings more than a picture. */
function isSkuRow(row: FileRow): boolean {
  const fields: Field[] = ['sku', 'price', ...optionNumbers.map((number): Field => `option${number}Value`)];
  return fields.some((field) => row.text(field) !== '');
}

/** The first text that a column has in the rows of a product. */
function textOf(rows: readonly FileRow[], field: Field): string {
  return rows.find((row) => row.text(field) !== '')?.text(field) ?? '';
}

/** The names of the options in use, by their number. Shopify gives a product without any the option `Title` with `Default Title`. */
function optionNamesOf(rows: readonly FileRow[]): Map<number, string> {
  const names = new Map<number, string>();
  for (const number of optionNumbers) {
    const name = textOf(rows, `option${number}Name`);
    if (name !== '') names.set(number, name);
  }
  const isDefault =
    names.size === 1 &&
    names.get(1) === 'Title' &&
    rows.every((row) => ['', 'Default Title'].includes(row.text('option1Value')));
  return isDefault ? new Map() : names;
}

function skuOf(
  row: FileRow,
  handle: string,
  optionNames: ReadonlyMap<number, string>,
  format: CsvFormat,
  currency: string,
  errors: RowError[],
): SkuDraft | null {
  const options: NamedValue[] = [...optionNames].flatMap(([number, name]) => {
    const value = row.text(`option${number as 1 | 2 | 3}Value`);
    return value === '' ? [] : [{ name, value }];
  });
  const weightGrams = wholeNumber(row, 'weightGrams', format, errors);
  const price = amount(row, 'price', format, currency, errors);
  if (row.text('price') === '') errors.push(missingValue(row.row, format.columns.price ?? 'price'));
  const compareAtPrice = amount(row, 'compareAtPrice', format, currency, errors);
  const cost = amount(row, 'cost', format, currency, errors);
  if (price === null) return null;
  return {
    code:
      row.text('sku') ||
      skuCodeOf(
        handle,
        options.map(({ value }) => value),
      ),
    title: null,
    options,
    price,
    compareAtPrice,
    cost,
    weightGrams,
    barcode: row.text('barcode') || null,
    imageUrl: row.text('skuImageUrl') || null,
  };
}

function amount(row: FileRow, field: Field, format: CsvFormat, currency: string, errors: RowError[]): Money | null {
  const text = row.text(field);
  if (text === '') return null;
  const read: Outcome<Money> = readAmount(text, currency, []);
  if (read.ok && read.value.minor >= 0) return read.value;
  errors.push(invalidNumber(row.row, format.columns[field] ?? field));
  return null;
}

/** A number of pieces or grams; an empty cell is 0. Shopify writes grams with decimals at times: they are rounded. */
function wholeNumber(row: FileRow, field: 'quantity' | 'weightGrams', format: CsvFormat, errors: RowError[]): number {
  const text = row.text(field);
  if (text === '') return 0;
  const shape = field === 'quantity' ? /^\d{1,9}$/ : /^\d{1,9}(?:\.\d{1,9})?$/;
  const value = shape.test(text) ? Math.round(Number(text)) : Number.NaN;
  if (value <= mostPieces) return value;
  errors.push(invalidNumber(row.row, format.columns[field] ?? field));
  return 0;
}

/** Every picture once, in the order of the rows. */
function imagesOf(rows: readonly FileRow[]): ProductImage[] {
  const images = new Map<string, ProductImage>();
  for (const row of rows) {
    const url = row.text('imageUrl');
    if (url !== '' && !images.has(url)) images.set(url, { url, alt: row.text('imageAlt') || null });
  }
  return [...images.values()];
}

function uniqueAttributes(attributes: readonly NamedValue[]): NamedValue[] {
  return [
    ...new Map(attributes.map((attribute) => [JSON.stringify([attribute.name, attribute.value]), attribute])).values(),
  ];
}
