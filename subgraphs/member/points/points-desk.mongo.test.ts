import { beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { systemClock } from '#kit/clock/clock.ts';
import { isPublicError } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { createTransact } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createPointsDesk } from './actions/points-desk.ts';
import { disagreements, emptyAccount, summaryOf, type LedgerEntry } from './domain/account.ts';
import type { HoldRequest } from './domain/decide-hold.ts';
import { addLot } from './domain/ledger.ts';
import { createPointsStore } from './store/points-store.ts';

const db = testDatabase();
const points = createPointsStore(db.connection);
const transact = createTransact(db.connection, { giveUpAfterMs: 2_000 });

/** Asks again for as long as it is told to, as every caller does. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isPublicError(error) || error.extensions['code'] !== 'BUSY') throw error;
    }
  }
}

/** A process; with `lossy` every second answer of its database is lost after the commit. */
function aDesk({ lossy = false, sizes = [] as number[] } = {}) {
  let commits = 0;
  const desk = createPointsDesk({
    points,
    clock: systemClock,
    observe: ({ size }) => void sizes.push(size),
    async transactGroup(work) {
      const answer = await transact(work);
      commits += 1;
      if (lossy && commits % 2 === 1) throw new mongoose.mongo.MongoNetworkError('the connection closed');
      return answer;
    },
  });
  return {
    hold: (request: HoldRequest) => patiently(() => desk.hold(request)),
    release: (request: HoldRequest) => patiently(() => desk.release(request)),
  };
}

/** A member with two lots that together have so many points. */
async function memberWith(total: number): Promise<string> {
  const memberId = newId('member');
  const lives = { availableAt: new Date(0), expiresAt: new Date('2100-01-01') };
  for (const earned of [Math.floor(total / 3), total - Math.floor(total / 3)]) {
    await transact(async (session) => {
      const lot = { id: newId('pointsLot'), earned, ...lives };
      const occasion = { cause: { kind: 'OPENING', id: memberId }, at: new Date() } as const;
      const account = await points.find(memberId, session);
      await points.save(session, addLot(account, lot, 'GRANTED', occasion));
    });
  }
  return memberId;
}

/** [spendable, frozen], the ledger agreeing with them. */
async function booksOf(memberId: string): Promise<[number, number]> {
  const account = (await points.find(memberId)) ?? emptyAccount(memberId);
  const entries = await db.connection.collection('points_entries').find({ memberId }).toArray();
  expect(disagreements(account, entries as unknown as LedgerEntry[])).toEqual([]);
  const { balance, frozen } = summaryOf(account, new Date());
  return [balance, frozen];
}
const orderFor = (memberId: string, wanted: number) => ({
  memberId,
  orderId: newId('order'),
  attempt: 1,
  points: wanted,
});

beforeAll(() => ensureIndexes(db.connection));

describe('a points desk', () => {
  test('holds for fifty orders of one member in a handful of transactions, exactly as much as there is', async () => {
    const memberId = await memberWith(1_000);
    const sizes: number[] = [];
    const desk = aDesk({ sizes });
    const answers = await Promise.all(Array.from({ length: 50 }, () => desk.hold(orderFor(memberId, 100))));
    expect(answers.map(({ ok }) => ok)).toEqual(Array.from({ length: 50 }, (_, index) => index < 10));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(50);
    expect(sizes.length).toBeLessThan(5);
    expect(await booksOf(memberId)).toEqual([0, 1_000]);
  });

  test('in three processes at once freezes nothing twice and nothing too little', async () => {
    const memberId = await memberWith(1_000);
    const desks = [aDesk(), aDesk(), aDesk()];
    const orders = Array.from({ length: 30 }, () => orderFor(memberId, 50));
    // Each order comes to two of the three.
    const answers = await Promise.all(
      orders.flatMap((order, index) => [desks[index % 3]?.hold(order), desks[(index + 1) % 3]?.hold(order)]),
    );
    const held = orders.filter((_, index) => answers[2 * index]?.ok === true);
    expect(held).toHaveLength(20);
    for (const [index] of orders.entries()) expect(answers[2 * index]?.ok).toBe(answers[2 * index + 1]?.ok);
    expect(await booksOf(memberId)).toEqual([0, 1_000]);
    const released = await Promise.all(held.flatMap((order) => desks.map((desk) => desk.release(order))));
    expect(released.reduce((sum, answer) => sum + answer.released, 0)).toBe(1_000);
    expect(await booksOf(memberId)).toEqual([1_000, 0]);
  });

  test('holds and gives back once when the database’s answers are lost', async () => {
    const memberId = await memberWith(600);
    const desk = aDesk({ lossy: true });
    const orders = Array.from({ length: 12 }, () => orderFor(memberId, 100));
    const held = await Promise.all(orders.map((order) => desk.hold(order)));
    expect(held.filter(({ ok }) => ok)).toHaveLength(6);
    expect(await booksOf(memberId)).toEqual([0, 600]);
    await Promise.all(orders.map((order) => desk.release(order)));
    expect(await booksOf(memberId)).toEqual([600, 0]);
  });

  test('decides a hold and its undoing in the order of their arrival, in one group too', async () => {
    const memberId = await memberWith(300);
    const desk = aDesk();
    const [blocker, order, overtaken] = [orderFor(memberId, 1), orderFor(memberId, 200), orderFor(memberId, 100)];
    const answers = await Promise.all([
      desk.hold(blocker),
      desk.hold(order),
      desk.release(order),
      desk.release(overtaken),
    ]);
    expect(answers).toMatchObject([{ ok: true }, { ok: true }, {}, { released: 0 }]);
    expect(await desk.hold(overtaken)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE' }] });
    await desk.release(order);
    expect(await booksOf(memberId)).toEqual([299, 1]);
  });
});

test('what an edit holds is joined once to what its order holds, by processes at once whose answers get lost', async () => {
  const memberId = await memberWith(1_000);
  const desks = [aDesk({ lossy: true }), aDesk({ lossy: true }), aDesk()];
  const [order, edit] = [orderFor(memberId, 300), { ...orderFor(memberId, 200), orderId: newId('orderEdit') }];
  for (const wanted of [order, edit]) expect(await desks[0]?.hold(wanted)).toMatchObject({ ok: true });
  const joined = { ...order, attempt: 2, points: 500, joining: edit.orderId };
  const answers = await Promise.all([...desks, ...desks].map((desk) => desk.hold(joined)));
  expect(answers).toEqual(answers.map(() => ({ ok: true, value: { held: 500 } })));
  expect(await booksOf(memberId)).toEqual([500, 500]);
  expect(await desks[2]?.release(edit)).toEqual({ released: 0 });
  expect(await desks[2]?.release({ ...order, attempt: 2 })).toEqual({ released: 500 });
  expect(await booksOf(memberId)).toEqual([1_000, 0]);
});
