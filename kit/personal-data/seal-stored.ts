import type { mongo } from 'mongoose';

const rowsAtOnce = 500;

/** What a stored row becomes: fields that are set and fields that are taken away. */
export interface SealedRow {
  readonly set: Readonly<Record<string, unknown>>;
  readonly unset?: readonly string[];
}

/**
 * For a migration: seals what was stored in the open, some rows at a time. `plain` finds the rows that are not sealed yet, so that after a crash it goes on where it
 * was; a row that is changed meanwhile so that it isn't found any more is left alone.
 */
export async function sealStored<Row extends { _id: string }>(
  collection: mongo.Collection<Row>,
  plain: mongo.Filter<Row>,
  sealRow: (row: Row) => Promise<SealedRow>,
): Promise<void> {
  for (;;) {
    const rows = (await collection.find(plain).limit(rowsAtOnce).toArray()) as unknown as Row[];
    if (rows.length === 0) return;
    const writes = await Promise.all(
      rows.map(async (row) => {
        const { set, unset = [] } = await sealRow(row);
        const update = {
          ...(Object.keys(set).length > 0 && { $set: set }),
          ...(unset.length > 0 && { $unset: Object.fromEntries(unset.map((field) => [field, 1])) }),
        };
        return { updateOne: { filter: { ...plain, _id: row._id }, update } };
      }),
    );
    await collection.bulkWrite(writes as never, { ordered: false });
  }
}
