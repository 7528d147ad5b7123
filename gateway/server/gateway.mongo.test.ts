import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { topologies } from '#kit/subgraph/fixtures/tiny-graph.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, tinyApiKey, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();

describe.each(topologies)('the gateway before subgraphs %s', (topology) => {
  let gateway: TinyGateway;
  let member: { authorization: string };
  let staff: { authorization: string };
  beforeAll(async () => {
    gateway = await startTinyGateway(topology, { mongoUri: db.uri, prefix: `${db.name}_${topology.length}` });
    member = { authorization: `Bearer ${await gateway.issuer.issue()}` };
    const claims = { sub: 'stf_1', kind: 'STAFF', scopes: ['catalog:write'], tier: null };
    staff = { authorization: `Bearer ${await gateway.issuer.issue(claims)}` };
  });
  afterAll(() => gateway?.stop());

  const buy = {
    query: 'mutation { buy(productId: "prd_tea") { id memberId product { id title sold } total { amount currency } } }',
  };

  test('joins what two subgraphs know, for the viewer whom it verified', async () => {
    const { status, body } = await gateway.post(buy, member);
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
    expect(body.data?.['buy']).toMatchObject({
      memberId: 'mbr_1',
      product: { id: 'prd_tea', title: 'prd_tea' },
      total: { amount: '12.30', currency: 'CNY' },
    });
    const bought = body.data?.['buy'] as { id: string } | undefined;
    const order = { query: 'query($id: ID!) { order(id: $id) { memberId } }', variables: { id: bought?.id } };
    expect((await gateway.post(order, member)).body.data).toEqual({ order: { memberId: 'mbr_1' } });
    const stranger = { authorization: `Bearer ${await gateway.issuer.issue({ sub: 'mbr_2' })}` };
    expect((await gateway.post(order, stranger)).body.data).toEqual({ order: null });
  });

  test('asks each subgraph once for a list', async () => {
    gateway.calls.length = 0;
    await gateway.post({ query: '{ products(first: 3) { id title sold } }' });
    expect(gateway.calls).toEqual(['product /graphql']);
  });

  test('runs the mutations of a document one after another', async () => {
    const rename = (alias: string, title: string) =>
      `${alias}: renameProduct(id: "prd_serial", title: "${title}") { title }`;
    const { body } = await gateway.post(
      { query: `mutation { ${rename('a', 'one')} ${rename('b', 'two')} ${rename('c', 'three')} }` },
      staff,
    );
    expect(body).toEqual({ data: { a: { title: 'one' }, b: { title: 'two' }, c: { title: 'three' } } });
  });

  test('lets a partner in by its key', async () => {
    const query = 'mutation { renameProduct(id: "prd_p", title: "P") { title } }';
    const { body } = await gateway.post({ query }, { authorization: `Bearer ${tinyApiKey}` });
    expect(body).toEqual({ data: { renameProduct: { title: 'P' } } });
  });

  test.each([
    ['nobody may what members may', () => ({}), 'UNAUTHENTICATED'],
    ['a member may not what staff may', () => member, 'FORBIDDEN'],
  ])('passes on the refusal: %s', async (_, headers, code) => {
    const { status, body } = await gateway.post(
      { query: 'mutation { renameProduct(id: "a", title: "b") { title } }' },
      headers(),
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { renameProduct: null },
      errors: [
        {
          message: expect.any(String),
          path: ['renameProduct'],
          extensions: { code, requestId: expect.stringMatching(/^req_/) },
        },
      ],
    });
  });

  test('gives the id of the request in a header and in every error', async () => {
    const { headers, body } = await gateway.post({ query: '{ broken }' });
    expect(body).toEqual({
      data: { broken: null },
      errors: [
        {
          message: 'Something went wrong on our side.',
          path: ['broken'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: headers.get('x-request-id') },
        },
      ],
    });
  });

  test('hands a callback to its subgraph byte for byte', async () => {
    const response = await fetch(`${gateway.url}/callbacks/product/echo?a=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-weird', authorization: 'Bearer secret' },
      body: Buffer.from([0, 255, 123]),
    });
    expect([response.status, await response.json()]).toEqual([
      202,
      { raw: '\u0000ÿ{', query: { a: '1' }, type: 'application/x-weird' },
    ]);
    for (const path of ['/callbacks/product/nothing', '/callbacks/nobody/echo', '/callbacks/product']) {
      expect((await fetch(`${gateway.url}${path}`, { method: 'POST' })).status).toBe(404);
    }
  });
});

test.each(topologies)(
  'answers in time although a subgraph takes its time, with the healthy part, %s',
  async (topology) => {
    const prefix = `${db.name}_slow_${topology.length}`;
    const gateway = await startTinyGateway(topology, { mongoUri: db.uri, prefix, answerWithin: 1_000 });
    const begunAt = performance.now();
    const { body } = await gateway.post({ query: '{ slow(ms: 20000) }' });
    expect(performance.now() - begunAt).toBeLessThan(15_000);
    expect(body).toMatchObject({
      data: { slow: null },
      errors: [{ extensions: { code: 'BUSY', retryAfterMs: 1000 } }],
    });
    await gateway.stop();
  },
);

describe('a subgraph that is down', () => {
  let gateway: TinyGateway;
  beforeAll(async () => {
    gateway = await startTinyGateway('over HTTP', { mongoUri: db.uri, prefix: `${db.name}_down` });
  });
  afterAll(() => gateway?.stop());

  test('costs its own part of an answer and the readiness', async () => {
    const member = { authorization: `Bearer ${await gateway.issuer.issue()}` };
    await eventually(async () => expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200));
    await gateway.graph.unplug('order');
    const { status, body } = await gateway.post(
      { query: '{ product(id: "prd_cup") { title } order(id: "x") { id } }' },
      member,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: { product: { title: 'prd_cup' }, order: null },
      errors: [{ message: 'Too busy right now. Please try again.', extensions: { code: 'BUSY', retryAfterMs: 1000 } }],
    });
    await eventually(async () => {
      const ready = await fetch(`${gateway.url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([
        503,
        { status: 'not ready', checks: { product: true, order: false } },
      ]);
    });
  });
});
