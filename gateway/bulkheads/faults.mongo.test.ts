import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { ownTimeOf } from '#kit/testing/own-time.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { type FaultyLink, faults, startFaultyLink } from '../fixtures/faulty-link.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();
const links = new Map<string, FaultyLink>();
let gateway: TinyGateway;
let member: { authorization: string };
let id: unknown;
beforeAll(async () => {
  gateway = await startTinyGateway('over HTTP', {
    mongoUri: db.uri,
    prefix: db.name,
    async through(urls) {
      for (const [name, url] of Object.entries(urls)) links.set(name, await startFaultyLink(url));
      return Object.fromEntries([...links].map(([name, { url }]) => [name, url]));
    },
  });
  member = { authorization: `Bearer ${await gateway.issuer.issue()}` };
  const bought = await gateway.post({ query: 'mutation { buy(productId: "prd_tea") { id } }' }, member);
  id = (bought.body.data?.['buy'] as { id: string } | undefined)?.id;
});
afterAll(async () => {
  await Promise.all([...links.values()].map((link) => link.stop()));
  await gateway?.stop();
});

afterEach(() => Promise.all([...links.values()].map((link) => link.suffer(null))));

const query = 'query Both($id: ID!) { product(id: "prd_cup") { title } order(id: $id) { memberId } }';
const ask = () => gateway.post({ query, variables: { id } }, member);
const healthy = { product: { title: 'prd_cup' }, order: { memberId: 'mbr_1' } };

describe.each(['product', 'order'])('when the subgraph %s', (name) => {
  test.each(faults)(
    '%s: its part is missing, the other is there in time, and soon after its return all is well',
    async (fault) => {
      const link = links.get(name);
      await eventually(async () => expect((await ask()).body.data).toEqual(healthy));
      await link?.suffer(fault);
      // As many as make it count as away.
      const { value: answers, ms } = await ownTimeOf(() => Promise.all(Array.from({ length: 8 }, ask)));
      expect(ms).toBeLessThan(5000);
      for (const { status, body } of answers) {
        expect([status, body.data]).toEqual([200, { ...healthy, [name]: null }]);
        expect(body.errors).toMatchObject([
          { message: 'Too busy right now. Please try again.', extensions: { code: 'BUSY', retryAfterMs: 1000 } },
        ]);
        expect(JSON.stringify(body)).not.toMatch(/secret|127\.0\.0\.1|ECONN|stack/);
      }

      await link?.suffer(null);
      const mended = await ownTimeOf(() =>
        eventually(async () => expect((await ask()).body).toEqual({ data: healthy })),
      );
      expect(mended.ms).toBeLessThan(1000);
    },
  );
});

test('a change whose answer gets lost is told as one of which nobody knows whether it was made', async () => {
  const link = links.get('order');
  await link?.suffer('is cut off in the middle of its answer');
  const { body } = await gateway.post({ query: 'mutation { buy(productId: "prd_tea") { id } }' }, member);
  expect(body.errors).toMatchObject([
    {
      message: 'There was no answer in time. It is not known whether this was done.',
      extensions: { code: 'BUSY', retryAfterMs: 1000, effect: 'UNKNOWN' },
    },
  ]);
});

test('while a subgraph stays away nobody waits for it', async () => {
  const link = links.get('order');
  await link?.suffer('says nothing for a minute');
  await Promise.all(Array.from({ length: 8 }, ask));
  const askedBefore = link?.asked() ?? 0;
  const begunAt = performance.now();
  const answers = await Promise.all(Array.from({ length: 60 }, ask));
  const trials = (link?.asked() ?? 0) - askedBefore;
  expect(answers.map(({ body }) => body.data)).toEqual(answers.map(() => ({ ...healthy, order: null })));
  // One in a quarter of a second tries whether it is back.
  expect(trials).toBeLessThanOrEqual(1 + (performance.now() - begunAt) / 250);
});
