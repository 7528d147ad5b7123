import mongoose from 'mongoose';
import { TransactionContendedError } from './transaction.ts';

const { MongoError, MongoErrorLabel, MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError } =
  mongoose.mongo;

/** What the driver takes for a reason to try a command once more. It has done so: whoever sees the error comes again later. */
const passingLabels = [
  MongoErrorLabel.RetryableWriteError,
  MongoErrorLabel.TransientTransactionError,
  MongoErrorLabel.UnknownTransactionCommitResult,
];
/** A node that is no longer, or not yet, the primary, or shuts down; reads carry no label that says so. */
const notPrimary: ReadonlySet<unknown> = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

/**
 * Whether the database was out of reach, changed its primary, or had others before us again and again: it passes, and what was written is not known,
 * but for reads and for {@link TransactionContendedError}, of which nothing was.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof TransactionContendedError) return true;
  if (!(error instanceof MongoError)) return false;
  const outOfReach = [MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError];
  return (
    outOfReach.some((kind) => error instanceof kind) ||
    passingLabels.some((label) => error.hasErrorLabel(label)) ||
    notPrimary.has(error.code)
  );
}
