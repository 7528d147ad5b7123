import type { BenefitLock } from '../../benefits/domain/benefit-lock.ts';
import type { FlashTicket } from './flash-sale.ts';

/** The ticket outlives the time to pay by this much, so that a payment in the last second still finds it. Milliseconds. */
const marginMs = 10 * 60_000;

/** What a ticket's order holds from the moment of the ticket: its payment and its end find the ticket by it, as with every other benefit. */
export function lockOf({ _id, orderId, memberId, currency, payBefore, createdAt }: FlashTicket): BenefitLock {
  return {
    _id: orderId,
    attempt: 1,
    state: 'LOCKED',
    lapsed: false,
    memberId,
    currency,
    promotions: [],
    coupons: [],
    flashTicketId: _id,
    presale: null,
    expiresAt: new Date(payBefore.getTime() + marginMs),
    lockedAt: createdAt,
  };
}
