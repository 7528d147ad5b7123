import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';
import { bodyLimit, staffBodyLimit } from './caller.ts';

const db = testDatabase();
let gateway: TinyGateway;
let staff: { authorization: string };
beforeAll(async () => {
  gateway = await startTinyGateway('in process', { mongoUri: db.uri, prefix: db.name });
  staff = {
    authorization: `Bearer ${await gateway.issuer.issue({ sub: 'stf_1', kind: 'STAFF', scopes: ['catalog:write'] })}`,
  };
});
afterAll(() => gateway?.stop());

const query = '{ product(id: "prd_cup") { title } }';

test.each<[string, unknown, Record<string, string>, number, string]>([
  ['a token that is not good', { query }, { authorization: 'Bearer a.b.c' }, 401, 'UNAUTHENTICATED'],
  ['a key that nobody has', { query }, { authorization: 'Bearer fck_x' }, 401, 'UNAUTHENTICATED'],
  ['another kind of credentials', { query }, { authorization: 'Basic YTpi' }, 401, 'UNAUTHENTICATED'],
  ['an unknown channel', { query }, { 'x-channel': 'fax' }, 400, 'BAD_USER_INPUT'],
  ['a syntax error', { query: '{ product(' }, {}, 400, 'GRAPHQL_PARSE_FAILED'],
  ['an unknown field', { query: '{ prodict { id } }' }, {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['a subscription', { query: 'subscription { product { id } }' }, {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
  ['the federation door _service', { query: '{ _service { sdl } }' }, {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'the federation door _entities',
    { query: '{ _entities(representations: []) { __typename } }' },
    {},
    400,
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['introspection', { query: '{ __schema { types { name } } }' }, {}, 400, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'a variable of the wrong type',
    { query: 'query($n: Int!) { products(first: $n) { id } }', variables: { n: 'x' } },
    {},
    400,
    'BAD_USER_INPUT',
  ],
  [
    'an operation that the document lacks',
    { query: 'query A { __typename }', operationName: 'B' },
    {},
    400,
    'BAD_USER_INPUT',
  ],
  [
    'two operations of which none is chosen',
    { query: 'query A { __typename } query B { __typename }' },
    {},
    400,
    'BAD_USER_INPUT',
  ],
  ['a body that is not JSON', '{"query"', {}, 400, 'BAD_USER_INPUT'],
  ['an empty body', '', {}, 400, 'BAD_USER_INPUT'],
  ['a body without a query', { variables: {} }, {}, 400, 'BAD_USER_INPUT'],
  ['a batch', [{ query }, { query }], {}, 400, 'BAD_USER_INPUT'],
  ['a prototype in the body', '{"query":"{ broken }","__proto__":{"a":1}}', {}, 400, 'BAD_USER_INPUT'],
  ['another content type', query, { 'content-type': 'text/plain' }, 415, 'BAD_USER_INPUT'],
])('%s is refused with its status and code', async (_, body, headers, status, code) => {
  const answer = await gateway.post(body, headers);
  expect([answer.status, answer.body.errors?.[0]?.extensions['code']]).toEqual([status, code]);
  expect(answer.body.errors?.[0]?.extensions['requestId']).toBe(answer.headers.get('x-request-id'));
  expect(JSON.stringify(answer.body)).not.toMatch(/stack|node_modules|Did you mean|\.ts\b/);
});

test.each([
  [
    'a mutation by GET',
    `/graphql?query=${encodeURIComponent('mutation { buy(productId: "x") { id } }')}`,
    { 'apollo-require-preflight': '1' },
    405,
  ],
  ['a GET that a form could make', `/graphql?query=${encodeURIComponent(query)}`, {}, 400],
  ['a path with nothing behind it', '/graphql/x', {}, 404],
])('%s is refused', async (_, path, headers, status) => {
  expect((await fetch(gateway.url + path, { headers: headers as Record<string, string> })).status).toBe(status);
});

test('a query by GET is answered when a form could not have made it', async () => {
  const response = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(await response.json()).toEqual({ data: { product: { title: 'prd_cup' } } });
});

describe('a large body', () => {
  const sized = (bytes: number) => JSON.stringify({ query, variables: { padding: 'x'.repeat(bytes) } });

  test.each([
    ['of 500 kB from anybody is answered', 500 * 1024, false, 200],
    ['above 512 kB from a stranger is refused', bodyLimit, false, 413],
    ['of 30 MB from a stranger is refused', 30 * 1024 * 1024, false, 413],
    ['of 30 MB from staff is answered', 30 * 1024 * 1024, true, 200],
    ['above 36 MB from staff is refused', staffBodyLimit, true, 413],
  ])('%s', async (_, bytes, signedIn, status) => {
    const answer = await gateway.post(sized(bytes), signedIn ? staff : {});
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.extensions['code']).toBe(status === 413 ? 'BAD_USER_INPUT' : undefined);
  });

  test('that does not announce its length is counted as it comes', async () => {
    expect(await statusOfChunked(2 * 1024 * 1024)).toBe(413);
    expect(await statusOfChunked(1000)).toBe(200);
  });
});

test('answers carry headers that keep browsers from guessing and caches from keeping', async () => {
  const { headers } = await gateway.post({ query });
  expect([headers.get('x-content-type-options'), headers.get('cache-control'), headers.get('x-powered-by')]).toEqual([
    'nosniff',
    'no-store',
    null,
  ]);
});

test('health is open', async () => {
  const statuses = await Promise.all(
    ['/healthz', '/readyz', '/metrics'].map(async (path) => (await fetch(gateway.url + path)).status),
  );
  expect(statuses).toEqual([200, 200, 200]);
});

test('a browser is led to the Explorer, and gets its files with their types', async () => {
  const root = await fetch(`${gateway.url}/`, { headers: { accept: 'text/html,*/*' }, redirect: 'manual' });
  expect([root.status, root.headers.get('location')]).toEqual([302, '/explorer']);
  const page = await fetch(`${gateway.url}/explorer`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const script = await fetch(`${gateway.url}/explorer/main.js`);
  expect(script.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  for (const path of ['/', '/explorer/nothing.js', '/explorer/../tokens.ts', '/explorer/%2e%2e/tokens.ts']) {
    expect((await fetch(gateway.url + path)).status).toBe(404);
  }
});

function statusOfChunked(bytes: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once('error', reject);
    request.write(`{"query":${JSON.stringify(query)},"variables":{"padding":"`);
    request.write('x'.repeat(bytes));
    request.end('"}}');
  });
}
