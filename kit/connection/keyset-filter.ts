import { trusted } from '#kit/mongo/trusted.ts';
import { badCursor, type CursorValue, type CursorValues } from './cursor.ts';

/** One field of a sort, as in the index that serves it. */
export interface SortField {
  readonly field: string;
  readonly direction: 1 | -1;
  /** Whether rows may lack the field or have null there. MongoDB sorts those first (1) or last (-1). */
  readonly nullable?: boolean;
}

/** The same sort as MongoDB wants it: `{ price: 1, _id: 1 }`. */
export function sortOf(sort: readonly SortField[]): Record<string, 1 | -1> {
  return Object.fromEntries(sort.map(({ field, direction }) => [field, direction]));
}

/**
 * The filter for rows strictly after a cursor in the given sort, whose last field must be unique (`_id`). With `after`
 * null: no filter. One branch per field, each a range of the sort's index behind equalities, so that MongoDB merges
 * ranges instead of sorting or walking ties. It has an `$or` of its own: join it with another filter that has one by
 * `$and: [own, keysetFilter(…)]`. A cursor of another length, or with null for a field that has none, is
 * BAD_USER_INPUT.
 */
export function keysetFilter(sort: readonly SortField[], after: CursorValues | null): Record<string, unknown> {
  if (after === null) return {};
  if (after.length !== sort.length) throw badCursor();
  const branches: Record<string, unknown>[] = [];
  let ties: Record<string, unknown> = {};
  sort.forEach((sortField, index) => {
    const value = after[index] ?? null;
    if (value === null && sortField.nullable !== true) throw badCursor();
    for (const condition of conditionsAfter(sortField, value)) branches.push({ ...ties, [sortField.field]: condition });
    ties = { ...ties, [sortField.field]: value };
  });
  return { $or: branches };
}

/**
 * The operators are ours and their values plain; without the mark, mongoose's sanitizeFilter would take them for the
 * caller's. Each condition has to be marked, since mongoose copies filters and a copied array loses its mark.
 */
function conditionsAfter({ direction, nullable }: SortField, value: CursorValue): unknown[] {
  if (direction === 1) return [value === null ? trusted({ $ne: null }) : trusted({ $gt: value })];
  if (value === null) return [];
  const below = trusted({ $lt: value });
  return nullable === true ? [below, null] : [below];
}
