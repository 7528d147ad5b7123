import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { benefitWorld } from '../testing/benefit-world.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, lockOf, paid } from '../testing/orders.ts';

const world = benefitWorld(testDatabase());
const { either, lock, heldOrder, budgetOf, couponState, claim } = world;

describe('the price of an order that is priced anew', () => {
  const priced = (more: Record<string, unknown>) =>
    either().operate(
      'quote',
      {
        ...{ channel: 'web', currency: 'CNY', memberId: 'mbr_1', tierLevel: 1, couponCodes: [], freightMinor: 0 },
        ...{ couponIds: [], points: { requested: 0, balance: 0 } },
        lines: [
          {
            ...{ lineId: 'l', skuId: 'anew', productId: 'prd_anew', brandId: null, categorySlugs: [] },
            ...{ quantity: 1, unitPriceMinor: 10_000 },
          },
        ],
        ...more,
      },
      systemViewer('order', { locale: 'en' }),
    );

  test('rests on what it has locked as if that were free, and on nobody else’s', async () => {
    const promotionId = await aPromotion(either(), {
      ...{ scope: { skuIds: ['anew'] }, kind: 'TIMED_PRICE', ladder: [{ amountOff: yuan('20') }] },
      ...{ budget: yuan('20'), usageLimit: 1, perMemberLimit: 1 },
    });
    const templateId = await aTemplate(either(), {
      scope: { skuIds: ['anew'] },
      budget: yuan('5'),
      amountOff: yuan('5'),
    });
    const couponId = await claim(templateId);
    expect((await priced({ couponIds: [couponId] })).totalMinor).toBe(7_500);
    const orderId = anOrderId();
    await lock(
      lockOf(orderId, {
        promotions: [{ promotionId, amountMinor: 2_000 }],
        coupons: [{ templateId, couponId, amountMinor: 500 }],
      }),
    );
    expect((await priced({})).totalMinor).toBe(10_000);
    expect(await priced({ orderId })).toMatchObject({
      totalMinor: 7_500,
      benefits: { promotions: [{ promotionId, amountMinor: 2_000 }], coupons: [{ couponId, amountMinor: 500 }] },
    });
    expect((await priced({ orderId, memberId: 'mbr_2' })).totalMinor).toBe(10_000);
    expect(await priced({ orderId, keepsCoupons: false })).toMatchObject({ totalMinor: 8_000, rejected: [] });
    expect((await priced({ orderId, keepsCoupons: false, couponIds: [couponId] })).totalMinor).toBe(7_500);
    await either().operate('releaseBenefits', { orderId });
    expect((await priced({ orderId })).totalMinor).toBe(8_000);
  });
});

describe('what a later attempt of an unpaid order locks in place of an earlier one', () => {
  test('is what counts: other amounts, and a coupon that is not wanted any more is free', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    const request = lockOf(orderId, { attempt: 2, instead: true, promotions: [{ promotionId, amountMinor: 300 }] });
    for (let times = 0; times < 3; times += 1) expect(await lock(request)).toMatchObject({ ok: true });
    expect(await budgetOf('promotions', promotionId)).toEqual([9_700, 300, 0]);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([5_000, 0, 0]);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
    await paid(either(), orderId);
    expect(await budgetOf('promotions', promotionId)).toEqual([9_700, 0, 300]);
  });

  test('may be the last use and the last cent, which the order has itself', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('10'), usageLimit: 1, perMemberLimit: 1 });
    const orderId = anOrderId();
    await lock(lockOf(orderId, { promotions: [{ promotionId, amountMinor: 600 }] }));
    const more = { attempt: 2, instead: true, promotions: [{ promotionId, amountMinor: 1_000 }] };
    expect(await lock(lockOf(orderId, more))).toMatchObject({ ok: true });
    expect(await budgetOf('promotions', promotionId)).toEqual([0, 1_000, 0]);
    await either().operate('releaseBenefits', { orderId, attempt: 2 });
    expect(await budgetOf('promotions', promotionId)).toEqual([1_000, 0, 0]);
  });

  test('is refused as a whole when one thing can’t be had: what was locked stays locked', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    const before = [await budgetOf('promotions', promotionId), await budgetOf('couponTemplates', templateId)];
    const greedy = {
      attempt: 2,
      instead: true,
      promotions: [{ promotionId, amountMinor: 10_001 }],
      coupons: [{ templateId, couponId, amountMinor: 100 }],
    };
    expect(await lock(lockOf(orderId, greedy))).toMatchObject({ ok: false, refusals: [{ code: 'BUDGET_EXHAUSTED' }] });
    expect([await budgetOf('promotions', promotionId), await budgetOf('couponTemplates', templateId)]).toEqual(before);
    expect(await couponState(couponId)).toEqual(['LOCKED', orderId]);
    const stillItsOwn = { promotions: [{ promotionId, amountMinor: 1_000 }], coupons: greedy.coupons };
    expect(await lock(lockOf(orderId, stillItsOwn))).toMatchObject({ ok: true });
  });

  test('is nothing that a paid order, or an attempt that is over, can have', async () => {
    const { promotionId, orderId } = await heldOrder();
    const asked = (attempt: number) =>
      lock(lockOf(orderId, { attempt, instead: true, promotions: [{ promotionId, amountMinor: 1 }] }));
    await asked(3);
    expect(await asked(2)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE', state: 'LOCKED' }] });
    await either().operate('releaseBenefits', { orderId, attempt: 3 });
    expect(await asked(3)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE', state: 'RELEASED' }] });
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('can’t be taken by others in between, however many ask for it at the same time', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('10') });
    const orderId = anOrderId();
    const hold = (more: object) => lockOf(orderId, { promotions: [{ promotionId, amountMinor: 1_000 }], ...more });
    await lock(hold({}));
    for (let attempt = 2; attempt < 8; attempt += 1) {
      const strangers = Array.from({ length: 10 }, () =>
        lock(lockOf(anOrderId(), { memberId: 'mbr_2', promotions: [{ promotionId, amountMinor: 1 }] })),
      );
      expect(await lock(hold({ attempt, instead: true }))).toMatchObject({ ok: true });
      expect((await Promise.all(strangers)).filter(({ ok }) => ok)).toEqual([]);
    }
    expect(await budgetOf('promotions', promotionId)).toEqual([0, 1_000, 0]);
  });
});
