import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { inTransaction, type Database, type Session } from '#kit/mongo/transaction.ts';
import { createGroupCommit } from './group-commit.ts';

/** A row whose versions are counted from 1. */
interface Versioned {
  readonly _id: string;
  readonly version: number;
}

/** A row's next version, with those of its fields that change. */
export type NextVersion<Row extends Versioned> = Versioned & Partial<Row>;

/** Among several rows is one that somebody else has written: each is to be tried alone. */
class NotAllAsTheyWere extends Error {}

/** After how long of conflicts with other processes a group is halved, milliseconds. */
const giveUpAfterMs = 300;

/**
 * Writes the next version of a row that still is what it was one version before; false when somebody else was faster, or it is gone. Different rows that are written at the same time
 * share a transaction: what waits for the majority's journals costs as much for one as for many.
 */
export function createNextVersions<Row extends Versioned>(
  connection: Database,
  collection: () => mongo.Collection<Row>,
): (next: NextVersion<Row>) => Promise<boolean> {
  return createGroupCommit<NextVersion<Row>, boolean>(
    {
      keysOf: ({ _id }) => [_id],
      async commit(group) {
        if (group.length === 1) return [(await writeNextVersions(collection(), group)) === 1];
        await inTransaction(
          connection,
          async (session) => {
            const written = await writeNextVersions(collection(), group, session);
            if (written !== group.length) throw new NotAllAsTheyWere();
          },
          { giveUpAfterMs },
        );
        return group.map(() => true);
      },
      alreadyDone: async (group) => whatIsThere(collection(), group),
    },
    { longestWaitMs: 4_000 },
  );
}

/** Writes the next versions of different rows with one command, and counts those that were as they had to be. */
export async function writeNextVersions<Row extends Versioned>(
  collection: mongo.Collection<Row>,
  group: readonly NextVersion<Row>[],
  session?: Session,
): Promise<number> {
  const updates = group.map(({ _id, ...set }) => ({
    updateOne: { filter: { _id, version: set.version - 1 }, update: { $set: set } },
  }));
  const written = await collection.bulkWrite(updates as unknown as mongo.AnyBulkWriteOperation<Row>[], {
    session,
    ordered: false,
  });
  return written.matchedCount;
}

/** Of a write whose answer was lost: true when it is there, undefined when it isn't. Throws where a later version hides which. */
async function whatIsThere<Row extends Versioned>(
  collection: mongo.Collection<Row>,
  group: readonly NextVersion<Row>[],
): Promise<(true | undefined)[]> {
  const ids = { _id: { $in: group.map(({ _id }) => _id) } } as mongo.Filter<Row>;
  const found = await collection.find(ids).toArray();
  const stored = new Map(found.map((row) => [String(row._id), row as unknown as Readonly<Record<string, unknown>>]));
  return group.map((next) => {
    const row = stored.get(next._id);
    if (row !== undefined && Number(row['version']) > next.version) {
      throw new Error(`somebody wrote ${next._id} after a write of ours that was not answered`);
    }
    const isOurs = Object.entries(next).every(([field, value]) => isDeepStrictEqual(row?.[field], value));
    return isOurs ? true : undefined;
  });
}
