import mongoose, { type Aggregate, type Query } from 'mongoose';
import { bytesOf } from '#kit/near-cache/bytes-of.ts';
import { freezeWhole } from '#kit/near-cache/freeze-whole.ts';
import { createWeighedCache } from '#kit/weighed-cache/weighed-cache.ts';

const { Aggregate: Aggregation, mongo } = mongoose;
/** The driver hands out each row as the bytes that came. */
const asBytes = { raw: true };

const usualBytes = 32 * 1024 * 1024;
/** About what a row takes beside its bytes and what was made of it. */
const entryBytes = 100;

/** Reads the rows of a query. @throws what the query throws. */
export type SameRows<Row, Made = Row> = (query: Query<Row[], Row> | Aggregate<Row[]>) => Promise<Made[]>;

/**
 * Reads rows that mostly are as they were when they were read last: the same bytes are the very same object, which was decoded and made once. The database is asked each time, so nothing
 * is ever out of date; what is spared is decoding, and making anew whatever follows from a row. Rows are frozen: they are shared.
 * `make` must depend on nothing but the row. `bytesAtMost`: what they take together at most, about, 32 MB unless given; those that nobody has read for longest go first.
 */
export function createSameRows<Row, Made = Row>(
  make: (row: Row) => Made,
  { bytesAtMost = usualBytes }: { readonly bytesAtMost?: number } = {},
): SameRows<Row, Made> {
  const known = createWeighedCache<Made>(bytesAtMost);

  function madeOf(document: Uint8Array): Made {
    const bytes = Buffer.from(document.buffer, document.byteOffset, document.byteLength).toString('latin1');
    const before = known.get(bytes);
    if (before !== undefined) return before;
    const made = freezeWhole(make(mongo.BSON.deserialize(document) as Row));
    known.set(bytes, made, entryBytes + bytes.length + bytesOf(made));
    return made;
  }

  return async (query) => {
    const read = query instanceof Aggregation ? query.option(asBytes) : query.setOptions(asBytes).lean();
    return ((await read.exec()) as unknown as Uint8Array[]).map(madeOf);
  };
}
