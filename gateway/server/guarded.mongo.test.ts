import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, tinyApiKey, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const product = 'query Product($id: ID!) { product(id: $id) { title } }';
const rename = 'mutation Rename($id: ID!, $title: String!) { renameProduct(id: $id, title: $title) { title } }';
const buy = 'mutation Buy { buy(productId: "prd_tea") { id } }';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const variables = { id: 'prd_cup' };
const preflight = { 'apollo-require-preflight': 'true' };

const db = testDatabase();
let gateway: TinyGateway;
const callers = { nobody: {}, member: {}, partner: {}, marketer: {}, analyst: {}, developer: {} };
beforeAll(async () => {
  gateway = await startTinyGateway('in process', {
    mongoUri: db.uri,
    prefix: db.name,
    access: 'guarded',
    documents: [product, rename, buy],
  });
  const bearer = async (claims: Record<string, unknown>) => ({
    authorization: `Bearer ${await gateway.issuer.issue(claims)}`,
  });
  const staff = (kind: string, role: string) =>
    bearer({ sub: 'stf_1', kind, roles: [role], scopes: ['catalog:write'], tier: null });
  callers.member = await bearer({});
  callers.partner = { authorization: `Bearer ${tinyApiKey}` };
  callers.marketer = await staff('STAFF', 'MARKETER');
  callers.analyst = await staff('ANALYST', 'ANALYST');
  callers.developer = await staff('STAFF', 'DEVELOPER');
});
afterAll(() => gateway?.stop());

/** What a stranger hears, whatever is wrong. */
const constant = {
  errors: [
    {
      message: 'This operation is not valid.',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED', requestId: expect.stringMatching(/^req_/) },
    },
  ],
};

describe('a registered document', () => {
  test.each<[string, object]>([
    ['by its text', { query: product }],
    ['by its text with other spaces', { query: product.replaceAll(' ', '\n  '), operationName: 'Product' }],
    ['by its hash', { documentId: `sha256:${hashOf(product)}` }],
    [
      'by its hash in the way of persisted queries',
      { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(product) } } },
    ],
  ])('is run for anybody %s', async (_, body) => {
    const answer = await gateway.post({ ...body, variables });
    expect([answer.status, answer.body]).toEqual([200, { data: { product: { title: 'prd_cup' } } }]);
  });

  test('is run by GET when it only reads', async () => {
    const at = (text: string) =>
      `${gateway.url}/graphql?documentId=${hashOf(text)}&variables=${encodeURIComponent(JSON.stringify(variables))}`;
    const read = await fetch(at(product), { headers: preflight });
    expect(await read.json()).toEqual({ data: { product: { title: 'prd_cup' } } });
    const changed = await fetch(at(buy), { headers: { ...preflight, ...callers.member } });
    expect([changed.status, changed.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await fetch(at(product))).status).toBe(400);
  });

  test('keeps to the view of whoever sends it', async () => {
    const body = { query: rename, variables: { id: 'prd_r', title: 'R' } };
    expect((await gateway.post(body, callers.marketer)).body).toEqual({ data: { renameProduct: { title: 'R' } } });
    for (const caller of [callers.nobody, callers.member, callers.partner]) {
      expect((await gateway.post(body, caller)).body).toEqual(constant);
    }
  });
});

const own = '{ product(id: "prd_cup") { id } }';

describe('a document of the caller’s own', () => {
  test.each(['nobody', 'member', 'partner', 'marketer'] as const)(
    'is not run for %s, and reaches no subgraph',
    async (name) => {
      gateway.calls.length = 0;
      const answer = await gateway.post({ query: own }, callers[name]);
      expect([answer.status, gateway.calls.filter((call) => !call.startsWith('member'))]).toEqual([400, []]);
    },
  );

  test.each(['analyst', 'developer'] as const)('is run for an %s', async (name) => {
    const { body } = await gateway.post({ query: own }, callers[name]);
    expect(body).toMatchObject({ data: { product: { id: 'prd_cup' } } });
  });

  test('is not registered by sending it with its hash', async () => {
    const body = { query: own, extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(own) } } };
    for (const attempt of [body, body, { extensions: body.extensions }]) {
      expect((await gateway.post(attempt)).body).toEqual(constant);
    }
  });
});

describe('whatever is wrong, a stranger hears the same', () => {
  test.each<[string, object]>([
    ['a syntax error', { query: '{ product(' }],
    ['an unknown field', { query: '{ prodct { id } }' }],
    ['a field of another audience', { query: 'mutation { renameProduct(id: "a", title: "b") { id } }' }],
    ['a field of another audience, nearly', { query: 'mutation { renameProdukt(id: "a", title: "b") { id } }' }],
    ['too deep a document', { query: `{ ${'product { '.repeat(30)}id${' }'.repeat(30)} }` }],
    ['too many aliases', { query: `{ ${Array.from({ length: 99 }, (_, i) => `a${i}: __typename`).join(' ')} }` }],
    ['an unknown hash', { documentId: hashOf('nothing') }],
    ['the schema', { query: getIntrospectionQuery() }],
    ['one type', { query: '{ __type(name: "Product") { name } }' }],
    ['an operation that is not there', { query: product, operationName: 'Produkt' }],
    ['a variable of a wrong type', { query: product, variables: { id: { $ne: null } } }],
    ['a missing variable', { query: product }],
    ['federation’s own doors', { query: '{ _service { sdl } }' }],
  ])('%s', async (_, body) => {
    const answer = await gateway.post(body, callers.member);
    expect([answer.status, answer.body]).toEqual([400, constant]);
  });
});

describe('those who may explore', () => {
  test('see the schema of their view, and are told what is wrong', async () => {
    const asked = await gateway.post({ query: '{ __schema { mutationType { fields { name } } } }' }, callers.analyst);
    expect(JSON.stringify(asked.body.data)).toContain('renameProduct');
    const wrong = await gateway.post({ query: '{ prodct(id: "x") { id } }' }, callers.developer);
    expect(wrong.body.errors?.[0]).toMatchObject({
      message: 'Cannot query field "prodct" on type "Query". Did you mean "product" or "products"?',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    });
  });

  test.each<[string, string]>([
    ['too deep', `{ ${'product { '.repeat(12)}id${' }'.repeat(12)} }`],
    ['too many aliases', `{ ${Array.from({ length: 16 }, (_, i) => `a${i}: __typename`).join(' ')} }`],
    ['too many directives', `{ __typename ${'@skip(if: false) '.repeat(31)} }`],
    ['too long', `{ ${'__typename '.repeat(1000)} }`],
    ['too large a page', '{ products(first: 101) { id } }'],
    ['too much of the schema', `{ __schema { types { ${'ofType { '.repeat(20)}name${' }'.repeat(20)} } } }`],
  ])('keep to the limits: %s', async (_, query) => {
    gateway.calls.length = 0;
    const answer = await gateway.post({ query }, callers.analyst);
    expect([answer.status, answer.body.errors?.[0]?.extensions['code'], gateway.calls]).toEqual([
      400,
      'TOO_EXPENSIVE',
      [],
    ]);
  });
});
