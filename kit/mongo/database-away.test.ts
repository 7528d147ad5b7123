import { describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { isDatabaseAway } from './database-away.ts';
import { TransactionContendedError } from './transaction.ts';

const { MongoErrorLabel, MongoNetworkError, MongoServerError } = mongoose.mongo;

function labelled(label: string) {
  const error = new MongoServerError({ message: 'x' });
  error.addErrorLabel(label);
  return error;
}

describe('an error of the database', () => {
  test.each([
    ['a broken connection', new MongoNetworkError('connection 7 to 10.0.0.7:27017 closed')],
    ['a node that is not the primary any more', new MongoServerError({ message: 'not primary', code: 10_107 })],
    ['a commit whose answer got lost', labelled(MongoErrorLabel.UnknownTransactionCommitResult)],
    ['a conflict with others', labelled(MongoErrorLabel.TransientTransactionError)],
    ['a transaction that others were before again and again', new TransactionContendedError(5)],
  ])('passes: %s', (_, error) => expect(isDatabaseAway(error)).toBe(true));

  test.each([
    ['a duplicate key', new MongoServerError({ message: 'E11000', code: 11_000 })],
    ['a wrong command', new MongoServerError({ message: 'unknown operator', code: 2 })],
    ['an error that is none of the database', new TypeError('x is undefined')],
  ])('does not: %s', (_, error) => expect(isDatabaseAway(error)).toBe(false));
});
