import { beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { createTransact } from '#kit/mongo/transaction.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createClaimBooks } from '../coupon/store/claim-books.ts';
import { createCouponTemplateStore } from '../coupon/store/coupon-templates.ts';
import { createCouponStore } from '../coupon/store/coupons.ts';
import { createFlashSaleStore } from '../flash-sale/store/flash-sales.ts';
import { createFlashTicketStore } from '../flash-sale/store/flash-tickets.ts';
import { createPresaleStore } from '../presale/store/presales.ts';
import { createPromotionStore } from '../promotion/store/promotions.ts';
import { benefitWorld } from '../testing/benefit-world.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId } from '../testing/orders.ts';
import { lockBenefits } from './actions/lock-benefits.ts';
import { createLockDesk } from './actions/lock-desk.ts';
import type { LockRequest } from './domain/decide-lock.ts';
import { createBenefitLockStore } from './store/benefit-locks.ts';

const db = testDatabase();
const world = benefitWorld(db);
const at = new Date('2026-06-18T04:00:00.000Z');
const templates = createCouponTemplateStore(db.connection);
const coupons = createCouponStore(db.connection);
const stores = {
  templates,
  coupons,
  claimBooks: createClaimBooks(templates, coupons),
  promotions: createPromotionStore(db.connection),
  sales: createFlashSaleStore(db.connection),
  tickets: createFlashTicketStore(db.connection),
  presales: createPresaleStore(db.connection),
  locks: createBenefitLockStore(db.connection),
};

const transact = createTransact(db.connection);

/** A process whose every second answer of the database is lost after the commit. */
function lossyDesk() {
  let commits = 0;
  const lockDesk = createLockDesk({
    stores,
    async transactGroup(work) {
      const answer = await transact(work);
      commits += 1;
      if (commits % 2 === 1) throw new mongoose.mongo.MongoNetworkError('the connection closed');
      return answer;
    },
  });
  return { lockDesk, lock: (request: LockRequest) => lockBenefits({ stores, lockDesk }, request, { at }) };
}

const requestOf = (more: Partial<LockRequest>): LockRequest => ({
  ...{ orderId: anOrderId(), attempt: 1, memberId: 'mbr_1', currency: 'CNY' },
  ...{ promotions: [], coupons: [], flashTicketId: null, presale: null },
  expiresAt: new Date(at.getTime() + 30 * 60_000),
  ...more,
});

beforeAll(() => ensureIndexes(db.connection));

describe('a lock desk', () => {
  test('holds once when the database’s answers are lost', async () => {
    const promotionId = await aPromotion(world.either(), { budget: yuan('100'), usageLimit: 8 });
    const { lock } = lossyDesk();
    const requests = Array.from({ length: 12 }, () => requestOf({ promotions: [{ promotionId, amountMinor: 1_000 }] }));
    const answers = await Promise.all(requests.map(lock));
    expect(answers.filter((answer) => answer.ok)).toHaveLength(8);
    expect(await world.budgetOf('promotions', promotionId)).toEqual([2_000, 8_000, 0]);
    expect((await world.rowOf('promotions', promotionId))?.usesLeft).toBe(0);
  });

  test('lets an order that is refused take nothing from those behind it in its group', async () => {
    const promotionId = await aPromotion(world.either(), { budget: yuan('20') });
    const templateId = await aTemplate(world.either());
    const couponId = await world.claim(templateId);
    const use = { promotions: [{ promotionId, amountMinor: 1_000 }] };
    const foreign = { ...use, memberId: 'mbr_2', coupons: [{ templateId, couponId, amountMinor: 500 }] };
    const lockDesk = createLockDesk({ stores, transactGroup: transact });
    const queued = [use, foreign, use, use].map((more) => ({ request: requestOf(more), keys: [promotionId], at }));
    const answers = await Promise.all(queued.map((one) => lockDesk(one)));
    expect(answers.map((answer) => (answer.ok ? 'HELD' : answer.refusals[0]?.code))).toEqual([
      'HELD',
      'COUPON_NOT_USABLE',
      'HELD',
      'BUDGET_EXHAUSTED',
    ]);
    expect(await world.budgetOf('promotions', promotionId)).toEqual([0, 2_000, 0]);
    expect(await world.couponState(couponId)).toEqual(['CLAIMED', null]);
  });

  test('claims two coupons of one template for one order, and gives both up when the second can’t be had', async () => {
    const code = 'TWICE';
    const templateId = await aTemplate(world.either(), { code, perMemberLimit: 2, totalLimit: 3 });
    const wanted = { templateId, couponId: null, amountMinor: 500 };
    const { lock } = lossyDesk();
    const both = await lock(requestOf({ coupons: [wanted, wanted] }));
    expect(both.ok && new Set(both.value.couponIds).size).toBe(2);
    expect((await world.rowOf('couponTemplates', templateId))?.claimsLeft).toBe(1);
    const tooMany = await lock(requestOf({ memberId: 'mbr_2', coupons: [wanted, wanted] }));
    expect(tooMany).toMatchObject({ ok: false, refusals: [{ code: 'COUPON_NOT_USABLE', reason: 'USED_UP' }] });
    expect((await world.rowOf('couponTemplates', templateId))?.claimsLeft).toBe(1);
  });
});
