import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidState, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { statusAt, type Coupon } from '../../coupon/domain/coupon.ts';
import type { CouponTemplate } from '../../coupon/domain/coupon-template.ts';
import { decideClaim, type ClaimBooks } from '../../coupon/domain/decide-claim.ts';
import { holdTicket } from '../../flash-sale/domain/decide-tickets.ts';
import type { FlashSaleItem, FlashTicket } from '../../flash-sale/domain/flash-sale.ts';
import type { Budget } from '../../offer/domain/budget.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { takePresaleUnits, type PresaleBooks, type PresaleUnits } from '../../presale/domain/take-units.ts';
import { promotionStatus, type Promotion } from '../../promotion/domain/promotion.ts';
import { budgetExhausted, couponNotUsable, promotionLimitReached, type BenefitLock } from './benefit-lock.ts';

/** A coupon that an order wants; without a coupon id it came by code and has to be claimed. */
export interface WantedCoupon {
  readonly templateId: string;
  readonly couponId: string | null;
  readonly amountMinor: number;
}

/** What an order that is being placed rests on. Amounts in minor units of `currency`. */
export interface LockRequest {
  readonly orderId: string;
  readonly attempt: number;
  readonly memberId: string | null;
  readonly currency: string;
  readonly promotions: BenefitLock['promotions'];
  readonly coupons: readonly WantedCoupon[];
  readonly flashTicketId: string | null;
  readonly presale: PresaleUnits | null;
  readonly expiresAt: Date;
}

/** Promotions and coupons as they are and as they will be. */
interface OfferBooks extends ClaimBooks {
  readonly promotions: WorkingCopy<Promotion>;
  /** How often each member has used each promotion that limits it, by `memberCounterKey`. */
  readonly memberUses: WorkingCopy<number>;
}

/** Everything that an order can hold something of. */
export interface BenefitBooks extends OfferBooks, PresaleBooks {
  readonly tickets: WorkingCopy<FlashTicket>;
  readonly flashItems: WorkingCopy<FlashSaleItem>;
  /** Units that each member has of each flash-sale item, by `memberCounterKey`. */
  readonly flashUnits: WorkingCopy<number>;
}

/**
 * Holds everything the order rests on, or nothing: then the books stay as they were, and the first thing that couldn't be had is the refusal. `again`: the order has held
 * it before.
 */
export function decideLock(
  request: LockRequest,
  books: BenefitBooks,
  { at, again }: { readonly at: Date; readonly again: boolean },
): Outcome<BenefitLock> {
  const tried = {
    promotions: new WorkingCopy(books.promotions),
    memberUses: new WorkingCopy(books.memberUses),
    templates: new WorkingCopy(books.templates),
    memberClaims: new WorkingCopy(books.memberClaims),
    coupons: new WorkingCopy(books.coupons),
    tickets: new WorkingCopy(books.tickets),
    flashItems: new WorkingCopy(books.flashItems),
    flashUnits: new WorkingCopy(books.flashUnits),
    presales: new WorkingCopy(books.presales),
    presaleUnits: new WorkingCopy(books.presaleUnits),
  };
  for (const use of request.promotions) {
    const refusal = holdPromotion(use, request.memberId, tried, at);
    if (refusal) return refused(refusal);
  }
  const coupons: BenefitLock['coupons'][number][] = [];
  for (const wanted of request.coupons) {
    const locked = lockCoupon(wanted, request, tried, at);
    if (!locked.ok) return locked;
    coupons.push({ templateId: wanted.templateId, couponId: locked.value, amountMinor: wanted.amountMinor });
  }
  const { memberId, presale } = request;
  const refusal =
    lackOfTicket(request, tried, at) ?? (presale && takePresaleUnits(presale, { memberId, again, at }, tried));
  if (refusal) return refused(refusal);
  for (const copy of Object.values(tried)) copy.keep();
  const { orderId, attempt, currency, promotions, flashTicketId, expiresAt } = request;
  const held = { memberId, currency, promotions, coupons, flashTicketId, presale };
  return accepted({ _id: orderId, attempt, state: 'LOCKED', lapsed: false, ...held, expiresAt, lockedAt: at });
}

/** Takes what an order uses of a promotion off its budget and limits; the refusal, if it can't give it. */
function holdPromotion(
  { promotionId, amountMinor }: BenefitLock['promotions'][number],
  memberId: string | null,
  { promotions, memberUses }: OfferBooks,
  at: Date,
): Refusal | null {
  const promotion = promotions.get(promotionId);
  if (!promotion) return promotionLimitReached(promotionId);
  const { budget, usesLeft, perMemberLimit } = promotion;
  const status = promotionStatus(promotion, at);
  if (status === 'EXHAUSTED') {
    return usesLeft === 0 ? promotionLimitReached(promotionId) : budgetExhausted(promotionId);
  }
  if (status !== 'RUNNING') return { ...invalidState([], { state: status }), promotionId };
  if (budget !== null && budget.leftMinor < amountMinor) return budgetExhausted(promotionId);
  if (perMemberLimit !== null) {
    if (memberId === null) return promotionLimitReached(promotionId);
    const counter = memberCounterKey(promotionId, memberId);
    const uses = memberUses.get(counter) ?? 0;
    if (uses >= perMemberLimit) return promotionLimitReached(promotionId);
    memberUses.set(counter, uses + 1);
  }
  if (budget === null && usesLeft === null) return null;
  promotions.set(promotionId, {
    ...promotion,
    budget: committed(budget, amountMinor),
    usesLeft: usesLeft === null ? null : usesLeft - 1,
  });
  return null;
}

/** Locks a coupon, claiming it first if it came by code, and takes what it gives off its budget; its id. */
function lockCoupon(
  { templateId, couponId, amountMinor }: WantedCoupon,
  { orderId, memberId }: LockRequest,
  books: OfferBooks,
  at: Date,
): Outcome<string> {
  if (memberId === null) return refused(couponNotUsable(null, 'SIGN_IN_REQUIRED'));
  if (!books.templates.get(templateId)) return refused(couponNotUsable(couponId, 'NOT_FOUND'));
  const claimed: Outcome<string> =
    couponId === null ? claimByCode({ templateId, memberId }, books, at) : accepted(couponId);
  if (!claimed.ok) return claimed;
  const coupon = books.coupons.get(claimed.value);
  const isFree = coupon?.memberId === memberId && coupon.validFrom <= at && statusAt(coupon, at) === 'CLAIMED';
  if (!isFree) return refused(couponNotUsable(claimed.value, unusableBecause(coupon, memberId, at)));
  // Read again: claiming may have changed it.
  const template = books.templates.get(templateId);
  if (template?.budget && template.budget.leftMinor < amountMinor) return refused(budgetExhausted(null));
  if (template?.budget) books.templates.set(templateId, drawn(template, amountMinor));
  books.coupons.set(coupon._id, { ...coupon, status: 'LOCKED', orderId });
  return accepted(coupon._id);
}

function claimByCode(
  { templateId, memberId }: { readonly templateId: string; readonly memberId: string },
  books: OfferBooks,
  at: Date,
): Outcome<string> {
  const template = books.templates.get(templateId);
  if (template && at >= template.endsAt) return refused(couponNotUsable(null, 'EXPIRED'));
  const coupon = decideClaim({ id: newId('coupon'), templateId, memberId, at }, books);
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

/** The refusal unless the order has its own ticket, or can have it again. */
function lackOfTicket(
  { orderId, memberId, flashTicketId: ticketId }: LockRequest,
  { tickets, flashItems: items, flashUnits: memberUnits }: BenefitBooks,
  at: Date,
): Refusal | null {
  if (ticketId === null) return null;
  return holdTicket({ ticketId, orderId, memberId }, { tickets, items, memberUnits }, at);
}

function drawn(template: CouponTemplate, amountMinor: number): CouponTemplate {
  return { ...template, budget: committed(template.budget, amountMinor) };
}

function committed(budget: Budget | null, amountMinor: number): Budget | null {
  if (budget === null) return null;
  const { leftMinor, committedMinor } = budget;
  return { ...budget, leftMinor: leftMinor - amountMinor, committedMinor: committedMinor + amountMinor };
}
