import { badInput } from '#kit/graphql/errors.ts';
import { decodeCursor, type CursorValues } from './cursor.ts';

export { decodeCursor, encodeCursor, type CursorValue, type CursorValues } from './cursor.ts';
export { keysetFilter, sortOf, type SortField } from './keyset-filter.ts';

const largestPage = 100;

/** What a caller asked for, checked. */
export interface Page {
  /** Rows wanted, 1 to 100. Fetch one more to learn whether there is a next page. */
  readonly first: number;
  readonly after: CursorValues | null;
}

/** Reads a connection field's arguments. BAD_USER_INPUT unless `first` is 1 to 100 and `after` a cursor of ours. */
export function pageOf({ first, after }: { first?: number | null; after?: string | null }): Page {
  if (!Number.isInteger(first) || first == null || first < 1 || first > largestPage) {
    throw badInput(`"first" must be a whole number from 1 to ${largestPage}.`);
  }
  return { first, after: after == null ? null : decodeCursor(after) };
}

/** What the resolvers of a Relay connection type read. */
export interface ConnectionParent<Row> {
  readonly nodes: Row[];
  readonly edges: { readonly cursor: string; readonly node: Row }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  /** Counts when asked for, and once. */
  readonly totalCount: () => Promise<number>;
}

/**
 * The page made of `rows`, of which one more than `first` was fetched. `hasPreviousPage` is known only from `after`:
 * pass the page's, or nothing for a list that is always read from its start.
 */
export function connectionOf<Row>(page: {
  readonly rows: readonly Row[];
  readonly first: number;
  readonly after?: CursorValues | null;
  cursorOf(row: Row): string;
  totalCount(): Promise<number>;
}): ConnectionParent<Row> {
  const nodes = page.rows.slice(0, page.first);
  const cursorOf = (node: Row | undefined) => (node === undefined ? null : page.cursorOf(node));
  let counted: Promise<number> | undefined;
  return {
    nodes,
    // Most callers ask for no cursor but the last.
    get edges() {
      return nodes.map((node) => ({ cursor: page.cursorOf(node), node }));
    },
    pageInfo: {
      hasNextPage: page.rows.length > page.first,
      hasPreviousPage: page.after != null,
      get startCursor() {
        return cursorOf(nodes.at(0));
      },
      get endCursor() {
        return cursorOf(nodes.at(-1));
      },
    },
    totalCount: () => (counted ??= page.totalCount()),
  };
}
