import mongoose from 'mongoose';
import type { ClientSession, Connection } from 'mongoose';

/**
 * Runs `work` as one transaction: everything it writes with `session` is there afterwards, or nothing is.
 * Reads see one snapshot; the commit is majority and journalled. On a write conflict or a lost primary the driver runs `work`
 * again from the start, so it must keep nothing outside the database between attempts. Pass `session` to every operation
 * and await each before the next: a session carries one operation at a time. An error thrown by `work` undoes
 * everything and comes out unchanged.
 */
export async function inTransaction<T>(
  connection: Connection,
  work: (session: ClientSession) => Promise<T>,
): Promise<T> {
  return connection.getClient().withSession((session) =>
    session.withTransaction(() => work(session), {
      readPreference: 'primary',
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority', journal: true },
    }),
  );
}

/**
 * Whether a unique index refused the write; with `indexName` (`number_1`, `_id_`) whether it was that one.
 * Inside a transaction such a refusal has ended the transaction: let it out and look at it outside.
 */
export function isDuplicateKey(error: unknown, indexName?: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11_000) return false;
  return indexName === undefined || error.message.includes(` index: ${indexName} `);
}
