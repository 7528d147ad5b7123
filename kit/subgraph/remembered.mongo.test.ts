import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { loadSharedTypeDefs } from '#kit/graphql/type-defs.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { createOutbox } from '#kit/outbox/outbox.ts';
import { runLogger } from '#kit/testing/run-logs.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { anonymousViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { type BaseContext, createSubgraph, type Subgraph } from './subgraph.ts';
import { changesOf, openDatabase } from './wiring.ts';

const database = testDatabase();
const clock = testClock('2026-06-01T08:00:00Z');
let subgraph: Subgraph;

/** What the tests' resolvers have at hand: the last two were made with the request. */
interface Context extends BaseContext {
  readonly shelf: readonly string[];
  readonly store: { read(): string };
  readonly door: { nameOf(): string | null; price(): number };
}

beforeAll(async () => {
  const log = runLogger('product');
  const metrics = createMetrics('product');
  const transport: Transport = { call: () => Promise.reject(new Error('nobody')), close: async () => undefined };
  const wiring = { mongoUri: database.uri, database: database.name, transport, clock, log, metrics, env: {} };
  const connection = await openDatabase('product', wiring);
  subgraph = createSubgraph<Context>({
    name: 'product',
    connection,
    typeDefs: `${loadSharedTypeDefs()} type Query {
      shelf: [String!]! @public  tier: Int @public  price: Int @public
      me: String @public  session: String @public  myName: String @public
      request: String! @public  now: String! @public  stored: String! @public  address: String @public }`,
    resolvers: {
      Query: {
        shelf: (_: unknown, _args: unknown, { shelf }: Context) => shelf,
        tier: (_: unknown, _args: unknown, { viewer }: Context) => viewer.tierLevel,
        price: (_: unknown, _args: unknown, { door }: Context) => door.price(),
        me: (_: unknown, _args: unknown, { viewer }: Context) => viewer.id,
        session: (_: unknown, _args: unknown, { viewer }: Context) => viewer.sessionId,
        myName: (_: unknown, _args: unknown, { door }: Context) => door.nameOf(),
        request: (_: unknown, _args: unknown, { requestId }: Context) => requestId,
        now: (_: unknown, _args: unknown, context: Context) => context.clock.now().toISOString(),
        stored: (_: unknown, _args: unknown, { store }: Context) => store.read(),
        address: (_: unknown, _args: unknown, { clientAddress }: Context) => clientAddress ?? null,
      },
    },
    context: (request) => ({
      ...request,
      shelf: ['tea', 'cup'],
      store: { read: () => 'stored' },
      door: { nameOf: () => request.viewer.id, price: () => (request.viewer.tierLevel ?? 0) * 100 },
    }),
    fromMemory: { shelf: true, door: true },
    outbox: createOutbox(connection, { source: 'product' }),
    changes: changesOf(connection, wiring),
    ...{ clock, log, metrics, transport },
  });
});
afterAll(() => subgraph?.stop());

const guest = anonymousViewer({ channel: 'web', locale: 'en' });
const member = (id: string, tierLevel = 1): Viewer => ({
  ...guest,
  ...{ kind: 'MEMBER', id, tierLevel, sessionId: `ses_${id}` },
});
let requests = 0;

async function look(field: string, viewer: Viewer): Promise<{ readonly value: unknown; readonly data: object }> {
  requests += 1;
  const call = { viewer, requestId: `req_${requests}`, clientAddress: `10.0.0.${requests}` };
  const { data } = await subgraph.execute({ query: `{ ${field} }` }, call);
  if (!data) throw new Error('no answer');
  return { value: data[field], data };
}

describe('what a shopper is answered', () => {
  test('from memory alone is shared with others who have the same tier', async () => {
    for (const viewer of [guest, guest, member('mbr_1'), member('mbr_1'), member('mbr_3', 2), member('mbr_3', 2)]) {
      await look('shelf', viewer);
    }
    const { data: ones } = await look('shelf', member('mbr_1'));
    expect((await look('shelf', member('mbr_2'))).data).toBe(ones);
    expect((await look('shelf', guest)).data).toBe((await look('shelf', guest)).data);
    const each = [ones, (await look('shelf', guest)).data, (await look('shelf', member('mbr_3', 2))).data];
    expect(new Set(each).size).toBe(3);
    expect(each).toEqual(Array.from({ length: 3 }, () => ({ shelf: ['tea', 'cup'] })));
  });

  test.each([
    ['tier', [1, 2, 1, 2]],
    ['price', [100, 200, 100, 200]],
  ])('by the tier is that of their own: %s', async (field, right) => {
    for (let count = 0; count < 4; count += 1) {
      const seen: unknown[] = [];
      for (const [id, tier] of [
        ['a', 1],
        ['b', 2],
        ['c', 1],
        ['d', 2],
      ] as const) {
        seen.push((await look(field, member(id, tier))).value);
      }
      expect(seen).toEqual(right);
    }
  });

  test.each<[string, (id: string) => unknown]>([
    ['me', (id) => id],
    ['session', (id) => `ses_${id}`],
    ['myName', (id) => id],
    ['request', () => `req_${requests}`],
    ['address', () => `10.0.0.${requests}`],
    ['now', () => clock.now().toISOString()],
    ['stored', () => 'stored'],
  ])('from anything else is nobody else’s, however often it is asked for: %s', async (field, right) => {
    for (let count = 0; count < 5; count += 1) {
      for (const id of ['mbr_1', 'mbr_2']) {
        clock.advance(1);
        const { value, data } = await look(field, member(id));
        expect([value, Object.isFrozen(data)]).toEqual([right(id), false]);
      }
    }
  });

  test.each(['STAFF', 'PARTNER', 'ANALYST', 'SYSTEM'] as const)('is not what is answered to %s', async (kind) => {
    for (let count = 0; count < 4; count += 1) {
      expect(Object.isFrozen((await look('shelf', { ...guest, kind, id: 'x' })).data)).toBe(false);
    }
  });
});
