import mongoose from 'mongoose';
import { TransactionContendedError } from './transaction.ts';

const {
  MongoBulkWriteError,
  MongoError,
  MongoErrorLabel,
  MongoNetworkError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} = mongoose.mongo;

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
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isDatabaseAway);
  if (!(error instanceof MongoError)) return false;
  const outOfReach = [MongoNetworkError, MongoServerSelectionError, MongoWriteConcernError];
  return (
    outOfReach.some((kind) => error instanceof kind) ||
    isCutOff(error) ||
    passingLabels.some((label) => error.hasErrorLabel(label)) ||
    notPrimary.has(error.code)
  );
}

/** What errors of a connection, of the choice of a server and of the wait for a connection have, and a server's own word hasn't. */
const onTheWay = ['beforeHandshake', 'reason', 'address'];

/**
 * A bulk write that didn't reach the server, or whose answer didn't come. The driver makes it a server's error, which the server never sent, and when several commands
 * fail with a server only the first has a label: what else is copied from the real error tells.
 */
function isCutOff(error: mongoose.mongo.MongoError): boolean {
  return error instanceof MongoBulkWriteError && onTheWay.some((property) => property in error);
}
