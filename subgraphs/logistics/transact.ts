import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { Transact } from './session.ts';

type Connection = Parameters<typeof inTransaction>[0];

const attempts = 5;

/**
 * Transactions of this subgraph. Two that both write the first row of something (a level, a reservation, a booking) meet in a duplicate key,
 * which the database doesn't count as a conflict: the later one is run again and then sees the row.
 */
export function createTransact(connection: Connection): Transact {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(connection, work);
      } catch (error) {
        if (attempt === attempts || !isDuplicateKey(error)) throw error;
      }
    }
  };
}
