import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { memberViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, cancelled, lockOf, paid, refunded } from '../testing/orders.ts';
import { createBenefitLockStore } from './store/benefit-locks.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;
/** A second process on the same database: what holds must hold between processes, too. */
let twin: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
  twin = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
  await app.subgraph.start();
});
afterAll(async () => {
  await app?.subgraph.stop();
  await twin?.subgraph.stop();
});
beforeEach(() => app.clock.set(noon));

interface Row {
  readonly _id: string;
  readonly budget: { leftMinor: number; committedMinor: number; spentMinor: number; limitMinor: number } | null;
  readonly usesLeft: number;
  readonly status: string;
  readonly orderId: string | null;
  readonly claimsLeft: number;
}
const rowOf = (collection: string, id: string) => db.connection.collection<Row>(collection).findOne({ _id: id });
const budgetOf = async (collection: string, id: string) => {
  const budget = (await rowOf(collection, id))?.budget;
  return budget && [budget.leftMinor, budget.committedMinor, budget.spentMinor];
};

async function claim(templateId: string, memberId = 'mbr_1'): Promise<string> {
  const mutation =
    'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } userErrors { code } } }';
  const { data } = await app.ask(mutation, { input: { templateId } }, memberViewer(memberId));
  return data.claimCoupon.coupon.id;
}
const couponState = async (id: string) => {
  const row = await rowOf('coupons', id);
  return [row?.status, row?.orderId];
};

/** Calls go to the two processes in turn. */
let calls = 0;
const either = () => ((calls += 1) % 2 === 0 || app.clock.now().toISOString() !== noon ? app : twin);
const lock = (request: ReturnType<typeof lockOf>) => either().operate('lockBenefits', request);
const release = (orderId: string) => either().operate('releaseBenefits', { orderId });

/** A budgeted promotion and a coupon with a budget, both held by one order. */
async function heldOrder() {
  const promotionId = await aPromotion(app, { budget: yuan('100'), usageLimit: 5, perMemberLimit: 2 });
  const templateId = await aTemplate(app, { budget: yuan('50') });
  const couponId = await claim(templateId);
  const orderId = anOrderId();
  const request = lockOf(orderId, {
    promotions: [{ promotionId, amountMinor: 1_000 }],
    coupons: [{ templateId, couponId, amountMinor: 500 }],
  });
  const answer = await lock(request);
  return { promotionId, templateId, couponId, orderId, request, answer };
}

describe('locking the benefits of an order', () => {
  test('holds budget, use and coupon, and answers the same when asked again', async () => {
    const { promotionId, templateId, couponId, orderId, request, answer } = await heldOrder();
    expect(answer).toEqual({ ok: true, value: { couponIds: [couponId] } });
    expect(await lock(request)).toEqual(answer);
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 1_000, 0]);
    expect((await rowOf('promotions', promotionId))?.usesLeft).toBe(4);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([4_500, 500, 0]);
    expect(await couponState(couponId)).toEqual(['LOCKED', orderId]);
  });

  test('holds once when the same call comes twenty times at once', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('100') });
    const request = lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1_000 }] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => lock(request)));
    for (const answer of answers) expect(answer).toEqual({ ok: true, value: { couponIds: [] } });
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 1_000, 0]);
  });

  test('holds nothing at all when one of them is refused', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('100') });
    const templateId = await aTemplate(app);
    const foreign = await claim(templateId, 'mbr_2');
    const orderId = anOrderId();
    const coupons = [{ templateId, couponId: foreign, amountMinor: 500 }];
    expect(await lock(lockOf(orderId, { promotions: [{ promotionId, amountMinor: 1_000 }], coupons }))).toEqual({
      ok: false,
      refusals: [
        {
          type: 'CouponNotUsableError',
          code: 'COUPON_NOT_USABLE',
          path: ['couponIds'],
          couponId: foreign,
          reason: 'NOT_FOUND',
        },
      ],
    });
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    expect(await couponState(foreign)).toEqual(['CLAIMED', null]);
    expect(await rowOf('benefitLocks', orderId)).toBeNull();
  });

  test('claims a coupon that came by code, which stays the member’s when the order is cancelled', async () => {
    const templateId = await aTemplate(app, { code: 'CLAIM-AT-LOCK', totalLimit: 1 });
    const orderId = anOrderId();
    const coupons = [{ templateId, couponId: null, amountMinor: 500 }];
    const answer = await lock(lockOf(orderId, { coupons }));
    const [couponId] = answer.value.couponIds;
    expect(await couponState(couponId)).toEqual(['LOCKED', orderId]);
    expect((await rowOf('couponTemplates', templateId))?.claimsLeft).toBe(0);
    expect(await lock(lockOf(anOrderId(), { memberId: 'mbr_2', coupons }))).toMatchObject({
      ok: false,
      refusals: [{ code: 'COUPON_NOT_USABLE', couponId: null, reason: 'USED_UP' }],
    });
    await cancelled(app, orderId, false);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test.each([
    ['expired', 'EXPIRED', async (_: string) => app.clock.set('2026-07-01T00:00:00.000Z')],
    [
      'locked by another order',
      'LOCKED_BY_ORDER',
      async (couponId: string) => void (await lock(lockOf(anOrderId(), await couponOnly(couponId)))),
    ],
    [
      'used',
      'ALREADY_USED',
      async (couponId: string) => {
        const orderId = anOrderId();
        await lock(lockOf(orderId, await couponOnly(couponId)));
        await paid(app, orderId);
      },
    ],
  ])('refuses a coupon that is %s', async (_, reason, before) => {
    const couponId = await claim(await aTemplate(app));
    await before(couponId);
    expect(await lock(lockOf(anOrderId(), await couponOnly(couponId)))).toMatchObject({
      ok: false,
      refusals: [{ type: 'CouponNotUsableError', code: 'COUPON_NOT_USABLE', couponId, reason }],
    });
  });

  const couponOnly = async (couponId: string) => {
    const coupon = await db.connection.collection<Row & { templateId: string }>('coupons').findOne({ _id: couponId });
    return { coupons: [{ templateId: coupon?.templateId, couponId, amountMinor: 500 }] };
  };

  test('lets one of fifty orders have a coupon that all of them want', async () => {
    const couponId = await claim(await aTemplate(app));
    const wanted = await couponOnly(couponId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => lock(lockOf(anOrderId(), wanted))));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  });

  test('never overspends a budget: ten of sixty orders get their ¥10 of ¥100', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('100') });
    const requests = Array.from({ length: 60 }, () =>
      lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1_000 }] }),
    );
    const answers = await Promise.all(requests.map((request) => lock(request)));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
    for (const answer of answers.filter((one) => !one.ok)) {
      expect(answer.refusals).toEqual([{ type: 'BudgetExhaustedError', code: 'BUDGET_EXHAUSTED', promotionId }]);
    }
    expect(await budgetOf('promotions', promotionId)).toEqual([0, 10_000, 0]);
  });

  test('refuses what is over the rest of a budget, and then takes what fits', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('15') });
    const hold = (amountMinor: number) => lock(lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor }] }));
    expect((await hold(1_000)).ok).toBe(true);
    expect(await hold(501)).toMatchObject({ ok: false, refusals: [{ code: 'BUDGET_EXHAUSTED' }] });
    expect((await hold(500)).ok).toBe(true);
  });

  test.each([
    ['in all', { usageLimit: 3 }, (index: number) => `mbr_${index}`],
    ['by one member', { perMemberLimit: 3 }, () => 'mbr_1'],
  ])('lets a promotion be used as often as it may be %s, however many ask at once', async (_, limit, memberOf) => {
    const promotionId = await aPromotion(app, limit);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_unused, index) =>
        lock(lockOf(anOrderId(), { memberId: memberOf(index), promotions: [{ promotionId, amountMinor: 1 }] })),
      ),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(3);
    expect(answers.find((answer) => !answer.ok)?.refusals).toEqual([
      { type: 'PromotionLimitReachedError', code: 'PROMOTION_LIMIT_REACHED', promotionId },
    ]);
  });

  test('refuses a promotion that was paused since the price was shown', async () => {
    const promotionId = await aPromotion(app);
    const pause =
      'mutation ($input: PausePromotionInput!) { pausePromotion(input: $input) { promotion { status } userErrors { code } } }';
    const staff = { ...memberViewer('stf_1'), kind: 'STAFF' as const, scopes: ['promotion:write'] };
    expect((await app.ask(pause, { input: { promotionId } }, staff)).data.pausePromotion.promotion.status).toBe(
      'PAUSED',
    );
    expect(await lock(lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1 }] }))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'PAUSED', promotionId }],
    });
  });

  test('is not done for a member who isn’t the caller', async () => {
    const call = app.operate('lockBenefits', lockOf(anOrderId()), memberViewer('mbr_2'));
    await expect(call).rejects.toMatchObject({ code: 'REFUSED', reason: 'FORBIDDEN' });
  });
});

describe('giving benefits back', () => {
  test('returns everything once, however often it is asked', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    const answers = await Promise.all(Array.from({ length: 10 }, () => release(orderId)));
    expect(answers.map((answer) => answer.released).sort()).toEqual([...Array.from({ length: 9 }, () => 0), 2]);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    expect((await rowOf('promotions', promotionId))?.usesLeft).toBe(5);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([5_000, 0, 0]);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test('forbids a lock that comes after it', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('100') });
    const orderId = anOrderId();
    expect(await release(orderId)).toEqual({ released: 0 });
    expect(await lock(lockOf(orderId, { promotions: [{ promotionId, amountMinor: 1_000 }] }))).toEqual({
      ok: false,
      refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', path: ['orderId'], state: 'RELEASED' }],
    });
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('leaves nothing held when lock and release of an order race', async () => {
    const promotionId = await aPromotion(app, { budget: yuan('100') });
    await Promise.all(
      Array.from({ length: 15 }, async () => {
        const orderId = anOrderId();
        const request = lockOf(orderId, { promotions: [{ promotionId, amountMinor: 100 }] });
        await Promise.all([lock(request), release(orderId)]);
        expect(await rowOf('benefitLocks', orderId)).toMatchObject({ state: 'RELEASED' });
      }),
    );
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('lets a member use a promotion again that one member may use twice', async () => {
    const { promotionId, orderId } = await heldOrder();
    const once = () => lock(lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1 }] }));
    expect((await once()).ok).toBe(true);
    expect((await once()).ok).toBe(false);
    await release(orderId);
    expect((await once()).ok).toBe(true);
  });

  test('leaves what a paid order used', async () => {
    const { orderId, couponId } = await heldOrder();
    await paid(app, orderId);
    expect(await release(orderId)).toEqual({ released: 0 });
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
  });

  test('happens by itself ten minutes after an order should have been paid, if nobody told', async () => {
    const { orderId, couponId } = await heldOrder();
    app.clock.set('2026-06-18T04:40:00.000Z');
    await app.subgraph.runJob('release-overdue-benefits');
    expect(await couponState(couponId)).toEqual(['LOCKED', orderId]);
    app.clock.set('2026-06-18T04:40:00.001Z');
    await app.subgraph.runJob('release-overdue-benefits');
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
    expect(await explainOf(createBenefitLockStore(db.connection).overdueQuery(new Date(noon), 200))).toMatchObject({
      collectionScan: false,
      inMemorySort: false,
    });
  });
});

describe('what happens to the order', () => {
  test('turns held into spent when it is paid, once, however often that is told', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    await Promise.all(Array.from({ length: 3 }, () => paid(app, orderId)));
    await paid(app, orderId, 'evt_another');
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 0, 1_000]);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([4_500, 0, 500]);
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
  });

  test('gives everything back when it is cancelled after it was paid, once', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    await paid(app, orderId);
    await Promise.all(Array.from({ length: 3 }, () => cancelled(app, orderId, true)));
    await refunded(app, orderId, true);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    expect((await rowOf('promotions', promotionId))?.usesLeft).toBe(5);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([5_000, 0, 0]);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test('gives back a coupon whose time is over as expired', async () => {
    const { couponId, orderId } = await heldOrder();
    await paid(app, orderId);
    app.clock.set('2026-07-01T00:00:00.000Z');
    await cancelled(app, orderId, true);
    expect(await couponState(couponId)).toEqual(['EXPIRED', null]);
  });

  test('gives nothing back for a partial refund, and everything for a full one', async () => {
    const { promotionId, couponId, orderId } = await heldOrder();
    await paid(app, orderId);
    await refunded(app, orderId, false);
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
    await refunded(app, orderId, true);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('is of no interest when the order held nothing', async () => {
    const orderId = anOrderId();
    await paid(app, orderId);
    await cancelled(app, orderId, true);
    expect(await rowOf('benefitLocks', orderId)).toBeNull();
  });
});

describe('every budget', () => {
  test('adds up: left + committed + spent = limit, and nothing is negative', async () => {
    for (const collection of ['promotions', 'couponTemplates']) {
      for (const { budget } of await db.connection.collection<Row>(collection).find().toArray()) {
        if (!budget) continue;
        expect(budget.leftMinor + budget.committedMinor + budget.spentMinor).toBe(budget.limitMinor);
        for (const part of [budget.leftMinor, budget.committedMinor, budget.spentMinor])
          expect(part).toBeGreaterThanOrEqual(0);
      }
    }
  });
});
