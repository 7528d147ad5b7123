import { Readable } from 'node:stream';
import { Uint8ArrayReader, ZipReader, type FileEntry } from '@zip.js/zip.js';
import { parse } from 'csv-parse';
import { parseAmount } from '#kit/money/money.ts';
import type { Movement } from '../../domain/reconciliation.ts';
import { ProviderError } from '../payment-provider.ts';

/** Whose bill of which day is wanted. */
export interface WantedBill {
  /** The account that gets the money, `2088…`. */
  readonly sellerId: string;
  /** By China's calendar, `2026-11-22`. */
  readonly day: string;
}

/** What a file of a bill may unpack to, bytes: more than half a million trades, and no bomb. */
const largestFile = 256 * 1024 * 1024;
const longestLine = 64 * 1024;
const mostFiles = 10;

/** Reads a cell of a row by its column's name; an empty text where there is none. */
type CellOf = (column: string) => string;

/** A table of a bill: the lines before it, what its rows say, and whether it has its end. */
interface Table<Row> {
  readonly head: readonly string[];
  readonly rows: readonly Row[];
  readonly isWhole: boolean;
}

const fenOf = (of: CellOf): number => parseAmount(of('订单金额（元）'), 'CNY').minor;

/** A movement with its sign, or null for what is neither a payment nor a refund. */
function movementOf(of: CellOf): Movement | null {
  const [amountMinor, currency] = [fenOf(of), 'CNY'];
  if (of('业务类型') === '交易') return { subject: 'PAYMENT', id: of('商户订单号'), amountMinor, currency };
  if (of('业务类型') === '退款') return { subject: 'REFUND', id: of('退款批次号/请求号'), amountMinor, currency };
  return null;
}

/** Payments, refunds and the sum of their amounts, as a text. */
function totalsOf(of: CellOf): string | null {
  if (of('门店编号') !== '合计') return null;
  return [Number(of('交易订单总笔数')), Number(of('退款订单总笔数')), fenOf(of)].join();
}

/**
 * Reads a bill of all trades of a day: a ZIP with a table of details and one of totals, CSV in GBK; cells end with a tab, and lines beside the tables begin with `#`. Amounts
 * are yuan, those of refunds negative. Throws ProviderError unless both tables are whole, agree with each other, and are the wanted ones. `limit`: bytes that a file may unpack
 * to.
 */
export async function readAlipayBill(zip: Uint8Array, wanted: WantedBill, limit = largestFile): Promise<Movement[]> {
  try {
    const files = await filesOf(zip);
    const [details, totals] = [fileOf(files, '业务明细.csv'), fileOf(files, '业务明细(汇总).csv')];
    const signed = await tableOf(
      details,
      limit,
      ['商户订单号', '业务类型', '订单金额（元）', '退款批次号/请求号'],
      movementOf,
    );
    const said = await tableOf(
      totals,
      limit,
      ['门店编号', '交易订单总笔数', '退款订单总笔数', '订单金额（元）'],
      totalsOf,
    );
    for (const table of [signed, said]) mustBeWanted(table, wanted);
    const payments = signed.rows.filter(({ subject }) => subject === 'PAYMENT').length;
    const sum = signed.rows.reduce((total, { amountMinor }) => total + amountMinor, 0);
    const counted = [payments, signed.rows.length - payments, sum].join();
    if (said.rows[0] !== counted) throw new Error(`the totals are ${said.rows[0]}, the details ${counted}`);
    return signed.rows.map((one) => (one.subject === 'PAYMENT' ? one : { ...one, amountMinor: -one.amountMinor }));
  } catch (error) {
    throw new ProviderError('UNKNOWN', 'ALIPAY', 'a bill is not what it should be', { cause: error });
  }
}

async function filesOf(zip: Uint8Array): Promise<FileEntry[]> {
  const options = { filenameEncoding: 'gb18030', checkCrc32: true, useWebWorkers: false };
  const files: FileEntry[] = [];
  for await (const entry of new ZipReader(new Uint8ArrayReader(zip), options).getEntriesGenerator()) {
    if (files.length === mostFiles) throw new RangeError(`more than ${mostFiles} files`);
    if (!entry.directory) files.push(entry);
  }
  return files;
}

function fileOf(files: readonly FileEntry[], ending: string): FileEntry {
  const file = files.find(({ filename }) => filename.endsWith(ending));
  if (file === undefined) throw new Error(`there is no file …${ending}`);
  return file;
}

/** Unpacks a file as far as the limit goes, whatever size it claims to have, and reads it as it comes. */
async function tableOf<Row>(
  file: FileEntry,
  limit: number,
  columns: readonly string[],
  read: (of: CellOf) => Row | null,
): Promise<Table<Row>> {
  let size = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length;
      if (size > limit) throw new RangeError(`${file.filename} is larger than ${limit} bytes`);
      controller.enqueue(chunk);
    },
  });
  const text = bounded.readable.pipeThrough(new TextDecoderStream('gb18030', { fatal: true }));
  const lines = parse({
    relax_column_count: true,
    relax_quotes: true,
    trim: true,
    skip_empty_lines: true,
    max_record_size: longestLine,
  });
  const [table] = await Promise.all([
    readTable(Readable.fromWeb(text).compose(lines), columns, read),
    file.getData(bounded),
  ]);
  return table;
}

async function readTable<Row>(
  lines: AsyncIterable<string[]>,
  columns: readonly string[],
  read: (of: CellOf) => Row | null,
): Promise<Table<Row>> {
  const head: string[] = [];
  const rows: Row[] = [];
  let names: readonly string[] = [];
  let isWhole = false;
  for await (const cells of lines) {
    const [first = ''] = cells;
    if (first.startsWith('#')) {
      if (names.length === 0) head.push(first);
      else if (first.includes('列表结束')) isWhole = true;
    } else if (names.length === 0) {
      const lacking = columns.find((name) => !cells.includes(name));
      if (lacking !== undefined) throw new Error(`the column ${lacking} is missing`);
      names = cells;
    } else {
      const row = read((column) => cells[names.indexOf(column)] ?? '');
      if (row !== null) rows.push(row);
    }
  }
  return { head, rows, isWhole };
}

function mustBeWanted({ head, isWhole }: Table<unknown>, { sellerId, day }: WantedBill): void {
  // The number of an account has four more digits than its owner's.
  const account = new RegExp(`^#账号：\\[${sellerId}\\d{4}\\]`);
  if (!head.some((line) => account.test(line))) throw new Error('it is of another account');
  const [year, month, date] = day.split('-');
  const begins = `#起始日期：[${year}年${month}月${date}日 00:00:00]`;
  if (!head.some((line) => line.startsWith(begins))) throw new Error('it is of another day');
  if (!isWhole) throw new Error('its end is missing');
}
