import { connectionOf, encodeCursor, type ConnectionParent, type Page } from '#kit/connection/connection.ts';
import type { PointsStore, StoredEntry } from '../store/points-store.ts';

/** A page of a member's points ledger, the newest entry first. */
export async function listPointsEntries(
  { points }: { readonly points: Pick<PointsStore, 'page' | 'countEntries'> },
  memberId: string,
  { first, after }: Page,
): Promise<ConnectionParent<StoredEntry>> {
  return connectionOf({
    rows: await points.page(memberId, first + 1, after),
    first,
    after,
    cursorOf: ({ id }) => encodeCursor([id]),
    totalCount: () => points.countEntries(memberId),
  });
}
