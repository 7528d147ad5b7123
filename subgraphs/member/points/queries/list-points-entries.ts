import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { PointsStore, StoredEntry } from '../store/points-store.ts';

/** A page of a member's points ledger, the newest entry first; with those of members who were merged into them. */
export async function listPointsEntries(
  { points }: { readonly points: Pick<PointsStore, 'idsOf' | 'page' | 'countEntries'> },
  memberId: string,
  { first, after }: Page,
): Promise<ConnectionParent<StoredEntry>> {
  const ids = await points.idsOf(memberId);
  return connectionOf({
    rows: await points.page(ids, first + 1, after),
    first,
    after,
    cursorOf: ({ id }) => encodeCursor([id]),
    totalCount: () => points.countEntries(ids),
  });
}
