import mongoose from 'mongoose';
import type { mongo } from 'mongoose';
import { createGather } from '#kit/gather/gather.ts';

/**
 * Inserts rows of concurrent callers with one write. Rows don't concern each other: one that clashes leaves the others as they are. Answers null when the
 * row was inserted, or the name of the unique index (`_id_`, `number_1`) that has it already.
 * An error of the database's means "unknown": insert the same row again.
 */
export function createInserts<Row extends { _id: string }>(
  collection: () => mongo.Collection<Row>,
): (row: Row) => Promise<string | null> {
  return createGather(async (rows: readonly Row[]) => {
    const clashes = new Map<number, string>();
    try {
      await collection().insertMany(rows as never, { ordered: false, ignoreUndefined: true });
    } catch (error) {
      if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
      const failures = [error.writeErrors].flat();
      if (failures.length === 0 || failures.some(({ code }) => code !== 11_000)) throw error;
      for (const { index, errmsg } of failures)
        clashes.set(index, / index: (\S+) /.exec(errmsg ?? '')?.[1] ?? 'unknown');
    }
    return rows.map((_, index) => clashes.get(index) ?? null);
  });
}
