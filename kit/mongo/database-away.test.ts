import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { isDatabaseAway } from './database-away.ts';
import { TransactionContendedError } from './transaction.ts';

const { MongoBulkWriteError, MongoErrorLabel, MongoNetworkError, MongoServerError, MongoServerSelectionError } =
  mongoose.mongo;

/** As the driver gives it when a bulk write fails, whatever the reason. */
const ofBulkWrite = (error: mongoose.mongo.AnyError) =>
  new MongoBulkWriteError(error, {} as mongoose.mongo.BulkWriteResult);
const noServer = new MongoServerSelectionError('nobody', {
  error: null,
} as unknown as mongoose.mongo.TopologyDescription);

function labelled(label: string) {
  const error = new MongoServerError({ message: 'x' });
  error.addErrorLabel(label);
  return error;
}

describe('an error of the database', () => {
  test.each([
    ['a broken connection', new MongoNetworkError('connection 7 to 10.0.0.7:27017 closed')],
    ['a node that is not the primary any more', new MongoServerError({ message: 'not primary', code: 10_107 })],
    ['a broken connection under a bulk write', ofBulkWrite(new MongoNetworkError('connection 7 closed'))],
    ['no server for a bulk write', ofBulkWrite(noServer)],
    ['a commit whose answer got lost', labelled(MongoErrorLabel.UnknownTransactionCommitResult)],
    ['a conflict with others', labelled(MongoErrorLabel.TransientTransactionError)],
    ['an answer that got lost and can’t be looked for', new AggregateError([noServer, noServer])],
    ['a transaction that others were before again and again', new TransactionContendedError(5)],
  ])('passes: %s', (_, error) => expect(isDatabaseAway(error)).toBe(true));

  test.each([
    ['a duplicate key', new MongoServerError({ message: 'E11000', code: 11_000 })],
    ['a wrong command', new MongoServerError({ message: 'unknown operator', code: 2 })],
    ['a bulk write that the server refused', ofBulkWrite(new MongoServerError({ message: 'too large', code: 10_334 }))],
    ['a bulk write that can’t be made', ofBulkWrite(new TypeError('x is undefined') as never)],
    ['an answer that got lost, and a fault of ours', new AggregateError([noServer, new TypeError('x is undefined')])],
    ['an error that is none of the database', new TypeError('x is undefined')],
  ])('does not: %s', (_, error) => expect(isDatabaseAway(error)).toBe(false));
});
