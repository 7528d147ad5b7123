import { connectionOf, encodeCursor, pageOf, type ConnectionParent } from '#kit/connection/connection.ts';
import type { Presale } from '../domain/presale.ts';
import type { PresaleStore } from '../store/presales.ts';

/** A page of the channel's presales whose balances aren't over, those ending soonest first. BAD_USER_INPUT for a wrong page. */
export async function listPresales(
  { presales }: { readonly presales: PresaleStore },
  channel: string,
  args: { first?: number | null; after?: string | null },
  at: Date,
): Promise<ConnectionParent<Presale>> {
  const page = pageOf(args);
  return connectionOf({
    ...page,
    rows: await presales.shown(channel, page, at),
    cursorOf: (presale) => encodeCursor([presale.balanceTo, presale._id]),
    totalCount: () => presales.countShown(channel, at),
  });
}
