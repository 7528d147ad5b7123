import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose, { type Connection, type mongo } from 'mongoose';
import { pino } from 'pino';
import { firstLink, hashOf, type AuditRow } from '#kit/audit-log/audit-entry.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { orderVerification } from '#kit/neighbours/verification.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { neighbourOf } from '#kit/transport/neighbours.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { openBooks, type Books as OpenBooks } from './open-books.ts';
import { reportOf } from './report.ts';
import { defects } from './fixtures/defects.ts';
import { paid, smallBooks, unpaid } from './fixtures/small-books.ts';
import { verifyGraph } from './verify-graph.ts';

const db = testDatabase();
const secret = randomBytes(24).toString('hex');
let books: OpenBooks;
/** Open until the databases are dropped: `db` closes its own first. */
let server: Connection;

const databaseOf = (owner: SubgraphName) => server.getClient().db(`${db.name}_${owner}`);
const collection = (owner: SubgraphName, name: string): mongo.Collection<{ _id: string }> =>
  databaseOf(owner).collection(name);

beforeAll(async () => {
  server = await mongoose.createConnection(db.uri).asPromise();
  for (const owner of subgraphNames) {
    for (const [name, documents] of Object.entries(smallBooks[owner])) {
      await collection(owner, name).insertMany(structuredClone(documents) as { _id: string }[]);
    }
  }
  books = await openBooks({
    mongoUri: db.uri,
    databasePrefix: db.name,
    secrets: [secret],
    log: pino({ level: 'silent' }),
    env: {
      NODE_ENV: 'test',
      MEMBER_KEY_SECRET: secret,
      PERSONAL_DATA_KEYS: secret,
      PAYMENT_TEST_SECRET: secret,
      ALLOW_TEST_PAYMENTS: 'true',
    },
  });
});

/** Documents that the test changed, as they were. */
const changed: { readonly owner: SubgraphName; readonly name: string; readonly document: { _id: string } }[] = [];

async function change(owner: SubgraphName, name: string, id: string, update: object): Promise<void> {
  const document = await collection(owner, name).findOneAndUpdate({ _id: id }, update);
  if (document === null) throw new Error(`${owner} has no ${name} ${id}`);
  changed.push({ owner, name, document });
}

afterEach(async () => {
  for (const { owner, name, document } of changed.splice(0)) {
    await collection(owner, name).replaceOne({ _id: document._id }, document);
  }
});

afterAll(async () => {
  for (const owner of subgraphNames) await databaseOf(owner).dropDatabase();
  await books.close();
  await server.close();
});

const verified = () => verifyGraph({ transport: books.transport, secondLookMs: 10 });
const found = async () =>
  (await verified()).flatMap(({ discrepancies }) => discrepancies.map((each) => [each.invariant, each.subject]));

describe('comparing the books', () => {
  test('of a shop whose books agree finds nothing, having looked at all of them', async () => {
    const all = await verified();
    expect(all.flatMap(({ discrepancies }) => discrepancies)).toEqual([]);
    expect(reportOf(all, 1.25)).toMatch(/Verified: \d+ comparisons in 1\.3 s, all agree$/);
  });

  test.each(defects)('finds %s, and nothing else', async (_what, owner, name, id, update, invariants) => {
    await change(owner, name, id, update);
    expect([...new Set((await found()).map(([invariant]) => invariant))].sort()).toEqual([...invariants].sort());
  });

  test('has a planted defect for every comparison that it makes', async () => {
    const planted = new Set(defects.flatMap(([, , , , , invariants]) => invariants));
    const compared = new Set((await verified()).map(({ invariant }) => invariant));
    // What one change of a document can't break, the tests below do.
    const ofOtherTests =
      /^(stock: nothing below zero|orders: no placing .*|\w+: every open hold .*|\w+: events are delivered|\w+: the audit log .*|audit entries .*)$/;
    expect([...compared].filter((invariant) => !planted.has(invariant) && !ofOtherTests.test(invariant))).toEqual([]);
  });

  test('finds stock below zero, and where it is', async () => {
    await change('logistics', 'stockLevels', 'whs_1:sku_1', { $inc: { onHand: -20 } });
    expect(await found()).toContainEqual(['stock: nothing below zero', 'whs_1:sku_1']);
  });

  test('finds a placing that hangs, and what it holds', async () => {
    const placing = { status: 'PLACING', visible: false, timeline: [] };
    await change('order', 'orders', unpaid, { $set: placing });
    expect(await found()).toEqual([
      ['orders: no placing takes longer than a minute', unpaid],
      ['logistics: every open hold has a living order', unpaid],
      ['promotion: every open hold has a living order', unpaid],
      ['member: every open hold has a living order', unpaid],
    ]);
  });

  test('finds everything that a closed order still holds', async () => {
    const closed = { status: 'CLOSED', timeline: [{ status: 'PENDING_PAYMENT' }, { status: 'CLOSED' }] };
    await change('order', 'orders', unpaid, { $set: closed });
    expect(await found()).toEqual([
      ['logistics: every open hold has a living order', unpaid],
      ['promotion: every open hold has a living order', unpaid],
      ['member: every open hold has a living order', unpaid],
    ]);
  });

  test('finds an event that nobody takes, not one that was told just now', async () => {
    const told = { name: 'order.paid', aggregateId: paid, version: 1, payload: {}, pendingFor: ['member'] };
    const insert = (id: string, at: Date) =>
      collection('order', 'outbox').insertOne({ _id: id, ...told, at } as { _id: string });
    await insert('evt_2', new Date());
    expect(await found()).toEqual([]);
    await insert('evt_1', new Date(Date.now() - 60_000));
    expect(await found()).toEqual([['order: events are delivered', 'evt_1']]);
    await collection('order', 'outbox').deleteMany({});
  });

  describe('of an audit log that its witnesses saw', () => {
    const invariant = 'product: the audit log is as its witnesses saw it';
    const entries = () => collection('product', 'auditEntries') as unknown as mongo.Collection<AuditRow>;
    const checkpoints = ['member', 'order'] as const;
    const row = (sequence: number, previous: string, amountMinor: number): AuditRow => {
      const content: AuditRow = {
        _id: `aud_${sequence}`,
        at: new Date('2026-11-23T08:00:00Z'),
        actor: { kind: 'STAFF', id: 'stf_1', sessionId: 'ses_1', channel: 'web' },
        action: 'setSkuPrice',
        facts: { amountMinor },
        subjects: ['sku_1'],
        requestId: 'req_1',
        outcome: 'DONE',
        reasons: [],
      };
      return { ...content, sequence, previous, hash: hashOf('product', sequence, previous, content) };
    };

    beforeEach(async () => {
      const first = row(1, firstLink, 100);
      const second = row(2, first.hash ?? '', 200);
      await entries().insertMany([first, second]);
      for (const witness of checkpoints) {
        for (const { sequence = 0, hash } of [first, second]) {
          const seen = { _id: `product:${sequence}`, stream: 'product', sequence, hash };
          await collection(witness, 'auditCheckpoints').insertOne(seen);
        }
      }
    });
    afterEach(async () => {
      await entries().deleteMany({});
      for (const witness of checkpoints) await collection(witness, 'auditCheckpoints').deleteMany({});
    });

    test('finds nothing as long as it is whole', async () => {
      expect(await found()).toEqual([]);
      expect((await verified()).find((each) => each.invariant === invariant)?.count).toBe(4);
    });

    test('finds an entry that nobody puts in its place', async () => {
      const { sequence: _place, previous: _link, hash: _hash, ...left } = row(3, firstLink, 300);
      await entries().insertOne({ ...left, pending: true, at: new Date(0) });
      expect(await found()).toEqual([['audit entries get their places', 'aud_3']]);
    });

    test('finds an end that was cut off, which the chain itself can’t tell', async () => {
      await entries().deleteOne({ sequence: 2 });
      expect(await found()).toEqual([
        [invariant, 'product:2:member'],
        [invariant, 'product:2:order'],
      ]);
    });

    test('finds a chain that was made anew with right hashes', async () => {
      await entries().deleteMany({});
      const forged = row(1, firstLink, 1);
      await entries().insertMany([forged, row(2, forged.hash ?? '', 200)]);
      expect(await found()).toEqual([
        [invariant, 'product:1:member'],
        [invariant, 'product:2:member'],
        [invariant, 'product:1:order'],
        [invariant, 'product:2:order'],
      ]);
    });
  });

  test('is refused to everybody but our own services', async () => {
    const call = { viewer: anonymousViewer({ channel: 'web', locale: 'en' as const }), requestId: 'req_1' };
    await expect(neighbourOf(orderVerification, books.transport).verify({}, call)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'FORBIDDEN',
    });
  });
});
