import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
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
  const { itemId, quantity } = ticket;
  const item = books.items.get(itemId);
  if (!item) return refused(notFound(['itemId'], 'flashSaleItem'));
  if (flashSaleStatus(item, ticket.createdAt) !== 'OPEN') return refused(notOpen(item));
  const { limitPerMember, remaining } = item;
  const counter = memberCounterKey(itemId, ticket.memberId);
  const units = (books.memberUnits.get(counter) ?? 0) + quantity;
  if (limitPerMember !== null && units > limitPerMember) return refused(memberLimitReached(limitPerMember));
  if (remaining < quantity) return refused(soldOut(remaining));
  books.items.set(itemId, { ...item, remaining: remaining - quantity });
  books.memberUnits.set(counter, units);
  books.tickets.set(ticket._id, ticket);
  return accepted(ticket);
}
