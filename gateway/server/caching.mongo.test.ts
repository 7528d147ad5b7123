import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { topologies } from '#kit/subgraph/fixtures/tiny-graph.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const one = 'query One { product(id: "prd_tea") { id title } }';
const list = 'query List { products(first: 2) { id } }';
const own = 'query Own { product(id: "prd_tea") { id } order(id: "ord_1") { id } }';
const broken = 'query Broken { product(id: "prd_tea") { id } broken }';
const rename = 'mutation Rename($title: String!) { renameProduct(id: "prd_tea", title: $title) { title } }';
const documents = [one, list, own, broken, rename];

const db = testDatabase();

describe.each(topologies)('what caches may keep (%s)', (topology) => {
  let gateway: TinyGateway;
  let member: string;
  let staff: string;
  beforeAll(async () => {
    const prefix = `${db.name}_${topology === 'in process' ? 'p' : 'h'}`;
    gateway = await startTinyGateway(topology, {
      ...{ mongoUri: db.uri, prefix, access: 'guarded', documents },
      keepAnswersMs: 10_000,
    });
    const claims = { roles: [], tier: null };
    member = `Bearer ${await gateway.issuer.issue({ ...claims, sub: 'mbr_1', kind: 'MEMBER', scopes: [] })}`;
    staff = `Bearer ${await gateway.issuer.issue({ ...claims, sub: 'stf_1', kind: 'STAFF', scopes: ['catalog:write'] })}`;
  });
  afterAll(() => gateway?.stop());

  async function get(text: string, headers: Record<string, string> = {}, method = 'GET') {
    const hash = createHash('sha256').update(text).digest('hex');
    const response = await fetch(`${gateway.url}/graphql?documentId=sha256:${hash}`, {
      method,
      headers: { 'x-channel': 'web', ...headers },
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  test('prices and the like are kept by anybody, but asked for each time', async () => {
    const { status, headers, text } = await get(one);
    expect([status, JSON.parse(text)]).toEqual([200, { data: { product: { id: 'prd_tea', title: 'prd_tea' } } }]);
    expect(headers.get('cache-control')).toBe('public, no-cache');
    expect(headers.get('age')).toBe('0');
    expect(headers.get('vary')).toBe('origin, accept, accept-language, authorization, x-channel');
    expect(headers.get('etag')).toMatch(/^W\/"[\w-]{27}"$/);
  });

  test('a list of names is kept for its time', async () => {
    expect((await get(list)).headers.get('cache-control')).toBe('public, max-age=60, must-revalidate');
    const head = await get(list, {}, 'HEAD');
    expect([head.status, head.headers.get('etag'), head.text]).toEqual([
      200,
      (await get(list)).headers.get('etag'),
      '',
    ]);
  });

  test('who has it already is told so, by its tag alone, among others or with any', async () => {
    const etag = (await get(one)).headers.get('etag') ?? '';
    for (const held of [etag, `"x", ${etag}`, etag.replace('W/', ''), '*']) {
      const { status, headers, text } = await get(one, { 'if-none-match': held });
      expect([held, status, text]).toEqual([held, 304, '']);
      expect([headers.get('etag'), headers.get('cache-control')]).toEqual([etag, 'public, no-cache']);
    }
    expect((await get(one, { 'if-none-match': 'W/"other"' })).status).toBe(200);
  });

  test.each([
    ['an answer to a member', one, () => ({ authorization: member })],
    ['an answer to staff', one, () => ({ authorization: staff })],
    ['an answer without what the caller may not read', own, () => ({})],
    ['an answer with an error', broken, () => ({})],
  ])('%s is kept by nobody', async (_, text, headers) => {
    const answer = await get(text, headers());
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.text).toContain('"data":');
  });

  test('an answer by POST is kept by nobody outside', async () => {
    const { headers } = await gateway.post({ query: one });
    expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
  });

  test('those who ask the same share the work; another channel, language, variable or a member does not', async () => {
    await get(one);
    const asked = async (headers: Record<string, string>) => {
      const before = gateway.calls.length;
      await gateway.post({ query: one }, { 'x-channel': 'web', ...headers });
      return gateway.calls.length - before;
    };
    expect(await asked({})).toBe(0);
    expect(await asked({ 'accept-language': 'zh-TW' })).toBe(0);
    expect(await asked({ 'accept-language': 'en' })).toBe(1);
    expect(await asked({ 'x-channel': 'app' })).toBe(1);
    expect(await asked({ authorization: member })).toBe(1);
    expect(await asked({ authorization: member })).toBe(1);
  });

  test('a hundred who come at once are one question, and one of them leaving takes nothing from the others', async () => {
    await gateway.post({ query: rename, variables: { title: 'crowded' } }, { authorization: staff });
    const before = gateway.calls.length;
    const leaving = new AbortController();
    const first = fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: one }),
      signal: leaving.signal,
    }).catch(() => undefined);
    setTimeout(() => leaving.abort(), 1);
    // Fewer than the door has places to begin with: on a busy machine the others would be told to come again.
    const others = await Promise.all(Array.from({ length: 100 }, () => gateway.post({ query: one })));
    await first;
    expect(new Set(others.map(({ body }) => JSON.stringify(body)))).toEqual(
      new Set(['{"data":{"product":{"id":"prd_tea","title":"crowded"}}}']),
    );
    expect(gateway.calls.slice(before)).toEqual(['product /graphql']);
  });

  test('who changes something sees it at once, also as somebody who isn’t signed in, and so do those who hold the old answer', async () => {
    for (const title of ['first', 'second', 'third']) {
      const { headers } = await get(one);
      await gateway.post({ query: rename, variables: { title } }, { authorization: staff });
      const { status, text } = await get(one, { 'if-none-match': headers.get('etag') ?? '' });
      expect([status, JSON.parse(text)]).toEqual([200, { data: { product: { id: 'prd_tea', title } } }]);
    }
  });
});
