import type { inTransaction } from '#kit/mongo/transaction.ts';

/** A transaction under way: handed on to every store that takes part in it, and looked into by them alone. */
export type Transaction = Parameters<Parameters<typeof inTransaction>[1]>[0];

/** Runs work as one transaction, again from its start after a conflict: see kit/mongo/transaction.ts. */
export type InTransaction = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
