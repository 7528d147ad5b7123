import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { composeTinySupergraph, tinyAccessRules } from '#kit/subgraph/fixtures/tiny-supergraph.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const whole = composeTinySupergraph();
/** What was published before products said how many were sold. */
const before = whole.replaceAll(/^ {2}sold: Int!\n/gm, '');
const accessRules = tinyAccessRules();
const titles = 'query Titles { products(first: 3) { id title } }';
const sold = 'query Sold { products(first: 3) { id sold } }';
const published = { supergraphSdl: whole, accessRules, documents: [titles, sold] };

const db = testDatabase();
let gateway: TinyGateway;
beforeAll(async () => {
  gateway = await startTinyGateway('over HTTP', {
    mongoUri: db.uri,
    prefix: db.name,
    access: 'guarded',
    documents: [titles],
    supergraphSdl: before,
  });
});
afterAll(() => gateway?.stop());
const ask = (query: string) => gateway.post({ query });

/** Clients that ask without a pause until they are told to stop; gives all their answers that were not as they should be. */
function crowd(clients: number, query: string) {
  const wrong: unknown[] = [];
  let asked = 0;
  let isOver = false;
  const done = Promise.all(
    Array.from({ length: clients }, async () => {
      while (!isOver) {
        const { status, body } = await ask(query).catch((error: unknown) => ({ status: 0, body: { errors: [error] } }));
        asked += 1;
        if (status !== 200 || body.errors) wrong.push({ status, body });
      }
    }),
  );
  return {
    /** Settles when so many more of them have been answered. */
    async goesOn(answers: number) {
      const until = asked + answers;
      await eventually(() => asked >= until, { withinMs: 30_000 });
    },
    async stop() {
      isOver = true;
      await done;
      return wrong;
    },
  };
}

describe('another graph', () => {
  test('is served from the next request on, and no request under way notices', async () => {
    const staff = { authorization: `Bearer ${await gateway.issuer.issue({ kind: 'ANALYST', scopes: [] })}` };
    expect((await ask(sold)).status).toBe(400);
    const clients = crowd(12, titles);
    await clients.goesOn(50);
    const underWay = gateway.post({ query: '{ slow(ms: 1500) }' }, staff);
    await pause(100);

    for (const supergraphSdl of [whole, before, whole]) {
      await gateway.replaceGraph({ ...published, supergraphSdl });
      await clients.goesOn(50);
    }

    expect((await underWay).body.data).toEqual({ slow: 1500 });
    expect(await clients.stop()).toEqual([]);
    const { body } = await ask(sold);
    expect(body.data?.['products']).toContainEqual({ id: 'prd_tea', sold: 0 });
    // The document is registered on both; only one of the schemas takes it.
    expect((await ask(titles)).status).toBe(200);
  });

  test.each([
    ['is cut off', { ...published, supergraphSdl: whole.slice(0, whole.length / 2) }, 'Syntax Error'],
    ['is no supergraph', { ...published, supergraphSdl: 'type Query { products: Int }' }, 'Invalid supergraph'],
    ['is empty', { ...published, supergraphSdl: '' }, 'Syntax Error'],
    [
      'does not fit its rules',
      { ...published, accessRules: { ...accessRules, 'Product.margin': { kind: 'PUBLIC' } as const } },
      'Product.margin',
    ],
  ])('that %s is refused, and the one before is served on', async (_, broken, reason) => {
    await gateway.replaceGraph(published);
    const clients = crowd(4, titles);
    await expect(gateway.replaceGraph(broken)).rejects.toThrow(reason);
    await clients.goesOn(20);
    expect(await clients.stop()).toEqual([]);
    expect((await ask(sold)).status).toBe(200);
  });
});
