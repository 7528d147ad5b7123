import type { Job } from '#kit/jobs/jobs.ts';
import type { TransactOutcome } from '#kit/mongo/transaction.ts';
import { returnFlashTicket } from '../actions/return-flash-ticket.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** An order binds its ticket within seconds; only after this long is a ticket without one taken for lost. */
const graceMs = 10 * 60_000;
const batch = 200;

/** Returns, every minute, tickets whose purchase ended without an order: a crash, or an order that never answered. */
export function returnOverdueTickets(needs: {
  sales: FlashSaleStore;
  tickets: FlashTicketStore;
  transact: TransactOutcome;
}): Job {
  return {
    name: 'return-overdue-flash-tickets',
    everyMs: 60_000,
    async run({ now, signal }) {
      for (const ticket of await needs.tickets.overdue(new Date(now.getTime() - graceMs), batch)) {
        signal.throwIfAborted();
        await returnFlashTicket(needs, ticket._id);
      }
    },
  };
}
