import { afterAll, beforeAll } from '@jest/globals';
import { runLogger } from '#kit/testing/run-logs.ts';
import { testClock, type TestClock } from '#kit/clock/clock.ts';
import type { DomainEvent, EventName, EventPayload } from '#kit/events/events.ts';
import { newId } from '#kit/ids/ids.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import type { Subgraph } from '#kit/subgraph/subgraph.ts';
import { testDatabase, type TestDatabase } from '#kit/testing/test-database.ts';
import { canBeOfRequest } from '#kit/testing/of-requests.ts';
import { anonymousViewer, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { createApp } from '../app.ts';
import type { OrderAddress } from '../order/domain/order.ts';
import { createNeighbourhood, type Neighbourhood } from './neighbourhood.ts';

export const testSecret = 'play money signs with this long secret';
const settings = {
  ALLOW_TEST_PAYMENTS: 'true',
  PAYMENT_TEST_SECRET: testSecret,
  PERSONAL_DATA_KEYS: 'the personal data key of the order tests and long enough',
};
export const address: OrderAddress = {
  recipient: '王芳',
  phone: '13800000000',
  region: '上海市',
  city: '上海市',
  line: '人民路 1 号',
  postalCode: null,
};

/** What a mutation's payload looks like to a test. */
// Tests read answers by the shape of the document that they sent.
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any;

/** A running order subgraph with neighbours in memory and a clock that stands at 2026-11-22 16:00 in China. */
export interface OrderWorld {
  readonly db: TestDatabase;
  readonly clock: TestClock;
  readonly neighbours: Neighbourhood;
  readonly subgraph: Subgraph;
  /** Asks as somebody; throws on top-level errors. */
  ask(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** Asks as somebody for what must fail as a whole: the codes of the top-level errors. */
  errorsOf(viewer: Viewer, query: string, variables?: Record<string, unknown>): Promise<string[]>;
  /** Hands an event in, as the relay of another subgraph does. */
  tell<N extends EventName>(name: N, payload: EventPayload<N>, at?: string): Promise<unknown>;
  /** The events that were written about an order, in order. */
  eventsOf(orderId: string): Promise<{ name: string; version: number; payload: Answer }[]>;
  /** Another instance of the subgraph on the same data, as after a restart, without jobs; `reads` collects the names of the collections it reads. */
  restart(around?: { neighbours?: Neighbourhood; reads?: string[] }): Promise<Subgraph>;
}

/** Starts the world for a test file; call it at the top level. Jobs go by the test's clock: tests move it and run them by name. */
export function orderWorld(env: Record<string, string> = {}): OrderWorld {
  const db = testDatabase();
  const clock = testClock('2026-11-22T08:00:00Z');
  const neighbours = createNeighbourhood();
  const running: Subgraph[] = [];

  async function start(around: Neighbourhood, reads: string[] = []): Promise<Subgraph> {
    const metrics = createMetrics('order');
    const mongoCommand: typeof metrics.mongoCommand = ({ command, collection }) => {
      if (['find', 'aggregate', 'count'].includes(command) && canBeOfRequest({ command, collection }))
        reads.push(collection);
    };
    const subgraph = await createApp({
      mongoUri: db.uri,
      database: db.name,
      transport: around.transport,
      clock,
      log: runLogger('order'),
      metrics: { ...metrics, mongoCommand },
      env: { ...settings, ...env },
    });
    running.push(subgraph);
    return subgraph;
  }

  beforeAll(async () => {
    const subgraph = await start(neighbours);
    await subgraph.migrate();
    await subgraph.start();
  });
  afterAll(async () => {
    for (const subgraph of running) await subgraph.stop();
  });

  const world: OrderWorld = {
    db,
    clock,
    neighbours,
    get subgraph() {
      const [first] = running;
      if (first === undefined) throw new Error('the world has not begun');
      return first;
    },
    async ask(viewer, query, variables = {}) {
      const { data, errors } = await world.subgraph.execute(
        { query, variables },
        { viewer, requestId: newId('request') },
      );
      if (errors) throw new Error(JSON.stringify(errors));
      return data;
    },
    async errorsOf(viewer, query, variables = {}) {
      const { errors = [] } = await world.subgraph.execute(
        { query, variables },
        { viewer, requestId: newId('request') },
      );
      return errors.map((error) => String(error.extensions?.['code']));
    },
    async tell(name, payload, at = clock.now().toISOString()) {
      const event: DomainEvent = { id: newId('event'), name, aggregateId: 'agg_1', version: 1, at, payload };
      return world.subgraph.call('/events', event, { viewer: systemViewer('test'), requestId: event.id });
    },
    async eventsOf(orderId) {
      const rows = await db.connection
        .collection('outbox')
        .find({ aggregateId: orderId })
        .sort({ version: 1 })
        .toArray();
      return rows.map(({ name, version, payload }) => ({ name, version, payload }));
    },
    restart: (around = {}) => start(around.neighbours ?? neighbours, around.reads),
  };
  return world;
}

/** A guest in a channel. */
export function guest(channel = 'web'): Viewer {
  return anonymousViewer({ channel, locale: 'en' });
}

/** A member who is signed in. */
export function member(id: string, channel = 'web'): Viewer {
  return { ...guest(channel), kind: 'MEMBER', id, tierLevel: 0, sessionId: 'ses_1' };
}

export function staff(...scopes: string[]): Viewer {
  return { ...guest(), kind: 'STAFF', id: 'stf_1', roles: ['staff'], scopes };
}

export function partner(id: string): Viewer {
  return { ...guest(), kind: 'PARTNER', id, scopes: ['partner:orders'] };
}

/** Puts a SKU on sale in `web` and `app`, with stock. Answers its id. */
export function onSale(
  { skus, stock }: Neighbourhood,
  sku: { id?: string; minor?: number; units?: number; channels?: string[]; supplierId?: string | undefined } = {},
): string {
  const skuId = sku.id ?? newId('sku');
  skus.set(skuId, {
    skuId,
    code: `C-${skuId}`,
    title: '保温杯 / 蓝色',
    productId: `prd_of_${skuId}`,
    brandId: null,
    categorySlugs: ['home'],
    price: { minor: sku.minor ?? 1000, currency: 'CNY' },
    floorMinor: 0,
    weightGrams: 300,
    supplierId: sku.supplierId ?? null,
    channels: sku.channels ?? ['web', 'app'],
  });
  stock.set(skuId, sku.units ?? 100);
  return skuId;
}
