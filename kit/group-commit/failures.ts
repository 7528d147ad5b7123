import mongoose from 'mongoose';
import { isDatabaseAway } from '#kit/mongo/database-away.ts';
import { isPoolExhausted } from '#kit/mongo/pool-exhausted.ts';
import { isDuplicateKey, TransactionContendedError } from '#kit/mongo/transaction.ts';

/**
 * What a failed commit means for its group.
 * `UNKNOWN`: it may have been done, the answer was lost. `CONTENDED`: others were faster, nothing was done. `CLASHED`: a row of somebody else's has
 * appeared, nothing was done and another try will see it. `CROWDED`: no connection to the database was free for seconds; more tries would only add to the
 * crowd. `FAILED`: nothing was done, and another try would fail in the same way.
 */
export type Failure = 'UNKNOWN' | 'CONTENDED' | 'CLASHED' | 'CROWDED' | 'FAILED';

const { MongoError, MongoErrorLabel } = mongoose.mongo;

/** What the driver's error says about the group. Of a database that can't be reached, "nothing was done" is not taken for granted. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TransactionContendedError) return 'CONTENDED';
  if (isDuplicateKey(error)) return 'CLASHED';
  if (!(error instanceof MongoError)) return 'FAILED';
  if (error.hasErrorLabel(MongoErrorLabel.UnknownTransactionCommitResult)) return 'UNKNOWN';
  if (error.hasErrorLabel(MongoErrorLabel.TransientTransactionError)) return 'CONTENDED';
  if (isPoolExhausted(error)) return 'CROWDED';
  return isDatabaseAway(error) ? 'UNKNOWN' : 'FAILED';
}
