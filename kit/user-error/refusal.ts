/**
 * A business rule said no. Data, not an exception: it can be stored and replayed as JSON. `type` is the GraphQL type
 * that shows it, `code` is machine-readable, `path` leads into the mutation's `input`, and every further fact is a
 * field of that type.
 */
export interface Refusal {
  readonly type: string;
  readonly code: string;
  readonly path?: readonly string[];
  readonly [fact: string]: unknown;
}

/** The sentences for each code, made from the refusal's facts. A sentence says what to do. */
// Facts differ by code and a table of them is read by its key: their type is known to each sentence alone.
// oxlint-disable-next-line typescript/no-explicit-any
export type Messages = Record<string, { en: (facts: any) => string; zh: (facts: any) => string }>;
