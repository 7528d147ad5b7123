import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '#kit/clock/clock.ts';
import { createMetrics } from '#kit/metrics/metrics.ts';
import { runLogger } from '#kit/testing/run-logs.ts';
import type { Transport } from '#kit/transport/transport.ts';
import { readManifests } from '../../gateway/documents/read-manifests.ts';
import { createTokenIssuer, type TokenIssuer } from '../../gateway/fixtures/tokens.ts';
import { createGateway, type Gateway } from '../../gateway/server/create-gateway.ts';
import { readGraph } from '../../gateway/supergraph/read-graph.ts';
import { hostileDocuments } from './arsenal/documents.ts';

const schemaDir = join(import.meta.dirname, '../../schema');
const explorerDir = join(import.meta.dirname, '../../gateway/fixtures/explorer');
const goodKey = 'fck_good_0123456789';
/** Strange but cheap, and therefore answered to who may write documents. */
const keepToTheLimits = new Set(['half a megabyte of comments', 'a block string a mile deep']);

/** What the gateway asked subgraphs to answer, as `product /graphql`; who somebody is, which it asks the member subgraph, is apart. */
const asked: string[] = [];
let gateway: Gateway;
let issuer: TokenIssuer;
let storefront = '';
beforeAll(async () => {
  issuer = await createTokenIssuer();
  const transport: Transport = {
    async call(target, path, body) {
      if (path === '/internal/endedSessions') return { sessionIds: ['ses_over'], asOf: new Date().toISOString() };
      if (path === '/internal/authenticateApiKey') {
        const viewer = { kind: 'PARTNER', id: 'ptn_1', roles: [], scopes: ['partner:catalog'] };
        return { viewer: (body as { key: string }).key === goodKey ? viewer : null };
      }
      asked.push(`${target} ${path}`);
      return { data: { products: null } };
    },
    close: async () => undefined,
  };
  const documents = await readManifests(join(schemaDir, 'persisted-documents'));
  storefront = documents.find((text) => text.startsWith('query Storefront')) ?? '';
  gateway = await createGateway({
    ...(await readGraph(schemaDir)),
    documents,
    transport,
    port: 0,
    host: '127.0.0.1',
    access: 'guarded',
    introspection: false,
    explorerDir,
    clock: systemClock,
    log: runLogger('gateway'),
    metrics: createMetrics('gateway'),
    readKeys: async () => issuer.keys,
  });
});
afterAll(() => gateway?.stop());
beforeEach(() => void (asked.length = 0));

type Headers = Readonly<Record<string, string>>;
async function post(body: unknown, headers: Headers = {}, path = '/graphql', method = 'POST') {
  const answer = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}
const bearer = async (
  claims: Parameters<TokenIssuer['issue']>[0] = {},
  more: Parameters<TokenIssuer['issue']>[1] = {},
): Promise<Headers> => ({ authorization: `Bearer ${await issuer.issue(claims, more)}` });
const analyst = () =>
  bearer({ sub: 'stf_1', kind: 'ANALYST', roles: ['ANALYST'], scopes: ['analytics:read'], tier: null });

test('what is not refused does', async () => {
  await post({ query: storefront, variables: { first: 5 } });
  expect(asked).toContain('product /graphql');
});

describe.each(Object.entries(hostileDocuments))('%s', (name, query) => {
  test('is refused to everybody and reaches no subgraph', async () => {
    for (const headers of [{}, await bearer(), { authorization: `Bearer ${goodKey}` }]) {
      expect((await post({ query }, headers)).status).toBe(400);
    }
    expect(asked).toEqual([]);
  });

  test('is refused to an analyst too and reaches none, unless it keeps to the limits', async () => {
    const { status } = await post({ query }, await analyst());
    if (keepToTheLimits.has(name)) expect(status).toBe(200);
    else expect([status, asked]).toEqual([400, []]);
  });
});

describe('a caller who is refused', () => {
  const good = () => ({ query: storefront, variables: { first: 5 } });
  const query = encodeURIComponent(storefront);
  const ordersOfMine = '{ orders(first: 1) { nodes { id } } }';

  test.each<[string, number, () => Parameters<typeof post> | Promise<Parameters<typeof post>>]>([
    ['with a token that is none', 401, () => [good(), { authorization: 'Bearer a.b.c' }]],
    ['with a token that has expired', 401, async () => [good(), await bearer({}, { expiresAt: new Date(0) })]],
    ['with a token for somebody else', 401, async () => [good(), await bearer({}, { audience: 'elsewhere' })]],
    ['with a token of another issuer', 401, async () => [good(), await bearer({}, { issuer: 'elsewhere' })]],
    ['whose session is over', 401, async () => [good(), await bearer({ sid: 'ses_over' })]],
    ['with a key that nobody has', 401, () => [good(), { authorization: 'Bearer fck_nobody' }]],
    ['with a password', 401, () => [good(), { authorization: 'Basic YTpi' }]],
    ['from a channel that is none', 400, () => [good(), { 'x-channel': 'fax' }]],
    ['with a document of their own', 400, () => [{ query: '{ products(first: 1) { totalCount } }' }]],
    ['with a document that nobody registered', 400, () => [{ documentId: `sha256:${'0'.repeat(64)}` }]],
    ['with a page of a million', 400, () => [{ ...good(), variables: { first: 1_000_000 } }]],
    ['with variables of another type', 400, () => [{ ...good(), variables: { first: 'many' } }]],
    ['with a batch', 400, () => [[good(), good()]]],
    ['with no JSON', 400, () => ['{"query"']],
    ['with a prototype', 400, () => [`{"query":${JSON.stringify(storefront)},"variables":{"__proto__":{"first":5}}}`]],
    ['with a form', 415, () => ['query=x', { 'content-type': 'application/x-www-form-urlencoded' }]],
    ['with too much', 413, () => [{ ...good(), padding: 'x'.repeat(600_000) }]],
    ['by a GET that a form could make', 400, () => ['', {}, `/graphql?query=${query}`, 'GET']],
    ['who takes nothing that there is', 406, () => [good(), { accept: 'text/html' }]],
  ])('%s reaches no subgraph', async (_, status, request) => {
    const answer = await post(...(await request()));
    expect([answer.status, asked]).toEqual([status, []]);
  });

  test('with what all of it is denied reaches none', async () => {
    const answer = await post(
      { query: ordersOfMine },
      await bearer({ sub: 'stf_2', kind: 'ANALYST', roles: ['ANALYST'] }),
    );
    expect([answer.status, answer.text, asked]).toEqual([200, expect.stringContaining('FORBIDDEN'), []]);
  });

  test('because their points are spent reaches none', async () => {
    const greedy = await bearer({ sub: 'mbr_greedy' });
    const answers = [];
    for (let times = 0; times < 400; times += 1) {
      asked.length = 0;
      answers.push(await post({ ...good(), variables: { first: 100 } }, greedy));
      if (answers.at(-1)?.status === 429) break;
    }
    expect([answers.at(-1)?.status, asked]).toEqual([429, []]);
    expect(answers.length).toBeGreaterThan(2);
  });
});
