import { inTransaction, type Database, type Session } from '#kit/mongo/transaction.ts';
import { createGroupCommit, type GroupCommitLimits, type ObservedGroup } from './group-commit.ts';

/** Work that can be done in one transaction with the work of others. */
export interface SharedWork<T> {
  /** Ids of the documents that it changes: work with a common key is never under way at once. */
  readonly keys: readonly string[];
  /** Does it, with every read and write in `session`. An error undoes the whole transaction; then each is tried apart and this one's caller gets the error. */
  run(session: Session): Promise<T>;
  /** Its result if its effect is there to be seen, asked when the answer of a commit was lost. Without it, it is run again and has to see for itself. */
  alreadyDone?(): Promise<T | undefined>;
}

/** Runs work in a transaction that it may share; resolves when it is durable. @throws BUSY, or what the work throws. */
export type ShareTransaction = <T>(work: SharedWork<T>) => Promise<T>;

export interface SharedTransactionOptions {
  readonly observe?: (group: ObservedGroup) => void;
  readonly limits?: GroupCommitLimits;
}

/** After how long of conflicts with other processes a group is tried anew, milliseconds. */
const giveUpAfterMs = 1_000;

/**
 * Transactions of one database that concurrent callers share: those who come while one is being committed do their work, one after the other, in the next.
 * What a transaction costs besides its writes, a session, a commit on the majority's journals and the inserts that can wait for its end, is paid once.
 */
export function createSharedTransaction(
  connection: Database,
  { observe, limits = { atOnce: 2, largestGroup: 50, longestWaitMs: 4_000 } }: SharedTransactionOptions = {},
): ShareTransaction {
  const submit = createGroupCommit<SharedWork<unknown>, { readonly result: unknown }>(
    {
      keysOf: ({ keys }) => keys,
      commit: (group) =>
        inTransaction(
          connection,
          async (session) => {
            const answers: { result: unknown }[] = [];
            for (const work of group) answers.push({ result: await work.run(session) });
            return answers;
          },
          { giveUpAfterMs },
        ),
      alreadyDone: (group) =>
        Promise.all(
          group.map(async (work) => {
            const result = await work.alreadyDone?.();
            return result === undefined ? undefined : { result };
          }),
        ),
      observe,
    },
    limits,
  );
  return async <T>(work: SharedWork<T>) => (await submit(work)).result as T;
}
