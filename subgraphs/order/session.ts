import type { inTransaction } from '#kit/mongo/transaction.ts';

/** A database transaction under way: handed from an action to the stores it writes with. */
export type Session = Parameters<Parameters<typeof inTransaction>[1]>[0];

/** Runs work as one transaction in the subgraph's own database; `app.ts` binds it to the connection. */
export type Transact = <T>(work: (session: Session) => Promise<T>) => Promise<T>;
