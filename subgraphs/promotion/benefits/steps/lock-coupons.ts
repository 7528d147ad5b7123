import { newId } from '#kit/ids/ids.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { statusAt, statusWhenReturned, type Coupon } from '../../coupon/domain/coupon.ts';
import type { CouponTemplate } from '../../coupon/domain/coupon-template.ts';
import type { Session } from '../../transact.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { budgetExhausted, couponNotUsable, type BenefitLock } from '../domain/benefit-lock.ts';

/** A coupon that an order wants; without a coupon id it came by code and has to be claimed. */
export interface WantedCoupon {
  readonly templateId: string;
  readonly couponId: string | null;
  readonly amountMinor: number;
}

type LockedCoupons = BenefitLock['coupons'];

/** Locks an order's coupons and takes what they give off their budgets, claiming those that came by code. The first that can't be used refuses. */
export async function lockCoupons(
  stores: BenefitStores,
  session: Session,
  order: { orderId: string; memberId: string | null; wanted: readonly WantedCoupon[] },
  at: Date,
): Promise<Outcome<LockedCoupons>> {
  if (order.wanted.length === 0) return accepted([]);
  const { memberId } = order;
  if (memberId === null) return refused(couponNotUsable(null, 'SIGN_IN_REQUIRED'));
  const templateIds = order.wanted.map((wanted) => wanted.templateId);
  const templates = await stores.templates.byIds(templateIds, session);
  const locked: LockedCoupons[number][] = [];
  for (const { templateId, couponId, amountMinor } of order.wanted) {
    const template = templates.get(templateId);
    if (!template) return refused(couponNotUsable(couponId, 'NOT_FOUND'));
    const coupon: Outcome<string> =
      couponId === null ? await claimed(stores, session, { template, memberId, at }) : accepted(couponId);
    if (!coupon.ok) return coupon;
    const id = coupon.value;
    if (!(await stores.coupons.lock(session, { id, memberId, orderId: order.orderId, at }))) {
      const found = (await stores.coupons.byIds([id], session)).get(id);
      return refused(couponNotUsable(id, unusableBecause(found, memberId, at)));
    }
    if (!(await stores.templates.hold(session, template, amountMinor))) return refused(budgetExhausted(null));
    locked.push({ templateId, couponId: id, amountMinor });
  }
  return accepted(locked);
}

/** What was locked was used: the order is paid. */
export async function useCoupons(stores: BenefitStores, session: Session, lock: BenefitLock): Promise<void> {
  for (const { couponId, templateId, amountMinor } of lock.coupons) {
    await stores.coupons.use(session, couponId, lock._id);
    await stores.templates.settle(session, templateId, amountMinor);
  }
}

/** Undoes `lockCoupons`, also after the order was paid: a coupon is free again if it is still valid. A claimed one stays the member's. */
export async function returnCoupons(
  stores: BenefitStores,
  session: Session,
  { lock, wasPaid, at }: { lock: BenefitLock; wasPaid: boolean; at: Date },
): Promise<void> {
  if (lock.coupons.length === 0) return;
  const ids = lock.coupons.map((coupon) => coupon.couponId);
  const coupons = await stores.coupons.byIds(ids, session);
  for (const { couponId, templateId, amountMinor } of lock.coupons) {
    const coupon = coupons.get(couponId);
    if (coupon) {
      const status = statusWhenReturned(coupon, at);
      await stores.coupons.giveBack(session, { id: couponId, orderId: lock._id, status });
    }
    await stores.templates.giveBack(session, templateId, amountMinor, wasPaid);
  }
}

async function claimed(
  { claims }: BenefitStores,
  session: Session,
  { template, memberId, at }: { template: CouponTemplate; memberId: string; at: Date },
): Promise<Outcome<string>> {
  if (at >= template.endsAt) return refused(couponNotUsable(null, 'EXPIRED'));
  const coupon = await claims.claim(session, template, { id: newId('coupon'), memberId, at });
  return typeof coupon === 'string' ? refused(couponNotUsable(null, coupon)) : accepted(coupon._id);
}

/** The same for an unknown coupon and for somebody else's. */
function unusableBecause(coupon: Coupon | undefined, memberId: string, at: Date): string {
  if (!coupon || coupon.memberId !== memberId) return 'NOT_FOUND';
  const reasons = {
    CLAIMED: 'NOT_STARTED',
    LOCKED: 'LOCKED_BY_ORDER',
    USED: 'ALREADY_USED',
    EXPIRED: 'EXPIRED',
    VOID: 'WITHDRAWN',
  };
  return reasons[statusAt(coupon, at)];
}
