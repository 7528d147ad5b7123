import { parse } from 'csv-parse';
import { malformedFile } from '../domain/refusals.ts';
import type { Refusal } from '#kit/user-error/user-error.ts';

/** A record of a CSV with its place. */
export interface CsvRecord {
  /** As a spreadsheet counts: the header is row 1. */
  readonly row: number;
  readonly cells: readonly string[];
}

/** The file as a whole can't be imported. Carries the refusal for the caller. */
export class UnreadableFile extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.name = 'UnreadableFile';
    this.refusal = refusal;
  }
}

/** Characters given to the parser at once, so that other requests are served in between. */
const slice = 64 * 1024;

/** The records of a CSV, header first. Throws `UnreadableFile` at a quote that is out of place or never closed. */
export async function* csvRecords(content: string): AsyncGenerator<CsvRecord> {
  // Rows may be shorter or longer than the header: that is their own error, not the file's.
  const parser = parse({ bom: true, relax_column_count: true, info: true });
  const fed = feed(parser, content);
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { records: number } }>) {
      yield { row: info.records, cells: record };
    }
    await fed;
  } catch (error) {
    throw unreadable(error);
  } finally {
    parser.destroy();
  }
}

async function feed(parser: ReturnType<typeof parse>, content: string): Promise<void> {
  for (let at = 0; at < content.length && !parser.destroyed; at += slice) {
    if (parser.write(content.slice(at, at + slice))) continue;
    await new Promise<void>((resolve) => {
      parser.once('drain', resolve);
      parser.once('close', resolve);
    });
  }
  if (!parser.destroyed) parser.end();
}

function unreadable(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && 'lines' in error)) return error;
  const notClosed = error.code === 'CSV_QUOTE_NOT_CLOSED';
  return new UnreadableFile(
    malformedFile(
      Number(error.lines),
      notClosed
        ? { en: 'a quote is opened and never closed.', zh: '引号未闭合。' }
        : {
            en: 'a quote is out of place; quote the whole cell and double the quotes inside it.',
            zh: '引号位置有误；请为整个单元格加引号，并将其中的引号双写。',
          },
    ),
  );
}
