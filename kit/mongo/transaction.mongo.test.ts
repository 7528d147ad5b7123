import { beforeEach, describe, expect, test } from '@jest/globals';
import { defineCollection } from '#kit/mongo/connect.ts';
import {
  createTransact,
  createTransactOutcome,
  inTransaction,
  isDuplicateKey,
  TransactionContendedError,
} from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { accepted, refused } from '#kit/user-error/user-error.ts';

const db = testDatabase();
const accounts = defineCollection<{ _id: string; balance: number; code?: string }>(db.connection, 'accounts');
const balances = async () => (await accounts().find().sort({ _id: 1 }).toArray()).map((row) => row.balance);

beforeEach(async () => {
  await accounts().deleteMany({});
  await accounts().insertMany([
    { _id: 'a', balance: 100 },
    { _id: 'b', balance: 0 },
  ]);
});

describe('a transaction', () => {
  test('moves several documents together and gives back what the work returned', async () => {
    const moved = await inTransaction(db.connection, async (session) => {
      await accounts().updateOne({ _id: 'a' }, { $inc: { balance: -30 } }, { session });
      await accounts().updateOne({ _id: 'b' }, { $inc: { balance: 30 } }, { session });
      return 30;
    });
    expect(moved).toBe(30);
    expect(await balances()).toEqual([70, 30]);
  });

  test('leaves nothing behind when the work throws, and the error comes out unchanged', async () => {
    const refusal = new Error('not enough');
    const attempt = inTransaction(db.connection, async (session) => {
      await accounts().updateOne({ _id: 'a' }, { $inc: { balance: -30 } }, { session });
      throw refusal;
    });
    await expect(attempt).rejects.toBe(refusal);
    expect(await balances()).toEqual([100, 0]);
  });

  test('runs again after a write conflict: twenty concurrent transfers all arrive', async () => {
    const transfer = () =>
      inTransaction(db.connection, async (session) => {
        const from = await accounts().findOne({ _id: 'a' }, { session });
        await accounts().updateOne({ _id: 'a' }, { $set: { balance: (from?.balance ?? 0) - 5 } }, { session });
        await accounts().updateOne({ _id: 'b' }, { $inc: { balance: 5 } }, { session });
      });
    await Promise.all(Array.from({ length: 20 }, transfer));
    expect(await balances()).toEqual([0, 100]);
  });

  test('tells a duplicate key, and which index refused', async () => {
    await accounts().createIndex({ code: 1 }, { unique: true, sparse: true });
    await accounts().updateOne({ _id: 'a' }, { $set: { code: 'x' } });
    const onCode = await accounts()
      .updateOne({ _id: 'b' }, { $set: { code: 'x' } })
      .catch((error: unknown) => error);
    expect(isDuplicateKey(onCode)).toBe(true);
    expect(isDuplicateKey(onCode, 'code_1')).toBe(true);
    expect(isDuplicateKey(onCode, '_id_')).toBe(false);
    const onId = await inTransaction(db.connection, (session) =>
      accounts().insertMany([{ _id: 'a', balance: 1 }], { session }),
    ).catch((error: unknown) => error);
    expect(isDuplicateKey(onId, '_id_')).toBe(true);
    expect(isDuplicateKey(new Error('E11000'))).toBe(false);
  });

  test('gives up, if told, when others are faster for too long: nothing was done', async () => {
    const attempt = inTransaction(
      db.connection,
      async (session) => {
        const from = await accounts().findOne({ _id: 'a' }, { session });
        // Somebody else always comes in between.
        await accounts().updateOne({ _id: 'a' }, { $inc: { balance: 1 } });
        await accounts().updateOne({ _id: 'a' }, { $set: { balance: (from?.balance ?? 0) - 5 } }, { session });
      },
      { giveUpAfterMs: 20 },
    );
    await expect(attempt).rejects.toThrow(TransactionContendedError);
    expect((await balances())[0]).toBeGreaterThan(100);
  });

  test('of work that writes first rows runs again when another one wrote the row', async () => {
    const open = (transact: ReturnType<typeof createTransact>) =>
      transact(async (session) => {
        const row = await accounts().findOne({ _id: 'c' }, { session });
        if (row === null) await accounts().insertOne({ _id: 'c', balance: 1 }, { session });
        else await accounts().updateOne({ _id: 'c' }, { $inc: { balance: 1 } }, { session });
      });
    const transact = createTransact(db.connection, { firstRows: true });
    await Promise.all(Array.from({ length: 5 }, () => open(transact)));
    expect(await balances()).toEqual([100, 0, 5]);
    const bookTwice = createTransact(db.connection, { firstRows: true })((session) =>
      accounts().insertOne({ _id: 'a', balance: 1 }, { session }),
    );
    await expect(bookTwice).rejects.toMatchObject({ code: 11_000 });
  });

  test('whose work refuses leaves nothing behind and answers the refusal', async () => {
    const transact = createTransactOutcome(db.connection);
    const take = (amount: number) =>
      transact(async (session) => {
        await accounts().updateOne({ _id: 'a' }, { $inc: { balance: -amount } }, { session });
        const row = await accounts().findOne({ _id: 'a' }, { session });
        return (row?.balance ?? 0) < 0 ? refused({ type: 'TooLittleError', code: 'TOO_LITTLE' }) : accepted(amount);
      });
    expect(await take(101)).toEqual({ ok: false, refusals: [{ type: 'TooLittleError', code: 'TOO_LITTLE' }] });
    expect(await balances()).toEqual([100, 0]);
    expect(await take(100)).toEqual({ ok: true, value: 100 });
    expect(await balances()).toEqual([0, 0]);
  });
});
