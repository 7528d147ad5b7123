import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const folder = new URL('./tables/', import.meta.url);

/**
 * The rows of one of the hand-written tables beside this file, checked. An empty cell is an empty text.
 * Throws an Error that names the table and the row when one doesn't fit.
 */
export async function readTable<Row extends z.ZodObject>(name: string, row: Row): Promise<z.output<Row>[]> {
  const text = await readFile(new URL(`${name}.csv`, folder), 'utf8');
  const rows: Record<string, string>[] = parse(text, { columns: true });
  return rows.map((cells, index) => {
    const read = z.strictObject(row.shape).safeParse(cells);
    if (!read.success) throw new Error(`${name}.csv, line ${index + 2}: ${z.prettifyError(read.error)}`);
    return read.data as z.output<Row>;
  });
}
