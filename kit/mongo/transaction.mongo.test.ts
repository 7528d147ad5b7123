import { beforeEach, describe, expect, test } from '@jest/globals';
import { defineCollection } from '#kit/mongo/connect.ts';
import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

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
});
