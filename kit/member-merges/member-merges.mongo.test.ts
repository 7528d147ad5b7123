import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { createInbox } from '#kit/inbox/inbox.ts';
import { defineCollection, ensureIndexes } from '#kit/mongo/connect.ts';
import { atOneMoment } from '#kit/mongo/one-moment.ts';
import { createTransact } from '#kit/mongo/transaction.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createFindings } from '#kit/verification/findings.ts';
import { createMemberMerges, ownRows, type MergedMembers } from './member-merges.ts';
import { verifyMerges } from './verify-merges.ts';

const { connection } = testDatabase();
const clock = testClock('2026-11-23T08:00:00Z');
const transact = createTransact(connection, { firstRows: true });
const notes = defineCollection<{ _id: string; memberId: string }>(connection, 'notes', [
  { key: { memberId: 1, _id: 1 } },
]);
const settled: MergedMembers[] = [];
const settle = async (merged: MergedMembers) => void settled.push(merged);
const merges = createMemberMerges(connection, { belongings: [ownRows(connection, 'notes')], transact, clock, settle });
const inbox = createInbox(connection, [merges.reaction]);
const hear = (from: string, into: string, id = newId('event')) => {
  const at = clock.now().toISOString();
  return inbox.receive({
    id,
    name: 'member.merged',
    aggregateId: from,
    version: 1,
    at,
    payload: { memberId: from, into },
  });
};
const look = () => merges.job.run({ fence: 1, signal: new AbortController().signal, now: clock.now() });
const add = (memberId: string, count = 1) =>
  notes().insertMany(Array.from({ length: count }, () => ({ _id: newId('request'), memberId })));
const countOf = (memberId: string) => notes().countDocuments({ memberId });
const discrepancies = async () => {
  const findings = createFindings();
  await atOneMoment(connection, (moment) => verifyMerges(['notes'])(moment, findings, clock.now()));
  return findings.report().discrepancies;
};
const someone = () => newId('member');
const minute = 60_000;
beforeAll(() => ensureIndexes(connection));
beforeEach(() => void settled.splice(0));

describe('what an owner keeps of a merged member', () => {
  test('moves as the event arrives when it is little, once, however often it arrives', async () => {
    const [from, into] = [someone(), someone()];
    await add(from, 3);
    await add(into);
    const id = newId('event');
    const receipts = await Promise.all([hear(from, into, id), hear(from, into, id)]);
    expect(receipts.toSorted()).toEqual(['applied', 'duplicate']);
    expect([await countOf(from), await countOf(into)]).toEqual([0, 4]);
  });

  test('moves in bounded steps when it is much, and goes on where a crash left it', async () => {
    await look();
    const [from, into] = [someone(), someone()];
    await add(from, 650);
    await hear(from, into);
    expect(await countOf(from)).toBe(450);
    await dieAt('member-merges.before-commit', look);
    expect(await countOf(from)).toBe(450);
    await dieAt('member-merges.moved', look);
    expect(await countOf(from)).toBe(250);
    await look();
    expect([await countOf(from), await countOf(into)]).toEqual([0, 650]);
  });

  test('moves also when it comes late, as long as something can come', async () => {
    const [from, into] = [someone(), someone()];
    await hear(from, into);
    for (const waitMs of [5_000, 30 * minute, 13 * 24 * 60 * minute]) {
      await look();
      await add(from);
      clock.advance(waitMs);
      await look();
      expect(await countOf(from)).toBe(0);
    }
    clock.advance(15 * 24 * 60 * minute);
    await look();
    await add(from);
    clock.advance(60 * 24 * 60 * minute);
    await look();
    expect(await countOf(from)).toBe(1);
    expect(await discrepancies()).toMatchObject([{ subject: `${from}:notes` }]);
    await notes().deleteMany({ memberId: from });
  });

  test('is settled once, an hour later, again when that was cut short', async () => {
    const [from, into] = [someone(), someone()];
    await hear(from, into);
    await look();
    clock.advance(59 * minute);
    await look();
    expect(settled.filter((one) => one.from === from)).toEqual([]);
    clock.advance(90 * minute);
    await dieAt('member-merges.settled', look);
    await look();
    await look();
    expect(settled.filter((one) => one.from === from)).toEqual([
      { from, into },
      { from, into },
    ]);
  });

  test('goes to the last one of a chain, in whichever order one hears of it', async () => {
    const [a, b, c] = [someone(), someone(), someone()];
    await add(a);
    await add(b);
    await hear(b, c);
    await hear(a, b);
    expect([await countOf(a), await countOf(b), await countOf(c)]).toEqual([0, 0, 2]);
    const [x, y, z] = [someone(), someone(), someone()];
    await add(x);
    await hear(x, y);
    await hear(y, z);
    expect(await countOf(z)).toBe(1);
    await add(x);
    clock.advance(minute);
    await look();
    expect(await countOf(z)).toBe(2);
    expect((await merges.idsOf(z)).toSorted()).toEqual([x, y, z].toSorted());
  });
});

test('a row that is left with a merged member is found by the books, once all should have moved', async () => {
  const [from, into] = [someone(), someone()];
  await hear(from, into);
  await look();
  await add(from);
  expect(await discrepancies()).toEqual([]);
  clock.advance(2 * minute);
  expect(await discrepancies()).toMatchObject([
    { invariant: 'merges: nothing is left with a merged member', subject: `${from}:notes`, expected: '' },
  ]);
  await look();
  expect(await discrepancies()).toEqual([]);
});
