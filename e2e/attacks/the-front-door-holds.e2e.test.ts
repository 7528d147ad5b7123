import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { keepRunLog } from '#kit/testing/run-logs.ts';
import { hostileBodies, hostileHeaders, nested } from './arsenal/bodies.ts';
import { hostileDocuments, hostileTexts } from './arsenal/documents.ts';
import { fireEverything } from './arsenal/fire-everything.ts';
import { startBesieged, type Besieged } from './arsenal/start-besieged.ts';
import { ProductPageDocument, SignInDocument, StorefrontDocument } from '../__generated__/operations.ts';
import { processesOf } from '../faults/running-processes.ts';
import { worldFacts } from '../setup/world-facts.ts';
import { createClient } from '../world/client.ts';

/** As a shop runs: six processes in production, registered documents only, every caller by their own view. */
let besieged: Besieged;
beforeAll(async () => {
  besieged = await startBesieged(worldFacts().mongoUri, (line) => keepRunLog('besieged', line));
  // Six processes start, on a machine that may be busy.
}, 180_000);
afterAll(() => besieged?.stop());

const untold = 'This operation is not valid.';

describe.each(Object.entries(hostileDocuments))('%s', (_, query) => {
  test.each(['stranger', 'shopper'] as const)('tells a %s nothing', async (who) => {
    const answer = await besieged.callers[who].sendText(query);
    expect([answer?.status, answer?.errors.map(({ message }) => message)]).toEqual([400, [untold]]);
  });

  test('is refused to an analyst, in no time, or answered within the rules', async () => {
    const { value: answer, ms } = await ownTimeOf(() => besieged.callers.analyst.sendText(query));
    expect(ms).toBeLessThan(5000);
    expect([200, 400]).toContain(answer?.status);
    expect(JSON.stringify(answer?.errors)).not.toMatch(/INTERNAL_SERVER_ERROR|node_modules|\.ts:|stack/);
  });
});

describe.each(Object.entries(hostileTexts))('%s', (_, text) => {
  test('is a text like any other', async () => {
    const searched = await besieged.callers.stranger.send(StorefrontDocument, { first: 5, search: text });
    expect([searched?.status, JSON.stringify(searched?.errors ?? [])]).toEqual([
      200,
      expect.not.stringContaining('INTERNAL_SERVER_ERROR'),
    ]);
    const page = await besieged.callers.stranger.send(ProductPageDocument, { slug: text });
    expect(page?.data?.product ?? null).toBeNull();
    const signedIn = await besieged.callers.stranger.send(SignInDocument, {
      input: { identifier: text, password: text },
    });
    expect(signedIn?.data?.signIn?.session ?? null).toBeNull();
    expect(JSON.stringify(signedIn?.errors ?? [])).not.toContain('INTERNAL_SERVER_ERROR');
  });
});

describe('a body', () => {
  const post = async (body: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await fetch(`${besieged.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  };

  test.each(Object.entries(hostileBodies))('%s is refused', async (_, { body, headers, status }) => {
    const answer = await post(body(), headers);
    expect([answer.status, answer.text]).toEqual([status, expect.not.stringMatching(/node_modules|\.ts:|stack|admin/)]);
  });

  test('of deep variables says nothing bad to an analyst either', async () => {
    const token = besieged.callers.analyst.options.token ?? '';
    const query = 'query ($f: ProductFilter) { products(first: 1, filter: $f) { totalCount } }';
    for (const depth of [10, 1000, 50_000]) {
      const body = `{"query":${JSON.stringify(query)},"variables":{"f":${nested(depth)}}}`;
      const answer = await post(body, { authorization: `Bearer ${token}` });
      expect([answer.status, answer.text]).toEqual([400, expect.not.stringContaining('INTERNAL_SERVER_ERROR')]);
    }
  });
});

test('a header that is no path to anything', async () => {
  for (const headers of hostileHeaders) {
    const answer = await fetch(`${besieged.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: '{ staff(first: 1) { totalCount } }' }),
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(untold)]);
  }
});

test('answers name no server', async () => {
  const { headers } = await fetch(`${besieged.url}/graphql`, { method: 'POST' });
  expect([headers.get('server'), headers.get('x-powered-by'), headers.get('x-content-type-options')]).toEqual([
    null,
    null,
    'nosniff',
  ]);
});

test('after all that the shop is open and quick to refuse', async () => {
  const flood = Array.from({ length: 300 }, (_, index) =>
    besieged.callers.stranger.sendText(`{ guess${index} { id } }`),
  );
  expect(new Set((await Promise.all(flood)).map((answer) => answer?.status))).toEqual(new Set([400]));
  expect((await fetch(`${besieged.url}/readyz`)).status).toBe(200);
  const listing = await createClient({ url: besieged.url }).ask(StorefrontDocument, { first: 5 });
  expect(listing.products.nodes).toEqual(expect.any(Array));
});

test('and however often, the same processes run, and none of them twice as large', async () => {
  const before = await processesOf(besieged.pid);
  for (let round = 0; round < 5; round += 1) await fireEverything(besieged.url, Object.values(besieged.callers));
  const after = await processesOf(besieged.pid);
  expect(after.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  expect(after).toHaveLength(6);
  // How flat it stays in the long run takes longer to tell: `npm run bench -- siege`.
  for (const [index, { residentBytes }] of after.entries())
    expect(residentBytes).toBeLessThan(2 * (before[index]?.residentBytes ?? 0));
});
