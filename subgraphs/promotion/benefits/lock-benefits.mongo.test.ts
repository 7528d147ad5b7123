import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { benefitWorld, type Row } from '../testing/benefit-world.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, cancelled, lockOf, paid } from '../testing/orders.ts';
import { memberViewer } from '../testing/promotion-app.ts';

const db = testDatabase();
const { either, setClock, rowOf, lock, budgetOf, couponState, claim, heldOrder } = benefitWorld(db);

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
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
    const request = lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1_000 }] });
    const answers = await Promise.all(Array.from({ length: 20 }, () => lock(request)));
    for (const answer of answers) expect(answer).toEqual({ ok: true, value: { couponIds: [] } });
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 1_000, 0]);
  });

  test('holds nothing at all when one of them is refused', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
    const templateId = await aTemplate(either());
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
    const templateId = await aTemplate(either(), { code: 'CLAIM-AT-LOCK', totalLimit: 1 });
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
    await cancelled(either(), orderId, false);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test.each<[string, string, (couponId: string) => Promise<void>]>([
    ['expired', 'EXPIRED', async () => setClock('2026-07-01T00:00:00.000Z')],
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
        await paid(either(), orderId);
      },
    ],
  ])('refuses a coupon that is %s', async (_, reason, before) => {
    const couponId = await claim(await aTemplate(either()));
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
    const couponId = await claim(await aTemplate(either()));
    const wanted = await couponOnly(couponId);
    const answers = await Promise.all(Array.from({ length: 50 }, () => lock(lockOf(anOrderId(), wanted))));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
  });

  test('never overspends a budget: ten of sixty orders get their ¥10 of ¥100', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
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
    const promotionId = await aPromotion(either(), { budget: yuan('15') });
    const hold = (amountMinor: number) => lock(lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor }] }));
    expect((await hold(1_000)).ok).toBe(true);
    expect(await hold(501)).toMatchObject({ ok: false, refusals: [{ code: 'BUDGET_EXHAUSTED' }] });
    expect((await hold(500)).ok).toBe(true);
  });

  test.each([
    ['in all', { usageLimit: 3 }, (index: number) => `mbr_${index}`],
    ['by one member', { perMemberLimit: 3 }, () => 'mbr_1'],
  ])('lets a promotion be used as often as it may be %s, however many ask at once', async (_, limit, memberOf) => {
    const promotionId = await aPromotion(either(), limit);
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
    const promotionId = await aPromotion(either());
    const pause =
      'mutation ($input: PausePromotionInput!) { pausePromotion(input: $input) { promotion { status } userErrors { code } } }';
    const staff = { ...memberViewer('stf_1'), kind: 'STAFF' as const, scopes: ['promotion:write'] };
    expect((await either().ask(pause, { input: { promotionId } }, staff)).data.pausePromotion.promotion.status).toBe(
      'PAUSED',
    );
    expect(await lock(lockOf(anOrderId(), { promotions: [{ promotionId, amountMinor: 1 }] }))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'PAUSED', promotionId }],
    });
  });

  test('is not done for a member who isn’t the caller', async () => {
    const call = either().operate('lockBenefits', lockOf(anOrderId()), memberViewer('mbr_2'));
    await expect(call).rejects.toMatchObject({ code: 'REFUSED', reason: 'FORBIDDEN' });
  });
});
