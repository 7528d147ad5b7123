import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitStores } from '../benefit-stores.ts';

/** The order of the ticket is paid. */
export async function useFlashTicket(
  { tickets }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: { orderId: string; flashTicketId: string | null },
): Promise<void> {
  if (id !== null) await tickets.move(session, { id, from: ['HELD', 'ORDERED'], to: 'USED', heldBy: orderId, orderId });
}

/** The order gives its ticket back, also after it was paid: the units return to the quota, and to what the member may buy. */
export async function returnFlashTicket(
  { tickets, sales }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: { orderId: string; flashTicketId: string | null },
): Promise<void> {
  if (id === null) return;
  const ticket = await tickets.byId(id, session);
  const returned = await tickets.move(session, {
    id,
    from: ['HELD', 'ORDERED', 'USED'],
    to: 'RETURNED',
    heldBy: orderId,
    orderId,
  });
  if (!ticket || !returned) return;
  await sales.returnUnits(session, ticket.itemId, ticket.quantity);
  await tickets.uncountUnits(session, ticket);
}
