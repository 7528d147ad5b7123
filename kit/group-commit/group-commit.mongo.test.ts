import { beforeEach, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { defineCollection } from '#kit/mongo/connect.ts';
import { createTransact, isDuplicateKey } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createGroupCommit, type ObservedGroup } from './group-commit.ts';

const db = testDatabase();
const stocks = defineCollection<{ _id: string; left: number }>(db.connection, 'stocks');
const holds = defineCollection<{ _id: string; stock: string }>(db.connection, 'holds');

interface Hold {
  readonly id: string;
  readonly stock: string;
}
type Answer = 'HELD' | 'SOLD_OUT';

/** What one process would hold units with. `afterCommit` may throw: then the answer is lost. */
function createDesk({
  afterCommit = () => undefined,
  observe = () => undefined,
}: { afterCommit?: () => void; observe?: (group: ObservedGroup) => void } = {}) {
  const transact = createTransact(db.connection, { giveUpAfterMs: 2_000 });
  const heldOf = async (ids: readonly string[], session?: mongoose.ClientSession) => {
    const rows = await holds()
      .find({ _id: { $in: [...ids] } }, { session })
      .toArray();
    return new Set(rows.map((row) => row._id));
  };
  return createGroupCommit<Hold, Answer>({
    keysOf: ({ stock }) => [stock],
    observe,
    async alreadyDone(requests) {
      const held = await heldOf(requests.map((request) => request.id));
      return requests.map(({ id }) => (held.has(id) ? 'HELD' : undefined));
    },
    async commit(requests) {
      const answers = await transact(async (session) => {
        const ids = requests.map((request) => request.id);
        const held = await heldOf(ids, session);
        const wanted = [...new Set(requests.map(({ stock }) => stock))];
        const found = await stocks()
          .find({ _id: { $in: wanted } }, { session })
          .toArray();
        const left = new Map(found.map((row) => [row._id, row.left]));
        const fresh: Hold[] = [];
        const outcomes = requests.map(({ id, stock }): Answer => {
          if (held.has(id)) return 'HELD';
          const units = left.get(stock) ?? 0;
          if (units === 0) return 'SOLD_OUT';
          left.set(stock, units - 1);
          held.add(id);
          fresh.push({ id, stock });
          return 'HELD';
        });
        if (fresh.some(({ id }) => id === 'poison')) throw new Error('poison');
        for (const { _id, left: before } of found) {
          const taken = before - (left.get(_id) ?? 0);
          if (taken > 0) await stocks().updateOne({ _id }, { $inc: { left: -taken } }, { session });
        }
        if (fresh.length > 0) {
          await holds().insertMany(
            fresh.map(({ id, stock }) => ({ _id: id, stock })),
            { session },
          );
        }
        return outcomes;
      });
      afterCommit();
      return answers;
    },
  });
}

const orders = (count: number, prefix: string, stock = 'hot') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, stock }));
const books = async (stock = 'hot') => [
  (await stocks().findOne({ _id: stock }))?.left,
  await holds().countDocuments({ stock }),
];

beforeEach(async () => {
  await stocks().deleteMany({});
  await holds().deleteMany({});
  await stocks().insertMany([
    { _id: 'hot', left: 50 },
    { _id: 'cold', left: 1_000 },
  ]);
});

describe('a group commit on MongoDB', () => {
  test('of 200 requests for 50 units accepts 50 in a handful of transactions', async () => {
    const sizes: number[] = [];
    const submit = createDesk({ observe: ({ size }) => void sizes.push(size) });
    const answers = await Promise.all(orders(200, 'a').map((order) => submit(order)));
    // Decided in order of arrival.
    expect(answers).toEqual(Array.from({ length: 200 }, (_, index) => (index < 50 ? 'HELD' : 'SOLD_OUT')));
    expect(await books()).toEqual([0, 50]);
    expect(sizes).toEqual([200]);
  });

  test('in two processes at once sells every unit once', async () => {
    const desks = [createDesk(), createDesk()];
    const rounds = Array.from({ length: 10 }, (_, round) => orders(20, `r${round}-`));
    const answers: Answer[] = [];
    await Promise.all(
      rounds.flatMap((round, at) =>
        round.map(async (order, index) => {
          const stock = (at + index) % 3 === 0 ? 'cold' : 'hot';
          const answer = await desks[index % 2]?.({ ...order, stock });
          if (stock === 'hot' && answer !== undefined) answers.push(answer);
        }),
      ),
    );
    expect(answers.filter((answer) => answer === 'HELD')).toHaveLength(50);
    expect(await books()).toEqual([0, 50]);
    const [coldLeft, coldHeld] = await books('cold');
    expect(coldLeft).toBe(1_000 - (coldHeld ?? 0));
  });

  test('gives the same request, sent to two processes at once, one unit', async () => {
    const desks = [createDesk(), createDesk()];
    const twins = orders(20, 't').flatMap((order) => desks.map((submit) => submit(order)));
    expect(new Set(await Promise.all(twins))).toEqual(new Set(['HELD']));
    expect(await books()).toEqual([30, 20]);
  });

  test('takes nothing twice when the answer of a commit is lost', async () => {
    let lost = 0;
    const submit = createDesk({
      afterCommit: () => {
        lost += 1;
        if (lost % 2 === 1) throw new mongoose.mongo.MongoNetworkError('the connection closed');
      },
    });
    const answers = await Promise.all(orders(40, 'l').map((order) => submit(order)));
    expect(new Set(answers)).toEqual(new Set(['HELD']));
    expect(lost).toBeGreaterThan(0);
    expect(await books()).toEqual([10, 40]);
  });

  test('writes everybody but the one who can’t be written', async () => {
    const submit = createDesk();
    const requests = [...orders(20, 'p'), { id: 'poison', stock: 'hot' }, ...orders(20, 'q')];
    const outcomes = await Promise.allSettled(requests.map((request) => submit(request)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(outcomes[20]).toMatchObject({ reason: { message: 'poison' } });
    expect(await books()).toEqual([10, 40]);
  });

  test('is refused by the row that somebody else wrote, not by the whole group', async () => {
    await holds().insertOne({ _id: 'x', stock: 'elsewhere' });
    const submit = createGroupCommit<string, string>({
      keysOf: () => ['hot'],
      alreadyDone: async (ids) => ids.map(() => undefined),
      commit: (ids) =>
        createTransact(db.connection)(async (session) => {
          await holds().insertMany(
            ids.map((id) => ({ _id: id, stock: 'hot' })),
            { session },
          );
          return ids;
        }),
    });
    const outcomes = await Promise.allSettled(['w', 'x', 'y', 'z'].map((id) => submit(id)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(isDuplicateKey((outcomes[1] as PromiseRejectedResult).reason)).toBe(true);
    expect(await books()).toEqual([50, 3]);
  });
});
