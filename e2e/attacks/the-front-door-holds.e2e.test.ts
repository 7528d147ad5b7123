import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostileDocuments, hostileTexts } from './arsenal/documents.ts';
import {
  CreateStaffDocument,
  ProductPageDocument,
  SignInDocument,
  StorefrontDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { accepted, createClient, type Client } from '../world/client.ts';
import { aShop } from '../world/shop.ts';

/** As a shop runs: services apart, registered documents only, every caller by their own view. */
let graph: PrivateGraph;
const clients: { stranger?: Client; shopper?: Client; analyst?: Client } = {};
let memoryBefore = 0;
beforeAll(async () => {
  graph = await startPrivateGraph('distributed', { env: { GRAPH_ACCESS: 'guarded' } });
  const shop = await aShop(graph);
  const account = { email: 'analyst@attacks.example', password: 'a good password for analysts' };
  const { createStaff } = await shop.staff.ask(CreateStaffDocument, {
    input: { ...account, displayName: 'A', roles: ['ANALYST'] },
  });
  accepted(createStaff, 'staff');
  const { signIn } = await shop.guest().ask(SignInDocument, {
    input: { identifier: account.email, password: account.password },
  });
  clients.stranger = shop.guest();
  clients.analyst = shop.guest({ token: accepted(signIn, 'session').accessToken });
  clients.shopper = (await shop.shopper({ region: null })).client;
  memoryBefore = process.memoryUsage().rss;
  // Six services start, on a machine that may be busy.
}, 180_000);
afterAll(() => graph?.stop());

const untold = 'This operation is not valid.';

describe.each(Object.entries(hostileDocuments))('%s', (_, query) => {
  test.each(['stranger', 'shopper'] as const)('tells a %s nothing', async (who) => {
    const answer = await clients[who]?.sendText(query);
    expect([answer?.status, answer?.errors.map(({ message }) => message)]).toEqual([400, [untold]]);
  });

  test('is refused to an analyst, in no time, or answered within the rules', async () => {
    const begunAt = performance.now();
    const answer = await clients.analyst?.sendText(query);
    expect(performance.now() - begunAt).toBeLessThan(5000);
    expect([200, 400]).toContain(answer?.status);
    expect(JSON.stringify(answer?.errors)).not.toMatch(/INTERNAL_SERVER_ERROR|node_modules|\.ts:|stack/);
  });
});

describe.each(Object.entries(hostileTexts))('%s', (_, text) => {
  test('is a text like any other', async () => {
    const searched = await clients.stranger?.send(StorefrontDocument, { first: 5, search: text });
    expect([searched?.status, JSON.stringify(searched?.errors ?? [])]).toEqual([
      200,
      expect.not.stringContaining('INTERNAL_SERVER_ERROR'),
    ]);
    const page = await clients.stranger?.send(ProductPageDocument, { slug: text });
    expect(page?.data?.product ?? null).toBeNull();
    const signedIn = await clients.stranger?.send(SignInDocument, { input: { identifier: text, password: text } });
    expect(signedIn?.data?.signIn?.session ?? null).toBeNull();
    expect(JSON.stringify(signedIn?.errors ?? [])).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

describe('a body', () => {
  const post = async (body: string | Uint8Array, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${graph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };
  const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

  test.each<[string, () => string | Uint8Array, Record<string, string>, number]>([
    ['that is a form', () => 'query={__typename}', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['that is plain text', () => '{"query":"{ __typename }"}', { 'content-type': 'text/plain' }, 415],
    ['in parts', () => '--x\r\n\r\n--x--', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    [
      'of a list of operations',
      () => JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ __typename }' }))),
      {},
      400,
    ],
    ['with a prototype', () => '{"query":"{ __typename }","variables":{"__proto__":{"admin":true}}}', {}, 400],
    [
      'with a constructor',
      () => '{"query":"{ __typename }","variables":{"constructor":{"prototype":{"admin":true}}}}',
      {},
      400,
    ],
    ['fifty thousand objects deep', () => `{"query":"{ __typename }","variables":${nested(50_000)}}`, {}, 400],
    ['that is no UTF-8', () => new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), {}, 400],
    ['of numbers that are none', () => '{"query":"{ __typename }","variables":{"a":1e999999}}', {}, 400],
    ['with the query as an object', () => '{"query":{"kind":"Document"}}', {}, 400],
    ['with the variables as a text', () => '{"query":"{ __typename }","variables":"{}"}', {}, 400],
    ['above the limit', () => JSON.stringify({ query: `{ __typename } #${'x'.repeat(600_000)}` }), {}, 413],
  ])('%s is refused', async (_, body, headers, status) => {
    const answer = await post(body(), headers);
    expect([answer.status, answer.text]).toEqual([status, expect.not.stringMatching(/node_modules|\.ts:|stack|admin/)]);
  });

  test('of deep variables says nothing bad to an analyst either', async () => {
    const token = clients.analyst?.options.token ?? '';
    const query = 'query ($f: ProductFilter) { products(first: 1, filter: $f) { totalCount } }';
    for (const depth of [10, 1000, 50_000]) {
      const body = `{"query":${JSON.stringify(query)},"variables":{"f":${nested(depth)}}}`;
      const answer = await post(body, { authorization: `Bearer ${token}` });
      expect([answer.status, answer.text]).toEqual([400, expect.not.stringContaining('INTERNAL_SERVER_ERROR')]);
    }
  });
});

test('a header that is no path to anything', async () => {
  for (const headers of [
    { 'x-forwarded-for': '127.0.0.1' },
    { 'x-http-method-override': 'DELETE' },
    { 'x-original-url': '/metrics' },
    { 'apollographql-client-name': '../../x' },
    { 'accept-language': `${'x-'.repeat(200)}en` },
    { 'x-fullchain-viewer': 'v2|0|s|1|r||e30|x' },
  ] as Record<string, string>[]) {
    const answer = await fetch(`${graph.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ staff(first: 1) { totalCount } }' }),
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(untold)]);
  }
});

test('answers name no server', async () => {
  const { headers } = await fetch(`${graph.url}/graphql`, { method: 'POST' });
  expect([headers.get('server'), headers.get('x-powered-by'), headers.get('x-content-type-options')]).toEqual([
    null,
    null,
    'nosniff',
  ]);
});

test('after all that the shop is open, quick to refuse, and no larger', async () => {
  const flood = Array.from({ length: 300 }, (_, index) => clients.stranger?.sendText(`{ guess${index} { id } }`));
  expect(new Set((await Promise.all(flood)).map((answer) => answer?.status))).toEqual(new Set([400]));
  expect((await fetch(`${graph.url}/readyz`)).status).toBe(200);
  const listing = await createClient({ url: graph.url }).ask(StorefrontDocument, { first: 5 });
  expect(listing.products.nodes).toEqual(expect.any(Array));
  expect(process.memoryUsage().rss - memoryBefore).toBeLessThan(400 * 1024 * 1024);
});
