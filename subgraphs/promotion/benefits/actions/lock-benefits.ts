import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { InTurn } from '../../in-turn.ts';
import type { Transact } from '../../transact.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';
import { bindFlashTicket } from '../steps/bind-flash-ticket.ts';
import { holdPromotions } from '../steps/hold-promotions.ts';
import { lockCoupons, type WantedCoupon } from '../steps/lock-coupons.ts';

/** What an order that is being placed rests on. */
export interface LockRequest {
  readonly orderId: string;
  readonly memberId: string | null;
  readonly currency: string;
  readonly promotions: BenefitLock['promotions'];
  readonly coupons: readonly WantedCoupon[];
  readonly flashTicketId: string | null;
  readonly expiresAt: Date;
}

/** The coupons that the order holds now, in the order in which it wanted them. */
export interface Locked {
  readonly couponIds: string[];
}

/**
 * Locks everything an order rests on, or nothing, in one transaction. Idempotent by order id: a repeated call gets the first answer. Refused after
 * `releaseBenefits` of the same order, so that a call that was delayed can't hold anything for an order that is gone.
 */
export async function lockBenefits(
  needs: { stores: BenefitStores; transact: Transact; inTurn: InTurn },
  request: LockRequest,
  at: Date,
): Promise<Outcome<Locked>> {
  const { stores, transact, inTurn } = needs;
  const { orderId, memberId } = request;
  const before = await stores.locks.byOrder(orderId);
  if (before) return answerOf(before);
  const contended = await prepare(stores, request);
  try {
    return await inTurn(contended, () =>
      transact(async (session) => {
        const promotions = await holdPromotions(stores, session, request, at);
        if (!promotions.ok) return promotions;
        const coupons = await lockCoupons(stores, session, { orderId, memberId, wanted: request.coupons }, at);
        if (!coupons.ok) return coupons;
        const ticket = await bindFlashTicket(stores, session, request);
        if (!ticket.ok) return ticket;
        const { currency, flashTicketId, expiresAt } = request;
        const held = { memberId, currency, promotions: request.promotions, coupons: coupons.value, flashTicketId };
        const lock: BenefitLock = { _id: orderId, state: 'LOCKED', ...held, expiresAt, lockedAt: at };
        await stores.locks.insert(session, lock);
        return answerOf(lock);
      }),
    );
  } catch (error) {
    // A twin of this call, or a release, was first.
    const first = isDuplicateKey(error) ? await stores.locks.byOrder(orderId) : null;
    if (!first) throw error;
    return answerOf(first);
  }
}

function answerOf(lock: BenefitLock): Outcome<Locked> {
  return lock.state === 'RELEASED'
    ? refused(invalidState(['orderId'], { state: lock.state }))
    : accepted({ couponIds: lock.coupons.map((coupon) => coupon.couponId) });
}

/**
 * Makes the member's counters ready, which can't be done inside the transaction; the documents that orders contend for, by id. Offers without budget
 * and limits are only read, so nobody has to wait for them.
 */
async function prepare(stores: BenefitStores, { memberId, promotions, coupons }: LockRequest): Promise<string[]> {
  const promotionIds = promotions.map((use) => use.promotionId);
  const used = promotionIds.length === 0 ? [] : [...(await stores.promotions.byIds(promotionIds)).values()];
  const templateIds = coupons.map((coupon) => coupon.templateId);
  const templates = templateIds.length === 0 ? [] : [...(await stores.templates.byIds(templateIds)).values()];
  if (memberId !== null) {
    const limited = used.filter((promotion) => promotion.perMemberLimit !== null);
    await stores.promotions.openCounters(
      memberId,
      limited.map((promotion) => promotion._id),
    );
    for (const { templateId, couponId } of coupons) {
      if (couponId === null) await stores.claims.prepare(templateId, memberId);
    }
  }
  return [
    ...used.filter((promotion) => promotion.budget !== null || promotion.usageLimit !== null),
    ...templates.filter((template) => template.budget !== null || template.totalLimit !== null),
  ].map((offer) => offer._id);
}
