import type { mongo } from 'mongoose';
import { createGather } from '#kit/gather/gather.ts';

interface Owned {
  readonly _id: string;
  readonly memberId: string | null;
}

/**
 * The index by which somebody's own rows are read. It leaves out what is somebody else's before a row is looked at, so that an id of theirs takes as long as one that
 * nothing has: with the index of ids alone their row is read first and kept back afterwards, and the clock tells.
 */
export const ownRowsIndex = { key: { memberId: 1, _id: 1 } } as const;

/** A row of one of these owners by its id; null when there is none or it is somebody else's. Null among the owners stands for rows of nobody. */
export type FindOwnRow<Row> = (id: string, ...owners: readonly (string | null)[]) => Promise<Row | null>;

/** One row by owner and id for many callers at once, in one query by {@link ownRowsIndex}, which the collection must have. Rows may be shared: look, don't touch. */
export function gatherOwnRow<Row extends Owned>(collection: () => mongo.Collection<Row>): FindOwnRow<Row> {
  const find = createGather(
    async (calls: readonly { readonly id: string; readonly owners: readonly (string | null)[] }[]) => {
      const idsByOwner = new Map<string | null, Set<string>>();
      for (const { id, owners } of calls) {
        for (const owner of owners) idsByOwner.set(owner, (idsByOwner.get(owner) ?? new Set()).add(id));
      }
      const wanted = [...idsByOwner].map(([memberId, ids]) => ({ memberId, _id: { $in: [...ids] } }));
      const rows = await collection()
        .find({ $or: wanted } as mongo.Filter<Row>, { hint: ownRowsIndex.key })
        .toArray();
      const byId = new Map(rows.map((row) => [row._id as string, row as unknown as Row]));
      return calls.map(({ id, owners }) => {
        const row = byId.get(id);
        return row !== undefined && owners.includes(row.memberId) ? row : null;
      });
    },
    { largest: 200 },
  );
  return (id, ...owners) => find({ id, owners });
}
