import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { InTurn } from '../../in-turn.ts';
import type { Transact } from '../../transact.ts';
import { mayPurchase, memberLimitReached, soldOut, ticketFor, type FlashTicket } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

export interface TicketNeeds {
  readonly sales: FlashSaleStore;
  readonly tickets: FlashTicketStore;
  readonly transact: Transact;
  readonly inTurn: InTurn;
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
export async function takeFlashTicket(needs: TicketNeeds, wish: TicketWish, at: Date): Promise<Outcome<FlashTicket>> {
  const { sales, tickets, transact, inTurn } = needs;
  const taken = await tickets.byId(wish.ticketId);
  if (taken) return accepted(taken);
  const found = (await sales.itemsByIds([wish.itemId])).get(wish.itemId) ?? null;
  const allowed = mayPurchase(found, wish, at);
  if (!allowed.ok) return allowed;
  const item = allowed.value;
  const ticket = ticketFor(item, { id: wish.ticketId, memberId: wish.memberId, quantity: wish.quantity, at });
  await tickets.openCounter(item._id, wish.memberId);
  return inTurn([item._id], () =>
    transact(async (session) => {
      if (!(await tickets.countUnits(session, ticket, item.limitPerMember))) {
        return refused(memberLimitReached(item.limitPerMember ?? 0));
      }
      if (!(await sales.takeUnits(session, item._id, ticket.quantity))) {
        const left = (await sales.itemsByIds([item._id], session)).get(item._id);
        return refused(soldOut(left?.remaining ?? 0));
      }
      await tickets.insert(session, ticket);
      return accepted(ticket);
    }),
  );
}
