import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { pino } from 'pino';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const registered = 'query Slow($ms: Int!) { slow(ms: $ms) product(id: "prd_tea") { title } }';
const quick = 'query Titles { products(first: 2) { title } }';

const db = testDatabase();
const logged: Record<string, unknown>[] = [];
let gateway: TinyGateway;
beforeAll(async () => {
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line) as never) });
  const documents = [registered, quick];
  gateway = await startTinyGateway('over HTTP', {
    mongoUri: db.uri,
    prefix: db.name,
    log,
    documents,
    slowMs: 1_500,
    answerWithin: 4_000,
  });
});
afterAll(() => gateway?.stop());

async function metric(line: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  const found = text.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? 0 : Number(found.slice(line.length));
}
const times = (operation: string, outcome: string) =>
  metric(`fullchain_operation_seconds_count{service="gateway",operation="${operation}",outcome="${outcome}"}`);
const errors = (operation: string, code: string) =>
  metric(`fullchain_errors_total{operation="${operation}",code="${code}",service="gateway"}`);

describe('operations are counted', () => {
  test('by the names of registered documents, and all others as one', async () => {
    await gateway.post({ query: quick });
    await gateway.post({ query: 'query MadeUp1 { products(first: 1) { id } }' });
    await gateway.post({ query: 'query MadeUp2 { products(first: 1) { id } }' });
    await eventually(async () => expect([await times('Titles', 'ok'), await times('other', 'ok')]).toEqual([1, 2]));
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(text).not.toContain('MadeUp');
  });

  test('with their errors by code, those that were refused as well', async () => {
    await gateway.post({ query: '{ broken }' });
    await gateway.post({ query: '{ nothingLikeThat }' });
    await gateway.post({ query: '{ broken' });
    await gateway.post('not JSON');
    await eventually(async () =>
      expect([
        await times('other', 'error'),
        await errors('other', 'INTERNAL_SERVER_ERROR'),
        await errors('refused', 'GRAPHQL_VALIDATION_FAILED'),
        await errors('refused', 'GRAPHQL_PARSE_FAILED'),
        await errors('refused', 'BAD_USER_INPUT'),
      ]).toEqual([1, 1, 1, 1, 1]),
    );
  });

  test('by subgraph', async () => {
    const calls = 'fullchain_neighbour_call_seconds_count{service="gateway",target="product",operation="/graphql"';
    const before = await metric(`${calls},outcome="ok"}`);
    await gateway.post({ query: quick });
    expect(await metric(`${calls},outcome="ok"}`)).toBe(before + 1);
  });
});

describe('a slow operation', () => {
  const slowLines = ({ headers }: { readonly headers: Headers }) =>
    logged.filter(
      (line) => line['msg'] === 'an operation was slow' && line['requestId'] === headers.get('x-request-id'),
    );

  test('is written down with its plan and who took how long, and without its variables', async () => {
    const answer = await gateway.post({ query: registered, variables: { ms: 1_571 } });
    expect(answer.body.data).toEqual({ slow: 1_571, product: { title: 'prd_tea' } });
    await eventually(async () => expect(slowLines(answer)).toHaveLength(1));
    const [{ ms, fetches, ...line } = {}] = slowLines(answer);
    expect(line).toMatchObject({
      operation: 'Slow',
      documentHash: `sha256:${createHash('sha256').update(registered).digest('hex')}`,
      plan: 'product',
      requestId: answer.headers.get('x-request-id'),
    });
    expect(ms).toBeGreaterThanOrEqual(1_570);
    expect(fetches).toEqual([
      { subgraph: 'product', after: expect.any(Number), took: expect.any(Number), outcome: 'ok' },
    ]);
    expect(Object.keys(line)).not.toContain('variables');
  });

  test('of a document that is not registered is named by its hash only', async () => {
    const answer = await gateway.post({ query: 'query Of13912345678 { slow(ms: 1572) }' });
    await eventually(async () => expect(slowLines(answer)).toHaveLength(1));
    expect(slowLines(answer)[0]).toMatchObject({ operation: 'other', plan: 'product' });
    expect(JSON.stringify(logged)).not.toContain('13912345678');
  });

  test('is none below the limit', async () => {
    const answer = await gateway.post({ query: registered, variables: { ms: 1 } });
    // By now what came before has been written down.
    await gateway.post({ query: quick });
    expect(slowLines(answer)).toEqual([]);
  });
});
