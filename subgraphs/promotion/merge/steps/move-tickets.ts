import type { Belongings } from '#kit/member-merges/member-merges.ts';
import type { FlashTicketStore } from '../../flash-sale/store/flash-tickets.ts';
import { moveUnits } from './move-units.ts';

/** Tickets of flash sales go with the units that count them. */
export function moveTickets({ tickets }: { readonly tickets: FlashTicketStore }): Belongings {
  return {
    async move(session, merged, most) {
      const theirs = await tickets.someOf(merged.from, most, session);
      if (theirs.length === 0) return 0;
      const units = new Map<string, number>();
      for (const { itemId, quantity, status } of theirs) {
        units.set(itemId, (units.get(itemId) ?? 0) + (status === 'RETURNED' ? 0 : quantity));
      }
      await moveUnits(tickets, session, merged, units);
      await tickets.reassign(
        session,
        theirs.map(({ _id }) => _id),
        merged.into,
      );
      return theirs.length;
    },
  };
}
