import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { anonymousViewer, systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { startTinyGraph, topologies, type TinyGraph } from './fixtures/tiny-graph.ts';

const db = testDatabase();
const anonymous = anonymousViewer({ channel: 'web', locale: 'en' });
const member: Viewer = { ...anonymous, kind: 'MEMBER', id: 'mbr_1' };
const other: Viewer = { ...anonymous, kind: 'MEMBER', id: 'mbr_2' };
const staff: Viewer = { ...anonymous, kind: 'STAFF', id: 'stf_1', scopes: ['catalog:write', 'supplier:cost'] };

describe.each(topologies)('two subgraphs %s', (topology) => {
  let graph: TinyGraph;
  beforeAll(async () => {
    graph = await startTinyGraph(topology, {
      mongoUri: db.uri,
      prefix: `${db.name}_${topology.length}`,
      timeoutMs: 3_000,
    });
  });
  afterAll(() => graph?.stop());

  const ask = (name: 'product' | 'order', query: string, viewer: Viewer, variables = {}) =>
    graph.transport.call(name, '/graphql', { query, variables }, { viewer, requestId: 'req_1' });

  test('answer a public field to anybody', async () => {
    const query = 'query($id: ID!) { product(id: $id) { id title sold } }';
    expect(await ask('product', query, anonymous, { id: 'prd_cup' })).toEqual({
      data: { product: { id: 'prd_cup', title: 'prd_cup', sold: 0 } },
    });
  });

  const rename = 'mutation { renameProduct(id: "prd_x", title: "X") { title } }';

  test.each<[string, Viewer, string]>([
    ['nobody signed in', anonymous, 'UNAUTHENTICATED'],
    ['a member', member, 'FORBIDDEN'],
  ])('refuse a mutation of staff to %s', async (_, viewer, code) => {
    expect(await ask('product', rename, viewer)).toMatchObject({
      data: { renameProduct: null },
      errors: [{ extensions: { code, requestId: 'req_1' } }],
    });
  });

  test.each<[string, Viewer]>([
    ['staff with the scope', staff],
    ['a service of ours', systemViewer('order')],
  ])('admit %s to it', async (_, viewer) => {
    expect(await ask('product', rename, viewer)).toEqual({ data: { renameProduct: { title: 'X' } } });
  });

  test('guard a field behind an entity reference as they guard it elsewhere', async () => {
    const query =
      'query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Product { id cost } } }';
    const variables = { representations: [{ __typename: 'Product', id: 'prd_cup' }] };
    expect(await ask('product', query, member, variables)).toMatchObject({
      data: { _entities: [{ id: 'prd_cup', cost: null }] },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
    expect(await ask('product', query, staff, variables)).toEqual({
      data: { _entities: [{ id: 'prd_cup', cost: 700 }] },
    });
  });

  test('ask each other by operation, and tell each other by event', async () => {
    const bought = (await ask(
      'order',
      'mutation { buy(productId: "prd_tea") { id product { id } total { amount currency } at } }',
      member,
    )) as {
      data: { buy: { id: string; at: string } };
    };
    expect(bought.data.buy).toMatchObject({ product: { id: 'prd_tea' }, total: { amount: '12.30', currency: 'CNY' } });
    await eventually(async () => {
      expect(await ask('product', '{ product(id: "prd_tea") { sold } }', anonymous)).toEqual({
        data: { product: { sold: 1 } },
      });
    });
    const query = 'query($id: ID!) { order(id: $id) { memberId } }';
    expect(await ask('order', query, member, { id: bought.data.buy.id })).toEqual({
      data: { order: { memberId: 'mbr_1' } },
    });
    expect(await ask('order', query, other, { id: bought.data.buy.id })).toEqual({ data: { order: null } });
  });

  test('go on with other events while one reaction keeps failing', async () => {
    await ask('order', 'mutation { buy(productId: "poison") { id } }', member);
    await ask('order', 'mutation { buy(productId: "prd_cup") { id } }', member);
    await eventually(async () => {
      expect(await ask('product', '{ product(id: "prd_cup") { sold } }', anonymous)).toEqual({
        data: { product: { sold: 1 } },
      });
    });
  });

  test('take an event only from a service, and only one they know', async () => {
    const deliver = (viewer: Viewer, body: unknown) =>
      graph.transport.call('product', '/events', body, { viewer, requestId: 'req_1' });
    const event = {
      id: 'evt_1',
      name: 'order.paid',
      aggregateId: 'ord_1',
      version: 1,
      at: '2026-11-22T08:00:00.000Z',
      payload: {},
    };
    await expect(deliver(staff, event)).rejects.toMatchObject({ code: 'REFUSED', reason: 'FORBIDDEN' });
    await expect(deliver(systemViewer('order'), event)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'BAD_USER_INPUT',
    });
    await expect(deliver(systemViewer('order'), { ...event, name: 'x' })).rejects.toMatchObject({ code: 'REFUSED' });
  });

  test('refuse an operation that they do not have', async () => {
    const call = { viewer: anonymous, requestId: 'req_1' };
    await expect(graph.transport.call('product', '/internal/nothing', {}, call)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'BAD_USER_INPUT',
      message: 'product: product has no operation "nothing"',
    });
  });

  test('mask what nobody foresaw', async () => {
    const answer = await ask('product', '{ broken }', anonymous);
    expect(JSON.stringify(answer)).not.toContain('E11000');
    expect(answer).toMatchObject({
      data: { broken: null },
      errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
  });

  test('are given up after the time limit', async () => {
    await expect(ask('product', '{ slow(ms: 60000) }', anonymous)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('hand a callback its raw bytes', async () => {
    const rawBody = Buffer.from([0, 255, 10, 34]);
    const body = {
      method: 'POST',
      path: '/callbacks/product/echo',
      query: { a: '1' },
      headers: { 'content-type': 'text/weird' },
      rawBody: rawBody.toString('base64'),
    };
    const answer = await graph.transport.call('product', '/routes', body, { viewer: anonymous, requestId: 'req_1' });
    expect(answer).toEqual({
      status: 202,
      contentType: 'application/json',
      body: JSON.stringify({ raw: rawBody.toString('latin1'), query: { a: '1' }, type: 'text/weird' }),
    });
    expect(
      await graph.transport.call(
        'product',
        '/routes',
        { ...body, path: '/callbacks/product/x' },
        { viewer: anonymous, requestId: 'r' },
      ),
    ).toMatchObject({ status: 404 });
  });

  test('are ready while their database answers, and run a job when asked', async () => {
    expect(await graph.transport.call('product', '/ready', null, { viewer: anonymous, requestId: 'req_1' })).toEqual({
      mongodb: true,
    });
    await graph.subgraphs.product?.runJob('restock-products');
    await expect(graph.subgraphs.product?.runJob('nothing')).rejects.toThrow('nothing');
  });

  test('answer while they rest, and tell nobody anything', async () => {
    await graph.subgraphs.order?.rest();
    const before = await ask('product', '{ product(id: "prd_tea") { sold } }', anonymous);

    const bought = await ask('order', 'mutation { buy(productId: "prd_tea") { id } }', member);

    expect(bought).toMatchObject({ data: { buy: { id: expect.any(String) } } });
    expect(await ask('product', '{ product(id: "prd_tea") { sold } }', anonymous)).toEqual(before);
  });
});
