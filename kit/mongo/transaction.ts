import mongoose from 'mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { collectLateInserts, writeLateInserts } from './late-inserts.ts';
import { refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';

/** The connection to a subgraph's own database, handed on by those who don't look inside. */
export type Database = Connection;

/** A transaction under way: handed from store to store, and looked into by them alone. */
export type Session = ClientSession;

/** Runs work as one transaction, again from the start when another one came in between: see {@link inTransaction}. */
export type Transact = <T>(work: (session: Session) => Promise<T>) => Promise<T>;

/** The same for work that may refuse: a refusal undoes everything the work wrote, and comes out as the outcome. */
export type TransactOutcome = <T>(work: (session: Session) => Promise<Outcome<T>>) => Promise<Outcome<T>>;

/** How a transaction deals with others that want the same documents. */
export interface TransactOptions {
  /**
   * Runs the work again, up to five times, after a duplicate key. For work that writes the first row of something (a counter, a booking) when it
   * sees none: two such transactions meet in a duplicate key, which the database doesn't count as a conflict, and the later one then sees the row.
   */
  readonly firstRows?: boolean;
  /** After how long of conflicts it isn't tried again, milliseconds; then {@link TransactionContendedError}. Without it the driver's two minutes. */
  readonly giveUpAfterMs?: number;
}

/** Other transactions were faster again and again. Nothing was done. */
export class TransactionContendedError extends Error {
  constructor(attempts: number) {
    super(`a transaction gave up after ${attempts} attempts`);
    this.name = 'TransactionContendedError';
  }
}

/**
 * Runs `work` as one transaction: everything it writes with `session` is there afterwards, or nothing is.
 * Reads see one snapshot; the commit is majority and journalled. On a write conflict or a lost primary the driver runs `work`
 * again from the start after a random pause, so it must keep nothing outside the database between attempts. Pass `session` to every
 * operation and await each before the next: a session carries one operation at a time. An error thrown by `work` undoes
 * everything and comes out unchanged.
 */
export async function inTransaction<T>(
  connection: Database,
  work: (session: Session) => Promise<T>,
  { giveUpAfterMs = Number.POSITIVE_INFINITY }: Pick<TransactOptions, 'giveUpAfterMs'> = {},
): Promise<T> {
  const begunAt = performance.now();
  let attempts = 0;
  return connection.getClient().withSession((session) =>
    session.withTransaction(
      async () => {
        if (attempts > 0 && performance.now() - begunAt >= giveUpAfterMs) throw new TransactionContendedError(attempts);
        attempts += 1;
        collectLateInserts(session);
        const result = await work(session);
        await writeLateInserts(session);
        return result;
      },
      {
        readPreference: 'primary',
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority', journal: true },
      },
    ),
  );
}

const firstRowAttempts = 5;

/** Transactions of one database. */
export function createTransact(connection: Database, options: TransactOptions = {}): Transact {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(connection, work, options);
      } catch (error) {
        if (options.firstRows !== true || attempt === firstRowAttempts || !isDuplicateKey(error)) throw error;
      }
    }
  };
}

/** Ends a transaction whose work refused. */
class Undone extends Error {
  readonly refusals: readonly Refusal[];
  constructor(refusals: readonly Refusal[]) {
    super('the work refused');
    this.refusals = refusals;
  }
}

/** Transactions of one database that a refusal undoes. */
export function createTransactOutcome(connection: Database, options: TransactOptions = {}): TransactOutcome {
  const transact = createTransact(connection, options);
  return async (work) => {
    try {
      return await transact(async (session) => {
        const outcome = await work(session);
        if (!outcome.ok) throw new Undone(outcome.refusals);
        return outcome;
      });
    } catch (error) {
      if (error instanceof Undone) return refused(...error.refusals);
      throw error;
    }
  };
}

/**
 * Whether a unique index refused the write; with `indexName` (`number_1`, `_id_`) whether it was that one.
 * Inside a transaction such a refusal has ended the transaction: let it out and look at it outside.
 */
export function isDuplicateKey(error: unknown, indexName?: string): boolean {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== 11_000) return false;
  return indexName === undefined || error.message.includes(` index: ${indexName} `);
}
