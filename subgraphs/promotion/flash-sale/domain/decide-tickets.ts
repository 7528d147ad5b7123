import { accepted, invalidState, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { WorkingCopy } from '../../offer/domain/working-copy.ts';
import {
  flashSaleStatus,
  memberLimitReached,
  notOpen,
  soldOut,
  type FlashSaleItem,
  type FlashTicket,
} from './flash-sale.ts';

/** What tickets are taken from. */
export interface TicketBooks {
  readonly tickets: WorkingCopy<FlashTicket>;
  readonly items: WorkingCopy<FlashSaleItem>;
  /** Units that each member has of each item, by `memberCounterKey`. */
  readonly memberUnits: WorkingCopy<number>;
}

/**
 * Takes a ticket's units off the quota and off what the member may have, if both allow it and the sale was not ended meanwhile. A ticket that is there already is
 * the answer.
 */
export function decideTicket(ticket: FlashTicket, books: TicketBooks): Outcome<FlashTicket> {
  const known = books.tickets.get(ticket._id);
  if (known) return accepted(known);
  const refusal = takeUnits(ticket, books, ticket.createdAt);
  return refusal ? refused(refusal) : accepted(ticket);
}

/**
 * Holds an order's own ticket for it. One that went back to the quota is taken again, as far as quota, member's limit and the time of the sale allow: money that came late
 * still gets the goods. Null, or why not.
 */
export function holdTicket(
  { ticketId, orderId, memberId }: { ticketId: string; orderId: string; memberId: string | null },
  books: TicketBooks,
  at: Date,
): Refusal | null {
  const ticket = books.tickets.get(ticketId);
  if (!ticket || ticket.memberId !== memberId) {
    return notFound(['flashTicketId'], { en: 'flash-sale ticket', zh: '秒杀资格' });
  }
  const { status } = ticket;
  if (ticket.orderId !== orderId || status === 'USED') return invalidState(['flashTicketId'], { state: status });
  return status === 'RETURNED' ? takeUnits({ ...ticket, status: 'ORDERED' }, books, at) : null;
}

/** Takes a ticket's units and writes it into the books; the refusal, if they can't be had. */
function takeUnits(ticket: FlashTicket, { items, memberUnits, tickets }: TicketBooks, at: Date): Refusal | null {
  const { itemId, quantity } = ticket;
  const item = items.get(itemId);
  if (!item) return notFound(['itemId'], 'flashSaleItem');
  if (flashSaleStatus(item, at) !== 'OPEN') return notOpen(item);
  const { limitPerMember, remaining } = item;
  const counter = memberCounterKey(itemId, ticket.memberId);
  const units = (memberUnits.get(counter) ?? 0) + quantity;
  if (limitPerMember !== null && units > limitPerMember) return memberLimitReached(limitPerMember);
  if (remaining < quantity) return soldOut(remaining);
  items.set(itemId, { ...item, remaining: remaining - quantity });
  memberUnits.set(counter, units);
  tickets.set(ticket._id, ticket);
  return null;
}
