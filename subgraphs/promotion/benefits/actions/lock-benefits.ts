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
  await openCounters(stores, request);
  const contended = [
    ...request.promotions.map((use) => use.promotionId),
    ...request.coupons.map((use) => use.templateId),
  ];
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

async function openCounters({ promotions, claims }: BenefitStores, request: LockRequest): Promise<void> {
  const { memberId } = request;
  if (memberId === null) return;
  const ids = request.promotions.map((use) => use.promotionId);
  const limited =
    ids.length === 0 ? [] : [...(await promotions.byIds(ids)).values()].filter((one) => one.perMemberLimit !== null);
  await promotions.openCounters(
    memberId,
    limited.map((promotion) => promotion._id),
  );
  for (const { templateId, couponId } of request.coupons)
    if (couponId === null) await claims.prepare(templateId, memberId);
}
