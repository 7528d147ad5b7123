/** How large a document may be. What each number counts is said at `Measures`. */
export interface DocumentLimits {
  readonly tokens: number;
  readonly fields: number;
  readonly depth: number;
  readonly introspectionDepth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly pageSize: number;
}

/** The limits of every caller. Why these: docs/guides/limits.md. */
export const documentLimits: DocumentLimits = {
  tokens: 1000,
  fields: 1000,
  depth: 12,
  introspectionDepth: 16,
  aliases: 15,
  directives: 30,
  pageSize: 100,
};

/** What a document comes to: the largest value over its operations, with the fragments counted at every place that spreads them. */
export interface Measures {
  /** Fields and spreads: what the document would be if its fragments were written out. */
  readonly fields: number;
  /** Fields inside one another, from the root; those of `__schema` and `__type` don't count. */
  readonly depth: number;
  /** The same below `__schema` and `__type`, themselves included. */
  readonly introspectionDepth: number;
  /** Fields with a name of the client's own, `__typename` included. */
  readonly aliases: number;
  /** Uses of directives, those on variables and fragments included. */
  readonly directives: number;
  /** The sizes of pages that are asked for: numbers as they are written, variables by their name. */
  readonly pageSizes: readonly PageSize[];
}

/** One `first` or `last`. */
export type PageSize = { readonly literal: number } | { readonly variable: string; readonly fallback: number | null };
