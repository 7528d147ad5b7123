import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aTemplate } from '../testing/offers.ts';
import { memberViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});

const claim = async (templateId: string, idempotencyKey: string, { by = app, memberId = 'mbr_1' } = {}) => {
  const mutation = `mutation ($input: ClaimCouponInput!) {
    claimCoupon(input: $input) { coupon { id } userErrors { code } }
  }`;
  const { data } = await by.ask(mutation, { input: { templateId, idempotencyKey } }, memberViewer(memberId));
  return { id: data?.claimCoupon.coupon?.id, refusals: data?.claimCoupon.userErrors };
};

test('a coupon is claimed once for a key, in whatever process, also where a member may have several', async () => {
  const [templateId, another] = [await aTemplate(app, { perMemberLimit: 3 }), await aTemplate(app)];
  const clicks = await Promise.all([app, twin, app].map((by) => claim(templateId, 'click-1', { by })));
  expect(new Set(clicks.map(({ id }) => id))).toEqual(new Set([expect.stringMatching(/^cpn_/)]));
  const { id } = await claim(templateId, 'click-2');
  expect(id).not.toBe(clicks[0]?.id);
  // The key of another member is another key.
  expect((await claim(templateId, 'click-1', { memberId: 'mbr_2' })).id).not.toBe(clicks[0]?.id);
  expect(await db.connection.collection('coupons').countDocuments({ templateId })).toBe(3);
  expect((await claim(another, 'click-1')).refusals).toEqual([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  expect(await db.connection.collection('coupons').countDocuments({ templateId: another })).toBe(0);
});
