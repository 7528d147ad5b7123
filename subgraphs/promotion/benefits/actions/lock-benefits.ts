import type { Outcome } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { LockRequest } from '../domain/decide-lock.ts';
import type { Locked, LockDesk } from './lock-desk.ts';

/**
 * Locks everything an order rests on, or nothing, in one transaction. Idempotent by order id and attempt: a repeated call gets the first answer. Refused after
 * `releaseBenefits` of the same attempt, so that a call that was delayed can't hold anything for an order that is gone.
 */
export async function lockBenefits(
  { stores, lockDesk }: { readonly stores: BenefitStores; readonly lockDesk: LockDesk },
  request: LockRequest,
  { at, signal }: { readonly at: Date; readonly signal?: AbortSignal },
): Promise<Outcome<Locked>> {
  return lockDesk({ request, keys: await contendedBy(stores, request), at }, signal);
}

/** The documents that the order contends for with others. Offers without budget and limits are only read, so nobody has to wait for them. */
async function contendedBy(stores: BenefitStores, request: LockRequest): Promise<string[]> {
  const { orderId, memberId, promotions, coupons, flashTicketId, presale } = request;
  const promotionIds = promotions.map((use) => use.promotionId);
  const used = promotionIds.length === 0 ? [] : [...(await stores.promotions.byIds(promotionIds)).values()];
  const templateIds = coupons.map((coupon) => coupon.templateId);
  const templates = templateIds.length === 0 ? [] : [...(await stores.templates.byIds(templateIds)).values()];
  const limited = [
    ...used.filter((promotion) => promotion.budget !== null || promotion.usageLimit !== null),
    ...templates.filter((template) => template.budget !== null || template.totalLimit !== null),
  ];
  const counted = [
    ...used.filter((promotion) => promotion.perMemberLimit !== null).map((promotion) => promotion._id),
    ...coupons.flatMap(({ templateId, couponId }) => (couponId === null ? [templateId] : [])),
  ];
  const ofMember = memberId === null ? [] : counted.map((id) => memberCounterKey(id, memberId));
  const ticket = flashTicketId === null ? null : await stores.tickets.byId(flashTicketId);
  const own = [
    ...coupons.flatMap(({ couponId }) => couponId ?? []),
    ...(ticket ? [ticket._id, ticket.itemId] : []),
    ...(presale === null ? [] : [presale.presaleId]),
  ];
  return [...new Set([orderId, ...limited.map((offer) => offer._id), ...ofMember, ...own])];
}
