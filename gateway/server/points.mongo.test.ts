import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, tinyApiKey, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const products = 'query Products($n: Int!) { products(first: $n) { id } }';

const db = testDatabase();
let gateway: TinyGateway;
beforeAll(async () => {
  gateway = await startTinyGateway('in process', {
    mongoUri: db.uri,
    prefix: db.name,
    access: 'guarded',
    documents: [products],
    budgets: { caller: 60, partner: 100, address: 200 },
  });
});
afterAll(() => gateway?.stop());

const bearer = async (sub: string, claims = {}) => ({
  authorization: `Bearer ${await gateway.issuer.issue({ sub, ...claims })}`,
});
const list = (n: number, headers = {}) => gateway.post({ query: products, variables: { n } }, headers);

test('who spent their points waits, and nobody else does', async () => {
  const [greedy, modest] = await Promise.all([bearer('mbr_greedy'), bearer('mbr_modest')]);
  expect((await list(50, greedy)).status).toBe(200);
  gateway.calls.length = 0;
  const refused = await list(50, greedy);
  expect(refused.status).toBe(429);
  expect(refused.body).toEqual({
    errors: [
      {
        message: 'Too many requests. Please try again later.',
        extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number), requestId: expect.any(String) },
      },
    ],
  });
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(30);
  expect(seconds).toBeLessThan(60);
  expect(gateway.calls).toEqual([]);
  expect((await list(50, modest)).status).toBe(200);
});

test('a partner has its own budget, whatever its key', async () => {
  expect((await list(80, { authorization: `Bearer ${tinyApiKey}` })).status).toBe(200);
  expect((await list(80, { authorization: `Bearer ${tinyApiKey}` })).status).toBe(429);
});

test('what costs more than a whole minute is refused for good', async () => {
  const answer = await list(90, await bearer('mbr_big'));
  expect([answer.status, answer.body.errors?.[0]]).toMatchObject([
    400,
    {
      message: 'The request costs 91 points, more than the 60 that you have a minute.',
      extensions: { code: 'TOO_EXPENSIVE' },
    },
  ]);
});

test('requests that can’t be run are paid for as well', async () => {
  const guesser = await bearer('mbr_guesser');
  expect((await gateway.post({ query: '{ guess1 }' }, guesser)).status).toBe(400);
  expect((await gateway.post({ query: '{ guess2 }' }, guesser)).status).toBe(400);
  expect((await gateway.post({ query: '{ guess3 }' }, guesser)).status).toBe(429);
});

test('analysts are shown what a request may cost and what it did', async () => {
  const analyst = await bearer('stf_1', { kind: 'ANALYST', roles: ['ANALYST'], tier: null });
  const { body } = await gateway.post({ query: '{ products(first: 40) { id } }' }, analyst);
  const found = body.data?.['products'] as unknown[];
  expect((body as { extensions?: unknown }).extensions).toEqual({ cost: { estimate: 41, actual: 1 + found.length } });
  expect((await list(1, await bearer('mbr_curious'))).body).not.toHaveProperty('extensions');
});
