import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Session } from '../../transact.ts';
import type { BenefitStores } from '../benefit-stores.ts';

/** Binds a member's ticket to the order that was placed with it. */
export async function bindFlashTicket(
  { tickets }: BenefitStores,
  session: Session,
  order: { orderId: string; memberId: string | null; flashTicketId: string | null },
): Promise<Outcome<null>> {
  const { flashTicketId: id, orderId } = order;
  if (id === null) return accepted(null);
  const ticket = await tickets.byId(id, session);
  if (!ticket || ticket.memberId !== order.memberId) {
    return refused(notFound(['flashTicketId'], { en: 'flash-sale ticket', zh: '秒杀资格' }));
  }
  const bound = await tickets.move(session, { id, from: ['HELD'], to: 'ORDERED', heldBy: null, orderId });
  return bound ? accepted(null) : refused(invalidState(['flashTicketId'], { state: ticket.status }));
}

/** The order of the ticket is paid. */
export async function useFlashTicket(
  { tickets }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: { orderId: string; flashTicketId: string | null },
): Promise<void> {
  if (id !== null) await tickets.move(session, { id, from: ['ORDERED'], to: 'USED', heldBy: orderId, orderId });
}

/** Undoes `bindFlashTicket`, also after the order was paid: the units return to the quota, and to what the member may buy. */
export async function returnFlashTicket(
  { tickets, sales }: BenefitStores,
  session: Session,
  { orderId, flashTicketId: id }: { orderId: string; flashTicketId: string | null },
): Promise<void> {
  if (id === null) return;
  const ticket = await tickets.byId(id, session);
  const returned = await tickets.move(session, {
    id,
    from: ['ORDERED', 'USED'],
    to: 'RETURNED',
    heldBy: orderId,
    orderId,
  });
  if (!ticket || !returned) return;
  await sales.returnUnits(session, ticket.itemId, ticket.quantity);
  await tickets.uncountUnits(session, ticket);
}
