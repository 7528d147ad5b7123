import { invalidInput } from '#kit/user-error/user-error.ts';
import { checkDraft } from '../../product/domain/check-draft.ts';
import { duplicateSkuCode } from '../../product/domain/refusals.ts';
import {
  importLimits,
  type ImportFormat,
  type ImportedProduct,
  type ReadFile,
  type RowError,
} from '../domain/import-job.ts';
import { fileTooLarge } from '../domain/refusals.ts';
import { missingValue } from '../domain/row-errors.ts';
import { ownCsv, rowReader, shopifyCsv, type CsvFormat, type FileRow } from './columns.ts';
import { csvRecords, UnreadableFile } from './csv-rows.ts';
import { productOfRows } from './read-csv-products.ts';
import { productOfLine } from './read-json-lines.ts';
import { errorsOfProduct, withOtherRows } from './refusal-errors.ts';

interface Read {
  readonly rows: readonly number[];
  readonly product: ImportedProduct | null;
  readonly errors: readonly RowError[];
}

/**
 * Reads a whole file and checks each product as far as it can be without the catalogue. Amounts are in `currency`.
 * Throws `UnreadableFile` when it can't be read as its format, lacks a column, is empty or has too many rows.
 */
export async function readFile(format: ImportFormat, content: string, currency: string): Promise<ReadFile> {
  const csv = { SHOPIFY_CSV: shopifyCsv, CSV: ownCsv, JSON_LINES: null }[format];
  const read = csv === null ? await readLines(content, currency) : await readCsv(csv, content, currency);
  const rows = read.reduce((count, each) => count + each.rows.length, 0);
  if (rows === 0) {
    throw new UnreadableFile(invalidInput(['content'], { en: 'The file has no rows.', zh: '文件中没有数据行。' }));
  }
  const checked = checkTogether(read, currency);
  return {
    rows,
    products: checked.flatMap(({ product }) => product ?? []),
    errors: checked.flatMap(({ errors }) => errors).toSorted((a, b) => a.row - b.row),
  };
}

async function readCsv(format: CsvFormat, content: string, currency: string): Promise<Read[]> {
  const byHandle = new Map<string, FileRow[]>();
  const homeless: Read[] = [];
  let toRow: ReturnType<typeof rowReader> | null = null;
  let rows = 0;
  for await (const record of csvRecords(content)) {
    if (toRow === null) {
      toRow = rowReader(format, record.cells);
      continue;
    }
    const row = toRow(record);
    if (row.isEmpty) continue;
    rows += 1;
    if (rows > importLimits.rows) throw new UnreadableFile(fileTooLarge());
    const handle = row.text('handle').toLowerCase();
    const siblings = byHandle.get(handle);
    if (handle === '') {
      homeless.push({
        rows: [row.row],
        product: null,
        errors: [missingValue(row.row, format.columns.handle ?? 'handle')],
      });
    } else if (siblings === undefined) byHandle.set(handle, [row]);
    else siblings.push(row);
  }
  const read = [...byHandle].map(([handle, own]): Read => {
    const numbers = own.map(({ row }) => row);
    const { product, errors } = productOfRows(handle, own, format, currency);
    return { rows: numbers, product, errors: errors.length > 0 ? withOtherRows(numbers, errors) : [] };
  });
  return [...read, ...homeless];
}

async function readLines(content: string, currency: string): Promise<Read[]> {
  const lines = content.replace(/^\uFEFF/, '').split(/\r?\n/);
  const read = lines.flatMap((text, index): Read[] =>
    text.trim() === '' ? [] : [{ rows: [index + 1], ...productOfLine(text, index + 1, currency) }],
  );
  if (read.length > importLimits.rows) throw new UnreadableFile(fileTooLarge());
  return read;
}

/** Checks every product by itself, and that no SKU code of the file stands for two of them: the first one has it. */
function checkTogether(read: readonly Read[], currency: string): Read[] {
  const owners = new Map<string, string>();
  return read.map((each): Read => {
    const { product } = each;
    if (product === null) return each;
    const slug = product.draft.slug ?? '';
    const taken = product.draft.skus.flatMap(({ code }, index) => {
      const owner = owners.get(code) ?? slug;
      return owner === slug ? [] : [duplicateSkuCode(['skus', String(index), 'code'], code)];
    });
    const refusals = [...checkDraft(product.draft, currency), ...taken];
    if (refusals.length > 0) return { rows: each.rows, product: null, errors: errorsOfProduct(product, refusals) };
    for (const { code } of product.draft.skus) owners.set(code, slug);
    return each;
  });
}
