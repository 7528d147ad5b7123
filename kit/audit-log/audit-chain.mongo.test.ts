import { beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { testClock } from '#kit/clock/clock.ts';
import { atOneMoment } from '#kit/mongo/one-moment.ts';
import { migrate } from '#kit/mongo/migrations.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { createFindings } from '#kit/verification/findings.ts';
import { actorOf, firstLink, hashOf, type AuditRow, type StartedAction } from './audit-entry.ts';
import { auditRows, createAuditLog } from './audit-log.ts';
import { sealAuditEntries } from './seal-audit-entries.ts';
import { verifyChain } from './verify-chain.ts';

const db = testDatabase();
const clock = testClock('2026-11-23T08:00:00Z');
const outbox = createOutbox(db.connection, { source: 'product' });
const auditLog = createAuditLog(outbox, clock);
const rows = auditRows(db.connection);
const job = sealAuditEntries(outbox);
const seal = () => job.run({ now: clock.now(), fence: 1, signal: new AbortController().signal });
const done = { outcome: 'DONE', reasons: [], subjects: [] } as const;
const action = (name: string): StartedAction => ({
  actor: actorOf(systemViewer('test')),
  action: name,
  facts: { amountMinor: 990, at: '2026-01-01T00:00:00.000Z', share: 0.5 },
  subjects: ['prd_1'],
  requestId: 'req_1',
});
const chain = () =>
  rows()
    .find({ sequence: { $exists: true } })
    .sort({ sequence: 1 })
    .toArray();

/** Subjects of what the verification finds. */
async function found(): Promise<string[]> {
  const findings = createFindings();
  await atOneMoment(db.connection, (moment) => verifyChain('product')(moment, findings, clock.now()));
  return findings.report().discrepancies.map(({ subject }) => subject);
}

beforeEach(async () => {
  await migrate(db.connection, [], { clock, log: pino({ level: 'silent' }) });
  await rows().deleteMany({});
  await outbox.rows().deleteMany({});
});

/** A chain of five entries. */
async function fiveSealed(): Promise<AuditRow[]> {
  for (const name of ['one', 'two', 'three', 'four', 'five'])
    await auditLog.end(await auditLog.begin(action(name)), done);
  await seal();
  return chain();
}

describe('sealing', () => {
  test('gives entries their places in the order in which they were begun, each linked to the one before', async () => {
    const sealed = await fiveSealed();
    expect(sealed.map(({ sequence, action: name }) => [sequence, name])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
      [4, 'four'],
      [5, 'five'],
    ]);
    expect(sealed.map(({ previous }) => previous)).toEqual([firstLink, ...sealed.slice(0, 4).map(({ hash }) => hash)]);
    expect(sealed[0]).not.toHaveProperty('pending');
    expect(await found()).toEqual([]);
  });

  test('tells the witnesses where the chain ends, once for each batch', async () => {
    const sealed = await fiveSealed();
    await seal();
    expect(
      (await outbox.rows().find().toArray()).map(({ name, version, payload }) => ({ name, version, payload })),
    ).toEqual([
      { name: 'audit.sealed', version: 5, payload: { stream: 'product', sequence: 5, hash: sealed[4]?.hash } },
    ]);
  });

  test('waits for an action to end, and gives it up as UNKNOWN after two minutes; what it says later changes nothing', async () => {
    const id = await auditLog.begin(action('slow'));
    await seal();
    expect(await chain()).toEqual([]);
    clock.advance(120_001);
    await seal();
    await auditLog.end(id, done);
    expect(await chain()).toMatchObject([{ _id: id, sequence: 1, outcome: 'UNKNOWN' }]);
    expect(await found()).toEqual([]);
  });

  test('by ten at once gives every entry one place, without a gap', async () => {
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => auditLog.end(await auditLog.begin(action(`${index}`)), done)),
    );
    await Promise.allSettled(Array.from({ length: 10 }, seal));
    await seal();
    expect((await chain()).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    expect(await found()).toEqual([]);
  });

  test('takes more than one batch, and goes on where it stopped', async () => {
    const many = Array.from({ length: 1_203 }, (_, index) => ({
      ...action(`${index}`),
      ...done,
      _id: `aud_${String(index).padStart(6, '0')}`,
      at: clock.now(),
      pending: true as const,
      ended: true,
    }));
    await rows().insertMany(many);
    await seal();
    expect((await chain()).at(-1)?.sequence).toBe(1_203);
    expect(await found()).toEqual([]);
  });
});

describe('an entry of a transaction', () => {
  test('is there if and only if the transaction commits', async () => {
    const failing = inTransaction(db.connection, async (session) => {
      await auditLog.append(session, action('undone'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await inTransaction(db.connection, (session) => auditLog.append(session, action('payment.settled')));
    await seal();
    expect(await chain()).toMatchObject([{ action: 'payment.settled', outcome: 'DONE', sequence: 1 }]);
  });
});

describe('verifying finds', () => {
  test.each<[string, (sealed: AuditRow[]) => Promise<unknown>, string[]]>([
    [
      'an amount that was changed',
      ([, , third]) => rows().updateOne({ _id: third?._id ?? '' }, { $set: { 'facts.amountMinor': 1 } }),
      ['product:3:three'],
    ],
    [
      'an actor that was changed',
      ([first]) => rows().updateOne({ _id: first?._id ?? '' }, { $set: { 'actor.id': 'stf_2' } }),
      ['product:1:one'],
    ],
    [
      'an entry that was removed',
      ([, second]) => rows().deleteOne({ _id: second?._id ?? '' }),
      ['product:2', 'product:3:three'],
    ],
    [
      'two that changed their places',
      async ([, second, third]) => {
        await rows().updateOne({ _id: second?._id ?? '' }, { $set: { sequence: 99 } });
        await rows().updateOne({ _id: third?._id ?? '' }, { $set: { sequence: 2 } });
        await rows().updateOne({ _id: second?._id ?? '' }, { $set: { sequence: 3 } });
      },
      ['product:2:three', 'product:3:two', 'product:4:four'],
    ],
    [
      'a change whose own hash was made anew',
      async ([, second]) => {
        if (!second) return;
        const facts = { amountMinor: 1 };
        const hash = hashOf('product', 2, second.previous ?? '', { ...second, facts });
        await rows().updateOne({ _id: second._id }, { $set: { facts, hash } });
      },
      ['product:3:three'],
    ],
  ])('%s', async (_, tamper, subjects) => {
    const sealed = await fiveSealed();
    const nameOf = new Map(sealed.map(({ _id, action: name }) => [_id, name]));
    await tamper(sealed);
    const named = (await found()).map((subject) => subject.replace(/aud_\w+/, (id) => nameOf.get(id) ?? id));
    expect(named).toEqual(subjects);
  });

  test('an entry that gets no place for minutes', async () => {
    const id = await auditLog.begin(action('stuck'));
    expect(await found()).toEqual([]);
    clock.advance(241_000);
    expect(await found()).toEqual([id]);
  });
});
