import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();
const logged: { msg: string; level: number }[] = [];
let gateway: TinyGateway;
let member: { authorization: string };
beforeAll(async () => {
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(JSON.parse(line) as never) });
  gateway = await startTinyGateway('over HTTP', { mongoUri: db.uri, prefix: db.name, log });
  member = { authorization: `Bearer ${await gateway.issuer.issue()}` };
});
afterAll(() => gateway?.stop());

const product =
  'query Product($id: ID!, $all: Boolean = true) { product(id: $id) { id name: title sold @include(if: $all) } }';
const buy = 'mutation Buy { buy(productId: "prd_tea") { memberId total { amount currency } product { title } } }';
/** The subgraphs of the tiny graph log into the same stream. */
const ofTheGateway = /gave no answer|in the gateway/;

/** Everything of an answer that must not depend on the way it was made. */
async function ask(body: object, headers: Record<string, string>) {
  logged.length = 0;
  gateway.calls.length = 0;
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { 'x-request-id': requestId = '', date: _date, ...rest } = Object.fromEntries(response.headers);
  const text = (await response.text()).replaceAll(requestId, 'the request');
  const log = logged.filter(({ msg }) => ofTheGateway.test(msg)).map(({ msg, level }) => ({ msg, level }));
  return { status: response.status, headers: rest, text, log, calls: [...gateway.calls] };
}

// The first time an operation is Apollo's, later ours.
test.each<[string, object, Record<string, string>]>([
  ['a query', { query: product, variables: { id: 'prd_tea' } }, {}],
  [
    'a query whose condition leaves a field out',
    { query: `${product} `, variables: { id: 'prd_tea', all: false } },
    {},
  ],
  ['nothing found', { query: `${product}  `, variables: { id: 'prd_none' } }, {}],
  ['a chosen operation', { query: `${product} query Other { __typename }`, operationName: 'Other' }, {}],
  ['a mutation over two subgraphs', { query: buy }, { signedIn: 'yes' }],
  ['a refusal', { query: 'mutation { renameProduct(id: "a", title: "b") { title } }' }, {}],
  ['a resolver that fails', { query: '{ broken }' }, {}],
  ['a part of the answer', { query: '{ broken product(id: "prd_cup") { title cost } }' }, {}],
  ['a subgraph that takes too long', { query: '{ slow(ms: 20000) product(id: "prd_cup") { title } }' }, {}],
  ['another media type', { query: '{ products(first: 2) { id } }' }, { accept: 'application/graphql-response+json' }],
  ['variables that do not fit', { query: `${product}   `, variables: {} }, {}],
])('%s is answered in the same way by Apollo and by what is compiled', async (_, body, { signedIn, ...given }) => {
  const headers = signedIn ? { ...given, ...member } : given;
  const first = await ask(body, headers);
  expect(await ask(body, headers)).toEqual(first);
  expect(await ask(body, headers)).toEqual(first);
});

test('a client that goes away ends the work for its query', async () => {
  logged.length = 0;
  gateway.calls.length = 0;
  const leaving = request(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  });
  leaving.on('error', () => leaving.destroy()).end(JSON.stringify({ query: '{ slow(ms: 60000) }' }));
  await eventually(async () => expect(gateway.calls).toHaveLength(1));
  leaving.destroy();
  // The subgraph's resolver listens; that nobody waits any more is nobody's fault.
  await eventually(async () => expect(logged.map(({ msg }) => msg)).toContain('a resolver failed'));
  expect(logged.filter(({ msg }) => ofTheGateway.test(msg))).toEqual([]);
});
