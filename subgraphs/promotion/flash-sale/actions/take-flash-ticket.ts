import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import { mayPurchase, ticketFor, type FlashTicket } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';
import type { TicketDesk } from './ticket-desk.ts';

export interface TicketNeeds {
  readonly sales: FlashSaleStore;
  readonly tickets: FlashTicketStore;
  readonly ticketDesk: TicketDesk;
}

/** Units of an item that a member wants in a channel. */
export interface TicketWish {
  readonly ticketId: string;
  readonly itemId: string;
  readonly memberId: string;
  readonly quantity: number;
  readonly channel: string;
}

/**
 * Takes units off the quota for a member and gives the ticket for them. Quota and limit hold however many come at once; asked again with the same
 * ticket id it gives the same ticket.
 */
export async function takeFlashTicket(
  { sales, tickets, ticketDesk }: TicketNeeds,
  wish: TicketWish,
  { at, signal }: { readonly at: Date; readonly signal?: AbortSignal },
): Promise<Outcome<FlashTicket>> {
  const taken = await tickets.byId(wish.ticketId);
  if (taken) return accepted(taken);
  const found = (await sales.itemsByIds([wish.itemId])).get(wish.itemId) ?? null;
  const allowed = mayPurchase(found, wish, at);
  if (!allowed.ok) return allowed;
  const item = allowed.value;
  const ticket = ticketFor(item, { id: wish.ticketId, memberId: wish.memberId, quantity: wish.quantity, at });
  return ticketDesk({ ticket, limitPerMember: item.limitPerMember }, signal);
}
