import { createGroupCommit, type GroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { BenefitLockStore } from '../../benefits/store/benefit-locks.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { decideTicket, type TicketBooks } from '../domain/decide-tickets.ts';
import type { FlashTicket } from '../domain/flash-sale.ts';
import { lockOf } from '../domain/ticket-lock.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** Where tickets are taken: in order of arrival, those of one item that come together as one transaction. */
export type TicketDesk = GroupCommit<FlashTicket, Outcome<FlashTicket>>;

export interface TicketDeskParts {
  readonly sales: FlashSaleStore;
  readonly tickets: FlashTicketStore;
  readonly locks: BenefitLockStore;
  readonly transactGroup: Transact;
  readonly observe?: (group: ObservedGroup) => void;
}

export function createTicketDesk({ sales, tickets, locks, transactGroup, observe }: TicketDeskParts): TicketDesk {
  async function booksFor(session: Session, wanted: readonly FlashTicket[]): Promise<TicketBooks> {
    const itemIds = [...new Set(wanted.map((ticket) => ticket.itemId))];
    const counters = [...new Set(wanted.map((ticket) => memberCounterKey(ticket.itemId, ticket.memberId)))];
    const known = await tickets.byIds(
      wanted.map((ticket) => ticket._id),
      session,
    );
    return {
      tickets: new WorkingCopy(known),
      items: new WorkingCopy(await sales.itemsByIds(itemIds, session)),
      memberUnits: new WorkingCopy(await tickets.memberUnits(session, counters)),
    };
  }

  async function write(session: Session, books: TicketBooks): Promise<void> {
    const taken = books.tickets.changes().map(({ now }) => now);
    if (taken.length === 0) return;
    await sales.takeUnits(
      session,
      books.items.changes().map(({ key, before, now }) => ({
        itemId: key,
        quantity: (before?.remaining ?? now.remaining) - now.remaining,
      })),
    );
    await tickets.countUnits(
      session,
      books.memberUnits.changes().map(({ key, before, now }) => ({ counter: key, before, now })),
    );
    await tickets.insert(session, taken);
    await locks.insert(session, taken.map(lockOf));
  }

  return createGroupCommit<FlashTicket, Outcome<FlashTicket>>({
    keysOf: ({ itemId }) => [itemId],
    commit: (wanted) =>
      transactGroup(async (session) => {
        const books = await booksFor(session, wanted);
        const outcomes = wanted.map((ticket) => decideTicket(ticket, books));
        await write(session, books);
        return outcomes;
      }),
    async alreadyDone(wanted) {
      const known = await tickets.byIds(wanted.map(({ _id }) => _id));
      return wanted.map(({ _id }) => {
        const taken = known.get(_id);
        return taken && accepted(taken);
      });
    },
    observe,
  });
}
