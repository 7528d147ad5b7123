import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { memberLimitReached, soldOut, type FlashTicket } from './flash-sale.ts';

/** A ticket that is wanted. */
export interface TicketRequest {
  readonly ticket: FlashTicket;
  readonly limitPerMember: number | null;
}

/** What tickets are taken from. */
export interface TicketBooks {
  readonly tickets: WorkingCopy<FlashTicket>;
  /** Units left of each item. */
  readonly remaining: WorkingCopy<number>;
  /** Units that each member has of each item, by `memberCounterKey`. */
  readonly memberUnits: WorkingCopy<number>;
}

/** Takes a ticket's units off the quota and off what the member may have, if both allow it. A ticket that is there already is the answer. */
export function decideTicket({ ticket, limitPerMember }: TicketRequest, books: TicketBooks): Outcome<FlashTicket> {
  const known = books.tickets.get(ticket._id);
  if (known) return accepted(known);
  const { itemId, quantity } = ticket;
  const counter = memberCounterKey(itemId, ticket.memberId);
  const units = (books.memberUnits.get(counter) ?? 0) + quantity;
  if (limitPerMember !== null && units > limitPerMember) return refused(memberLimitReached(limitPerMember));
  const remaining = books.remaining.get(itemId) ?? 0;
  if (remaining < quantity) return refused(soldOut(remaining));
  books.remaining.set(itemId, remaining - quantity);
  books.memberUnits.set(counter, units);
  books.tickets.set(ticket._id, ticket);
  return accepted(ticket);
}
