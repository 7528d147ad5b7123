import type { ClientSession, mongo } from 'mongoose';

interface Late {
  readonly collection: mongo.Collection;
  readonly rows: mongo.Document[];
}

const waiting = new WeakMap<ClientSession, Map<string, Late>>();

/** Begins to collect late inserts of a transaction, anew for every attempt. */
export function collectLateInserts(session: ClientSession): void {
  waiting.set(session, new Map());
}

/**
 * Inserts rows that nobody reads in the same transaction (events, logs) when its work is done: one write for each collection, however many steps had
 * something to tell. In a session that isn't `inTransaction`'s they are inserted at once.
 */
export async function insertLate<Row extends { _id: string }>(
  session: ClientSession,
  collection: mongo.Collection<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const late = waiting.get(session);
  const untyped = collection as unknown as mongo.Collection;
  if (late === undefined) {
    await untyped.insertMany(documentsOf(rows), { session, ignoreUndefined: true });
    return;
  }
  const same = late.get(collection.collectionName);
  if (same === undefined) late.set(collection.collectionName, { collection: untyped, rows: documentsOf(rows) });
  else same.rows.push(...documentsOf(rows));
}

/** Writes what was collected; the transaction is about to be committed. */
export async function writeLateInserts(session: ClientSession): Promise<void> {
  const late = waiting.get(session);
  waiting.delete(session);
  if (late === undefined) return;
  for (const { collection, rows } of late.values()) {
    await collection.insertMany(rows, { session, ignoreUndefined: true });
  }
}

/** Ids of ours are strings, which the driver's own type of any document doesn't know. */
function documentsOf(rows: readonly { _id: string }[]): mongo.Document[] {
  return [...rows] as unknown as mongo.Document[];
}
