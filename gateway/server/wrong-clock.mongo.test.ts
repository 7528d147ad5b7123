import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createToldClock } from '#kit/clock/told-clock.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { startTinyGateway, type TinyGateway } from '../fixtures/tiny-gateway.ts';

const db = testDatabase();
/** The machine's clock against the right time, milliseconds. */
let off = 0;
const clock = createToldClock({ machine: { now: () => new Date(Date.now() + off) }, keep: 1 });
let gateway: TinyGateway;
beforeAll(async () => {
  gateway = await startTinyGateway('over HTTP', { mongoUri: db.uri, prefix: db.name, clock });
});
afterAll(() => gateway?.stop());

test.each([
  ['jumps ten minutes ahead', 600_000],
  ['jumps an hour back', -3_600_000],
  ['is put right again', 0],
])('a gateway whose machine’s clock %s answers as before', async (_, ms) => {
  off = ms;
  const { status, body } = await gateway.post({ query: '{ product(id: "prd_tea") { title } }' });
  expect([status, body]).toEqual([200, { data: { product: { title: 'prd_tea' } } }]);
  expect(Math.abs(clock.now().getTime() - Date.now())).toBeLessThan(5_000);
  const member = { authorization: `Bearer ${await gateway.issuer.issue()}` };
  const mine = await gateway.post({ query: 'mutation { buy(productId: "prd_tea") { memberId } }' }, member);
  expect(mine.body).toEqual({ data: { buy: { memberId: 'mbr_1' } } });
});
