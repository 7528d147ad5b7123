import { describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { benefitWorld, noon, type Row } from '../testing/benefit-world.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, cancelled, edited, lockOf, paid, refunded } from '../testing/orders.ts';
import { createBenefitLockStore } from './store/benefit-locks.ts';

const db = testDatabase();
const { either, setClock, rowOf, lock, release, runJob, budgetOf, couponState, heldOrder } = benefitWorld(db);

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
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
    const orderId = anOrderId();
    expect(await release(orderId)).toEqual({ released: 0 });
    expect(await lock(lockOf(orderId, { promotions: [{ promotionId, amountMinor: 1_000 }] }))).toEqual({
      ok: false,
      refusals: [{ type: 'InvalidStateError', code: 'INVALID_STATE', path: ['orderId'], state: 'RELEASED' }],
    });
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('leaves nothing held when lock and release of an order race', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
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
    await paid(either(), orderId);
    expect(await release(orderId)).toEqual({ released: 0 });
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
  });

  test('happens by itself ten minutes after an order should have been paid, if nobody told', async () => {
    const { orderId, couponId } = await heldOrder();
    setClock('2026-06-18T04:40:00.000Z');
    await runJob('release-overdue-benefits');
    expect(await couponState(couponId)).toEqual(['LOCKED', orderId]);
    setClock('2026-06-18T04:40:00.001Z');
    await runJob('release-overdue-benefits');
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
    expect(await explainOf(createBenefitLockStore(db.connection).overdueQuery(new Date(noon), 200))).toMatchObject({
      collectionScan: false,
      inMemorySort: false,
    });
  });
});

describe('an order that is tried again', () => {
  test('locks anew, the coupon that it claimed by code among it, and nothing of the first attempt touches that', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('100'), perMemberLimit: 1 });
    const templateId = await aTemplate(either(), { budget: yuan('50'), perMemberLimit: 1, code: 'ANEW' });
    const orderId = anOrderId();
    const attempt = (number: number) =>
      lockOf(orderId, {
        attempt: number,
        promotions: [{ promotionId, amountMinor: 1_000 }],
        coupons: [{ templateId, couponId: null, amountMinor: 500 }],
      });
    const first = await lock(attempt(1));
    await release(orderId);
    expect(await lock(attempt(1))).toMatchObject({ ok: false, refusals: [{ state: 'RELEASED' }] });
    const second = await lock(attempt(2));
    expect(second).toEqual(first);
    expect(await lock(attempt(2))).toEqual(second);
    await cancelled(either(), orderId, false);
    expect(await release(orderId)).toEqual({ released: 0 });
    expect(await lock(attempt(1))).toMatchObject({ ok: false, refusals: [{ state: 'LOCKED' }] });
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 1_000, 0]);
    expect(await lock(attempt(3))).toEqual(second);
    await paid(either(), orderId);
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 0, 1_000]);
    expect(await couponState(second.value.couponIds[0])).toEqual(['USED', orderId]);
  });

  test('and was paid after its lock had run out takes again what is still there', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    setClock('2026-06-18T04:41:00.000Z');
    await runJob('release-overdue-benefits');
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    await paid(either(), orderId);
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 0, 1_000]);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([4_500, 0, 500]);
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
  });

  test('and was paid after its coupon went elsewhere is told so, once, and holds nothing', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    setClock('2026-06-18T04:41:00.000Z');
    await runJob('release-overdue-benefits');
    const faster = lockOf(anOrderId(), { coupons: [{ templateId, couponId, amountMinor: 500 }] });
    expect((await lock(faster)).ok).toBe(true);
    await paid(either(), orderId);
    await paid(either(), orderId, 'evt_paid_again');
    const told = await db.connection.collection('outbox').find({ aggregateId: orderId }).toArray();
    expect(told.map(({ name, payload }) => [name, payload])).toEqual([
      ['benefits.lost', { orderId, codes: ['COUPON_NOT_USABLE'] }],
    ]);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    expect(await couponState(couponId)).toEqual(['LOCKED', faster.orderId]);
  });
});

describe('what happens to the order', () => {
  test('turns held into spent when it is paid, once, however often that is told', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    await Promise.all(Array.from({ length: 3 }, () => paid(either(), orderId)));
    await paid(either(), orderId, 'evt_another');
    expect(await budgetOf('promotions', promotionId)).toEqual([9_000, 0, 1_000]);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([4_500, 0, 500]);
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
  });

  test('gives everything back when it is cancelled after it was paid, once', async () => {
    const { promotionId, templateId, couponId, orderId } = await heldOrder();
    await paid(either(), orderId);
    await Promise.all(Array.from({ length: 3 }, () => cancelled(either(), orderId, true)));
    await refunded(either(), orderId, true);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
    expect((await rowOf('promotions', promotionId))?.usesLeft).toBe(5);
    expect(await budgetOf('couponTemplates', templateId)).toEqual([5_000, 0, 0]);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test('turns what its edits hold into spent as they are made, and gives that back as well when it is cancelled', async () => {
    const promotionId = await aPromotion(either(), { budget: yuan('100') });
    const [orderId, editId] = [anOrderId(), `edt_of_${anOrderId()}`];
    for (const id of [orderId, editId]) await lock(lockOf(id, { promotions: [{ promotionId, amountMinor: 1_000 }] }));
    await paid(either(), orderId);
    expect(await budgetOf('promotions', promotionId)).toEqual([8_000, 1_000, 1_000]);
    await Promise.all([1, 2, 3].map(() => edited(either(), orderId, editId)));
    expect(await budgetOf('promotions', promotionId)).toEqual([8_000, 0, 2_000]);
    await cancelled(either(), orderId, true, { editedBy: [editId] });
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('gives back a coupon whose time is over as expired', async () => {
    const { couponId, orderId } = await heldOrder();
    await paid(either(), orderId);
    setClock('2026-07-01T00:00:00.000Z');
    await cancelled(either(), orderId, true);
    expect(await couponState(couponId)).toEqual(['EXPIRED', null]);
  });

  test('gives nothing back for a partial refund, and everything for a full one', async () => {
    const { promotionId, couponId, orderId } = await heldOrder();
    await paid(either(), orderId);
    await refunded(either(), orderId, false);
    expect(await couponState(couponId)).toEqual(['USED', orderId]);
    await refunded(either(), orderId, true);
    expect(await couponState(couponId)).toEqual(['CLAIMED', null]);
    expect(await budgetOf('promotions', promotionId)).toEqual([10_000, 0, 0]);
  });

  test('is of no interest when the order held nothing', async () => {
    const orderId = anOrderId();
    await paid(either(), orderId);
    await cancelled(either(), orderId, true);
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
