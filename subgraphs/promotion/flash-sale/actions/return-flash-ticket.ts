import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** Gives the units of a ticket that never got an order back to the quota and to the member; false when it has an order or was returned before. */
export async function returnFlashTicket(
  needs: { sales: FlashSaleStore; tickets: FlashTicketStore; transact: TransactOutcome },
  ticketId: string,
): Promise<boolean> {
  const { sales, tickets, transact } = needs;
  const outcome = await transact(async (session) => {
    const ticket = await tickets.byId(ticketId, session);
    const move = { id: ticketId, from: ['HELD'], to: 'RETURNED', heldBy: null, orderId: null } as const;
    if (!ticket || !(await tickets.move(session, move))) return accepted(false);
    await sales.returnUnits(session, ticket.itemId, ticket.quantity);
    await tickets.uncountUnits(session, ticket);
    return accepted(true);
  });
  return outcome.ok && outcome.value;
}
