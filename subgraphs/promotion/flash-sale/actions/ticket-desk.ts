import { createGroupCommit, type GroupCommit, type ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { decideTicket, type TicketBooks, type TicketRequest } from '../domain/decide-tickets.ts';
import type { FlashTicket } from '../domain/flash-sale.ts';
import type { FlashSaleStore } from '../store/flash-sales.ts';
import type { FlashTicketStore } from '../store/flash-tickets.ts';

/** Where tickets are taken: in order of arrival, those of one item that come together as one transaction. */
export type TicketDesk = GroupCommit<TicketRequest, Outcome<FlashTicket>>;

export interface TicketDeskParts {
  readonly sales: FlashSaleStore;
  readonly tickets: FlashTicketStore;
  readonly transactGroup: Transact;
  readonly observe?: (group: ObservedGroup) => void;
}

export function createTicketDesk({ sales, tickets, transactGroup, observe }: TicketDeskParts): TicketDesk {
  async function booksFor(session: Session, requests: readonly TicketRequest[]): Promise<TicketBooks> {
    const wanted = requests.map(({ ticket }) => ticket);
    const itemIds = [...new Set(wanted.map((ticket) => ticket.itemId))];
    const counters = [...new Set(wanted.map((ticket) => memberCounterKey(ticket.itemId, ticket.memberId)))];
    const known = await tickets.byIds(
      wanted.map((ticket) => ticket._id),
      session,
    );
    const items = await sales.itemsByIds(itemIds, session);
    return {
      tickets: new WorkingCopy(known),
      remaining: new WorkingCopy(new Map([...items].map(([id, item]) => [id, item.remaining]))),
      memberUnits: new WorkingCopy(await tickets.memberUnits(session, counters)),
    };
  }

  async function write(session: Session, books: TicketBooks): Promise<void> {
    const taken = books.tickets.changes();
    if (taken.length === 0) return;
    await sales.takeUnits(
      session,
      books.remaining.changes().map(({ key, before = 0, now }) => ({ itemId: key, quantity: before - now })),
    );
    await tickets.countUnits(
      session,
      books.memberUnits.changes().map(({ key, before = 0, now }) => ({ counter: key, units: now - before })),
    );
    await tickets.insert(
      session,
      taken.map(({ now }) => now),
    );
  }

  return createGroupCommit<TicketRequest, Outcome<FlashTicket>>({
    keysOf: ({ ticket }) => [ticket.itemId],
    commit: (requests) =>
      transactGroup(async (session) => {
        const books = await booksFor(session, requests);
        const outcomes = requests.map((request) => decideTicket(request, books));
        await write(session, books);
        return outcomes;
      }),
    async alreadyDone(requests) {
      const known = await tickets.byIds(requests.map(({ ticket }) => ticket._id));
      return requests.map(({ ticket }) => {
        const taken = known.get(ticket._id);
        return taken && accepted(taken);
      });
    },
    observe,
  });
}
