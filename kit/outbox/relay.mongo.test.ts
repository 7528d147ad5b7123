import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createChangeFeed } from '#kit/change-feed/change-feed.ts';
import { createChangeStreams } from '#kit/change-feed/change-streams.ts';
import type { DomainEvent, SubgraphName } from '#kit/events/events.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { inTransaction } from '#kit/mongo/transaction.ts';
import { createOutbox, type NewEvent } from '#kit/outbox/outbox.ts';
import { ringForEvents, startRelay, type Relay, type RelayOptions } from '#kit/outbox/relay.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const outbox = createOutbox(db.connection, { source: 'order', subscribersOf: () => ['member', 'logistics'] });
const subscribers: SubgraphName[] = ['member', 'logistics'];
const log = { info: () => undefined, warn: () => undefined };
const relays: Relay[] = [];

interface Taken {
  subscriber: string;
  aggregateId: string;
  version: number;
}
const taken: Taken[] = [];
const takenBy = (subscriber: string, aggregateId?: string) =>
  taken
    .filter((each) => each.subscriber === subscriber && (aggregateId ?? each.aggregateId) === each.aggregateId)
    .map((each) => each.version);
const take = async (subscriber: string, { aggregateId, version }: DomainEvent) => {
  taken.push({ subscriber, aggregateId, version });
};

function relayWith(options: Partial<RelayOptions> = {}): Relay {
  const relay = startRelay({ outbox, subscribers, deliver: take, log, pollMs: 60_000, ...options });
  relays.push(relay);
  return relay;
}

function changed(aggregateId: string, version: number): NewEvent {
  const payload = { skuId: aggregateId, inStock: true };
  return { name: 'stock.availability-changed', aggregateId, version, at: new Date(), payload };
}
const append = (...events: NewEvent[]) => inTransaction(db.connection, (session) => outbox.append(session, events));
const pending = () => outbox.rows().countDocuments({ pendingFor: { $ne: [] } });
const unavailable = () => Object.assign(new Error('connection refused'), { code: 'UNAVAILABLE' });

/** As a process has one: it rings whatever relays there are. */
const feed = createChangeFeed(createChangeStreams(db.connection.getClient(), log), {
  database: db.name,
  metrics: createMetrics('test'),
});
ringForEvents(feed, outbox, () => ({ ring: (to) => relays.forEach((relay) => relay.ring(to)) }));

beforeAll(async () => {
  await ensureIndexes(db.connection);
  feed.start();
});
afterAll(() => feed.stop());
beforeEach(async () => {
  taken.length = 0;
  await outbox.rows().deleteMany({});
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});

describe('the relay', () => {
  test('delivers to every subscriber what was written before and after it started, and marks it delivered', async () => {
    await append(changed('a', 1));
    relayWith();
    await eventually(() => taken.length === 2);
    await append(changed('a', 2), changed('b', 1));
    await eventually(async () => (await pending()) === 0);
    expect([takenBy('member', 'a'), takenBy('logistics', 'a'), takenBy('member', 'b')]).toEqual([[1, 2], [1, 2], [1]]);
    const rows = await outbox.rows().find().toArray();
    expect(rows.every((row) => row.deliveredAt instanceof Date)).toBe(true);
  });

  test('is rung by the change feed: with polling off, every event is there long before the next look', async () => {
    relayWith();
    for (let version = 1; version <= 10; version += 1) {
      await append(changed('a', version));
      await eventually(() => taken.length === 2 * version);
    }
    expect([takenBy('member'), takenBy('logistics')].map((versions) => versions.length)).toEqual([10, 10]);
  });

  test('carries with its next look what nobody is in a hurry for', async () => {
    const paid = { name: 'order.paid', aggregateId: 'p', version: 1, at: new Date(), payload: {} } as never;
    const asked = createOutbox(db.connection, { source: 'order', subscribersOf: () => ['product', 'logistics'] });
    relayWith({ subscribers: ['product', 'logistics'], pollMs: 1_500 });
    await append(changed('a', 1));
    await eventually(() => takenBy('logistics', 'a').length === 1);
    await inTransaction(db.connection, (session) => asked.append(session, [paid]));
    await eventually(() => takenBy('logistics', 'p').length === 1, { withinMs: 1_000 });
    await eventually(() => takenBy('product', 'p').length === 1);
    expect(taken.filter(({ aggregateId }) => aggregateId === 'p').map(({ subscriber }) => subscriber)).toEqual([
      'logistics',
      'product',
    ]);
  });

  test('keeps the order of versions over many events, small batches and parallel aggregates', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `agg${index}`);
    for (let version = 1; version <= 15; version += 1) await append(...names.map((name) => changed(name, version)));
    relayWith({ batch: 7 });
    await eventually(async () => (await pending()) === 0, { withinMs: 15_000 });
    const inOrder = Array.from({ length: 15 }, (_, index) => index + 1);
    for (const name of names) expect(takenBy('member', name)).toEqual(inOrder);
  });

  test('keeps the order of versions when another process whose clock is behind wrote the later one', async () => {
    await append(changed('skewed', 1), changed('other', 1));
    const later = { name: 'stock.availability-changed', aggregateId: 'skewed', at: new Date(), payload: {} } as const;
    await outbox
      .rows()
      .insertOne({ ...later, _id: 'evt_00000000000000000000000000', version: 2, pendingFor: ['member'] });
    relayWith({ batch: 1 });
    await eventually(async () => (await pending()) === 0);
    expect(takenBy('member', 'skewed')).toEqual([1, 2]);
  });

  test('lets a failing aggregate wait and retries it, in order, while the others go on', async () => {
    let failures = 0;
    const deliver = async (subscriber: string, event: DomainEvent) => {
      if (subscriber === 'member' && event.aggregateId === 'poison' && failures < 4) {
        failures += 1;
        throw new Error('rejected');
      }
      await take(subscriber, event);
    };
    await append(changed('poison', 1), changed('poison', 2), changed('fine', 1));
    relayWith({ deliver, retry: { firstMs: 30, maxMs: 60 } });
    await eventually(() => takenBy('member', 'fine').length === 1 && failures >= 1);
    await append(changed('fine', 2));
    await eventually(async () => (await pending()) === 0);
    expect([failures, takenBy('member', 'poison'), takenBy('member', 'fine')]).toEqual([4, [1, 2], [1, 2]]);
    expect(takenBy('logistics', 'poison')).toEqual([1, 2]);
  });

  test('waits for a subscriber that is away without holding up the others, and catches up when it is back', async () => {
    let away = true;
    let refused = 0;
    const deliver = async (subscriber: string, event: DomainEvent) => {
      if (subscriber === 'member' && away) {
        refused += 1;
        throw unavailable();
      }
      await take(subscriber, event);
    };
    const names = Array.from({ length: 60 }, (_, index) => `agg${index}`);
    await append(...names.map((name) => changed(name, 1)));
    relayWith({ deliver, awayRetry: { firstMs: 20, maxMs: 40 } });
    await eventually(() => takenBy('logistics').length === 60 && refused >= 2);
    expect(takenBy('member')).toEqual([]);
    away = false;
    await eventually(async () => (await pending()) === 0);
    expect(takenBy('member')).toHaveLength(60);
    expect(refused).toBeLessThan(200);
  });

  test('gets through when more aggregates fail than it passes over', async () => {
    const failed = new Set<string>();
    const deliver = async (subscriber: string, event: DomainEvent) => {
      if (!failed.has(event.aggregateId)) {
        failed.add(event.aggregateId);
        throw new Error('rejected once');
      }
      await take(subscriber, event);
    };
    await append(...Array.from({ length: 620 }, (_, index) => changed(`agg${index}`, 1)));
    relayWith({ deliver, subscribers: ['member'], retry: { firstMs: 300, maxMs: 300 } });
    await eventually(() => taken.length === 620, { withinMs: 15_000 });
    expect(new Set(taken.map((each) => each.aggregateId)).size).toBe(620);
  });

  test('is active in one of three replicas only', async () => {
    for (let replica = 0; replica < 3; replica += 1) relayWith();
    const names = Array.from({ length: 30 }, (_, index) => `agg${index}`);
    await append(...names.map((name) => changed(name, 1)));
    await eventually(async () => (await pending()) === 0);
    expect(taken).toHaveLength(60);
  });

  test('hands over to a replica that stands by when it stops, and when it falls silent', async () => {
    const first = relayWith({ leaseMs: 300 });
    await append(changed('a', 1));
    await eventually(() => taken.length === 2);
    relayWith({ leaseMs: 300 });
    await first.stop();
    await append(changed('a', 2));
    await eventually(async () => (await pending()) === 0);
    // The active one's lease goes to nobody's holder, as if its process hung: it must give up, and take part again later.
    await db.connection.collection('leases').updateOne({ _id: 'relay' as never }, { $set: { holder: 'hung' } });
    await append(changed('a', 3));
    await eventually(async () => (await pending()) === 0);
    expect(takenBy('member', 'a')).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  test('goes on after the change feed was broken', async () => {
    const warnings: unknown[] = [];
    relayWith({ pollMs: 200, log: { info: () => undefined, warn: (...args: unknown[]) => void warnings.push(args) } });
    await append(changed('a', 1));
    await eventually(async () => (await pending()) === 0);
    await outbox.rows().drop();
    await ensureIndexes(db.connection);
    await append(changed('a', 2));
    await eventually(async () => (await pending()) === 0);
    expect(takenBy('member', 'a')).toEqual([1, 2]);
  });

  test('finishes and confirms a delivery under way when it is stopped, and starts no other', async () => {
    let finish = () => undefined as void;
    let started = 0;
    const deliver = async (subscriber: string, event: DomainEvent) => {
      started += 1;
      await new Promise<void>((resolve) => (finish = resolve));
      await take(subscriber, event);
    };
    await append(changed('a', 1), changed('a', 2));
    const relay = relayWith({ deliver, subscribers: ['member'] });
    await eventually(() => started === 1);
    const stopped = relay.stop();
    finish();
    await stopped;
    expect([started, takenBy('member')]).toEqual([1, [1]]);
    const left = await outbox.rows().find({ pendingFor: 'member' }).toArray();
    expect(left.map((row) => row.version)).toEqual([2]);
  });

  test('delivers again what was taken but not confirmed', async () => {
    const deliver = async (subscriber: string, event: DomainEvent) => {
      await take(subscriber, event);
      if (takenBy(subscriber).length === 1) throw new Error('the answer was lost');
    };
    await append(changed('a', 1));
    relayWith({ deliver, subscribers: ['member', 'logistics'], retry: { firstMs: 10, maxMs: 20 } });
    await eventually(async () => (await pending()) === 0);
    expect(takenBy('member')).toEqual([1, 1]);
  });
});
