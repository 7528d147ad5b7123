import { inTransaction } from '#kit/mongo/transaction.ts';
import { refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';

/** A transaction's session, as stores take it. */
export type Session = Parameters<Parameters<typeof inTransaction>[1]>[0];

/** Runs work as one transaction. A refusal undoes everything the work wrote, and comes out as the outcome. */
export type Transact = <T>(work: (session: Session) => Promise<Outcome<T>>) => Promise<Outcome<T>>;

/** Ends a transaction whose work refused. */
class Undone extends Error {
  readonly refusals: readonly Refusal[];
  constructor(refusals: readonly Refusal[]) {
    super('the work refused');
    this.refusals = refusals;
  }
}

/** Transactions of one database. */
export function createTransact(connection: Parameters<typeof inTransaction>[0]): Transact {
  return async (work) => {
    try {
      return await inTransaction(connection, async (session) => {
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
