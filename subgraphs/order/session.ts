import type { inTransaction } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';

/** The connection to the subgraph's own database. */
export type Database = Outbox['connection'];

/** A database transaction under way: handed from an action to the stores it writes with. */
export type Session = Parameters<Parameters<typeof inTransaction>[1]>[0];

/** Runs work as one transaction in the subgraph's own database; `app.ts` binds it to the connection. */
export type Transact = <T>(work: (session: Session) => Promise<T>) => Promise<T>;
