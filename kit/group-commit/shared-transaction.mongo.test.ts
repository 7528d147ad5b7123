import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSharedTransaction, type SharedWork } from '#kit/group-commit/shared-transaction.ts';
import { defineCollection, ensureIndexes } from '#kit/mongo/connect.ts';
import { insertLate } from '#kit/mongo/late-inserts.ts';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const accounts = defineCollection<{ _id: string; balance: number }>(db.connection, 'accounts');
const log = defineCollection<{ _id: string }>(db.connection, 'log', []);
const sizes: number[] = [];
const share = createSharedTransaction(db.connection, { observe: ({ size }) => sizes.push(size) });

class Refused extends Error {}

interface Addition {
  readonly account: string;
  readonly amount: number;
  readonly name: string;
}

/** Adds to accounts, and writes that down. Refuses what would go below zero. */
const additions: SharedWork<Addition, number> = {
  keysOf: ({ account }) => [account],
  async run(session, requests) {
    const balances: number[] = [];
    for (const { account, amount, name } of requests) {
      const changed = await accounts().findOneAndUpdate(
        { _id: account, balance: { $gte: -amount } },
        { $inc: { balance: amount } },
        { session, returnDocument: 'after' },
      );
      await insertLate(session, log(), [{ _id: name }]);
      if (changed === null) throw new Refused(name);
      balances.push(changed.balance);
    }
    return balances;
  },
};
const addTogether = share(additions);
const add = (account: string, amount: number, name: string) => addTogether({ account, amount, name });
const balanceOf = async (account: string) => (await accounts().findOne({ _id: account }))?.balance;
const written = async () => (await log().find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

beforeAll(() => ensureIndexes(db.connection));
beforeEach(async () => {
  sizes.length = 0;
  await accounts().deleteMany({});
  await log().deleteMany({});
  await accounts().insertMany(['a', 'b', 'c', 'd'].map((_id) => ({ _id, balance: 10 })));
});

describe('a shared transaction', () => {
  test('keeps nobody waiting for what a process that died still holds, but who wants that', async () => {
    const dead = db.connection.getClient().startSession();
    dead.startTransaction();
    await accounts().updateOne({ _id: 'a' }, { $inc: { balance: 1 } }, { session: dead });
    const held = add('a', 1, '1').catch((error: unknown) => error);
    const others = await ownTimeOf(() => Promise.all([add('b', 2, '2'), add('c', 3, '3'), add('d', 4, '4')]));
    expect(others.value).toEqual([12, 13, 14]);
    expect(others.ms).toBeLessThan(1_500);
    expect(await held).toMatchObject({ extensions: { code: 'BUSY' } });
    await dead.abortTransaction();
    await dead.endSession();
    expect(await add('a', 1, '1')).toBe(11);
  });

  test('does what comes while another is under way together, and every caller gets its own result', async () => {
    const results = await Promise.all([
      add('a', 1, '1'),
      add('b', 2, '2'),
      add('c', 3, '3'),
      add('d', 4, '4'),
      add('a', 5, '5'),
    ]);
    expect(results).toEqual([11, 12, 13, 14, 16]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
    expect(await written()).toEqual(['1', '2', '3', '4', '5']);
  });

  test('keeps the work of the others when one is refused, and nothing of the refused one', async () => {
    const settled = await Promise.allSettled([
      add('a', 1, '1'),
      add('b', -1, '2'),
      add('c', -11, 'too much'),
      add('d', -10, '4'),
    ]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(settled[2]).toMatchObject({ reason: expect.any(Refused) });
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(balanceOf))).toEqual([11, 9, 10, 0]);
    expect(await written()).toEqual(['1', '2', '4']);
  });

  test('is right between processes that change the same documents', async () => {
    const elsewhere = createSharedTransaction(db.connection)(additions);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? addTogether : elsewhere)({ account: 'a', amount: 1, name: String(index) }),
      ),
    );
    expect(await balanceOf('a')).toBe(50);
  });

  test('does different kinds of work in one transaction, each for all who ask for it', async () => {
    const asked: string[][] = [];
    const note = share<string, string>({
      keysOf: () => [],
      async run(session, names) {
        asked.push([...names]);
        await insertLate(
          session,
          log(),
          names.map((_id) => ({ _id })),
        );
        return names.map((name) => name.toUpperCase());
      },
    });
    expect(await Promise.all([note('x'), add('a', 1, '1'), note('y')])).toEqual(['X', 11, 'Y']);
    expect([asked, sizes]).toEqual([[['x', 'y']], [3]]);
    expect(await written()).toEqual(['1', 'x', 'y']);
  });
});
