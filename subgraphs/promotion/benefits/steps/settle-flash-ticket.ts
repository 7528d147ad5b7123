import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitStores } from '../benefit-stores.ts';

interface HeldTicket {
  readonly orderId: string;
  readonly flashTicketId: string | null;
}

/** The order of the ticket is paid. It may be so before it is known that the ticket has its order. */
export async function useFlashTicket(
  { tickets }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: HeldTicket,
): Promise<void> {
  if (id !== null) await tickets.move(session, { id, orderId, from: ['HELD', 'ORDERED'], to: 'USED' });
}

/** The order gives its ticket back, also after it was paid: the units return to the quota, and to what the member may buy. */
export async function returnFlashTicket(
  { tickets, sales }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: HeldTicket,
): Promise<void> {
  if (id === null) return;
  const ticket = await tickets.byId(id, session);
  const returned = await tickets.move(session, { id, orderId, from: ['HELD', 'ORDERED', 'USED'], to: 'RETURNED' });
  if (!ticket || !returned) return;
  await sales.returnUnits(session, ticket.itemId, ticket.quantity);
  await tickets.uncountUnits(session, ticket);
}
