import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type GraphBody, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();

describe.each(['in process', 'over HTTP'] as const)('what the caller may not read, %s,', (topology) => {
  let gateway: TinyGateway;
  const callers = { nobody: {}, member: {}, buyer: {} };
  beforeAll(async () => {
    gateway = await startTinyGateway(topology, { mongoUri: db.uri, prefix: `${db.name}_${topology.length}` });
    const bearer = async (claims: Record<string, unknown>) => ({
      authorization: `Bearer ${await gateway.issuer.issue(claims)}`,
    });
    callers.member = await bearer({});
    callers.buyer = await bearer({
      sub: 'stf_1',
      kind: 'STAFF',
      roles: ['MERCHANDISER'],
      scopes: ['supplier:cost'],
      tier: null,
    });
  });
  afterAll(() => gateway?.stop());

  /** The answer the first time (Apollo's), the second (compiled) and the third, which must be the same, and the calls of each. */
  async function ask(query: string, caller: Record<string, string>): Promise<{ body: GraphBody; calls: string[] }> {
    const answers = [];
    for (let time = 0; time < 3; time += 1) {
      gateway.calls.length = 0;
      const { status, body } = await gateway.post({ query }, caller);
      expect(status).toBe(200);
      for (const error of body.errors ?? []) {
        expect(error.extensions['requestId']).toMatch(/^req_/);
        delete error.extensions['requestId'];
      }
      answers.push({ body, calls: [...gateway.calls] });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    return answers[0] ?? { body: {}, calls: [] };
  }
  const denial = (path: string[], code: 'UNAUTHENTICATED' | 'FORBIDDEN') => ({
    message: code === 'FORBIDDEN' ? 'You may not do this.' : 'Sign in to do this.',
    path,
    extensions: { code },
  });

  test('is asked of no subgraph, and nothing is planned when it is the whole operation', async () => {
    expect(await ask('{ order(id: "ord_1") { id } }', callers.nobody)).toEqual({
      body: { data: { order: null }, errors: [denial(['order'], 'UNAUTHENTICATED')] },
      calls: [],
    });
    expect(await ask('mutation { renameProduct(id: "prd_x", title: "X") { id } }', callers.member)).toEqual({
      body: { data: { renameProduct: null }, errors: [denial(['renameProduct'], 'FORBIDDEN')] },
      calls: [],
    });
  });

  test('is null with its error, and the rest is answered', async () => {
    expect(await ask('{ product(id: "prd_cup") { cost title } order(id: "ord_1") { id } }', callers.nobody)).toEqual({
      body: {
        data: { product: { cost: null, title: 'prd_cup' }, order: null },
        errors: [denial(['product', 'cost'], 'UNAUTHENTICATED'), denial(['order'], 'UNAUTHENTICATED')],
      },
      calls: ['product /graphql'],
    });
  });

  test('is not asked for behind an entity of another subgraph either', async () => {
    const buy = 'mutation { buy(productId: "prd_tea") { product { cost } } }';
    expect(await ask(buy, callers.member)).toEqual({
      body: { data: { buy: { product: { cost: null } } }, errors: [denial(['buy', 'product', 'cost'], 'FORBIDDEN')] },
      // One call for the order's own lookup of the title is between subgraphs; the gateway asks the order alone.
      calls: ['order /graphql'],
    });
  });

  test('stands beside what else went wrong', async () => {
    const { body } = await ask('{ broken product(id: "prd_cup") { cost } }', callers.member);
    expect(body.data).toEqual({ broken: null, product: { cost: null } });
    expect(body.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['broken'], 'INTERNAL_SERVER_ERROR'],
      [['product', 'cost'], 'FORBIDDEN'],
    ]);
  });

  test('is answered to whoever may', async () => {
    expect(await ask('{ product(id: "prd_cup") { cost } }', callers.buyer)).toEqual({
      body: { data: { product: { cost: 700 } } },
      calls: ['product /graphql'],
    });
  });

  test('does not hide that variables don’t fit', async () => {
    const query = 'query Q($id: ID!) { product(id: $id) { cost } }';
    gateway.calls.length = 0;
    const { status, body } = await gateway.post({ query }, callers.member);
    expect([status, body.errors?.map(({ extensions }) => extensions['code']), gateway.calls]).toEqual([
      400,
      ['BAD_USER_INPUT'],
      [],
    ]);
  });
});
