import { inTransaction, type Database, type Session } from '#kit/mongo/transaction.ts';
import { createGroupCommit, type GroupCommitLimits, type ObservedGroup } from './group-commit.ts';

/** A kind of work that is done for many callers at once, in one transaction with other kinds. */
export interface SharedWork<Request, Answer> {
  /** Ids of the documents that a request changes: requests with a common key are never under way in two transactions. */
  keysOf(request: Request): readonly string[];
  /**
   * Does what is asked for, in order, with every read and write in `session`. An error undoes the whole transaction; then it is halved until each is asked for
   * alone, and whose alone fails gets the error. So what is done for many may give up with any error where it can't tell who is to blame.
   */
  run(session: Session, requests: readonly Request[]): Promise<readonly Answer[]>;
  /** The answer to a request if its effect is there to be seen, asked when the answer of a commit was lost. Without it, it is run again and has to see for itself. */
  alreadyDone?(request: Request): Promise<Answer | undefined>;
}

/** Makes of a kind of work a function that resolves when it is durable. That throws BUSY, or what the work throws. */
export type ShareTransaction = <Request, Answer>(
  work: SharedWork<Request, Answer>,
) => (request: Request) => Promise<Answer>;

export interface SharedTransactionOptions {
  readonly observe?: (group: ObservedGroup) => void;
  readonly limits?: GroupCommitLimits;
}

/** A request with the kind of work that it is for; what it is and what is answered, only that work knows. */
interface Submitted {
  readonly work: SharedWork<unknown, unknown>;
  readonly request: unknown;
}

/** After how long of conflicts with other processes a group is halved, or tried anew, milliseconds. */
const giveUpAfterMs = 300;

/**
 * Transactions of one database that concurrent callers share: those who come while one is being committed do their work in the next, one kind of work after the
 * other. What a transaction costs besides its writes, a session, a commit on the majority's journals and the inserts that can wait for its end, is paid once.
 */
export function createSharedTransaction(
  connection: Database,
  { observe, limits = { largestGroup: 50, longestWaitMs: 4_000 } }: SharedTransactionOptions = {},
): ShareTransaction {
  const submit = createGroupCommit<Submitted, { readonly answer: unknown }>(
    {
      keysOf: ({ work, request }) => work.keysOf(request),
      commit: (group) => inTransaction(connection, (session) => runAll(session, group), { giveUpAfterMs }),
      alreadyDone: (group) =>
        Promise.all(
          group.map(async ({ work, request }) => {
            const answer = await work.alreadyDone?.(request);
            return answer === undefined ? undefined : { answer };
          }),
        ),
      observe,
    },
    limits,
  );
  return <Request, Answer>(work: SharedWork<Request, Answer>) => {
    const submitted = work as SharedWork<unknown, unknown>;
    return async (request: Request) => (await submit({ work: submitted, request })).answer as Answer;
  };
}

async function runAll(session: Session, group: readonly Submitted[]): Promise<{ readonly answer: unknown }[]> {
  const answers = new Map<Submitted, unknown>();
  for (const [work, those] of Map.groupBy(group, (submitted) => submitted.work)) {
    const given = await work.run(
      session,
      those.map(({ request }) => request),
    );
    those.forEach((submitted, index) => answers.set(submitted, given[index]));
  }
  return group.map((submitted) => ({ answer: answers.get(submitted) }));
}
