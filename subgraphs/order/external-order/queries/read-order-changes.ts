import { decodeCursor, encodeCursor } from '#kit/connection/connection.ts';
import { badInput } from '#kit/graphql/errors.ts';
import type { OrderChangeRow } from '../domain/order-change.ts';
import type { OrderChangeFeed } from '../store/order-change-feed.ts';

/** A piece of the feed. */
export interface OrderChangePage {
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly changes: readonly OrderChangeRow[];
}

const most = 100;

/**
 * The changes behind a cursor, of one partner's orders or (null) of all. BAD_USER_INPUT unless `first` is 1 to 100 and `since` a cursor of this feed.
 */
export async function readOrderChanges(
  feed: OrderChangeFeed,
  {
    since,
    first,
    partnerId,
  }: { readonly since: string | null; readonly first: number; readonly partnerId: string | null },
): Promise<OrderChangePage> {
  if (!Number.isInteger(first) || first < 1 || first > most)
    throw badInput(`"first" must be a whole number from 1 to ${most}.`);
  const after = since === null ? 0 : sequenceOf(since);
  await feed.settle();
  const rows = await feed.changes(after, first + 1, partnerId).exec();
  const changes = rows.slice(0, first);
  return { cursor: encodeCursor([changes.at(-1)?.sequence ?? after]), hasMore: rows.length > first, changes };
}

function sequenceOf(cursor: string): number {
  const [sequence, ...rest] = decodeCursor(cursor);
  if (typeof sequence !== 'number' || sequence < 0 || rest.length > 0)
    throw badInput('This cursor is not one of this feed. Begin with null.');
  return sequence;
}
