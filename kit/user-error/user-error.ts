import type { Locale } from '#kit/viewer/viewer.ts';
import { commonMessages } from './shared-refusals.ts';

/**
 * A business rule said no. Data, not an exception: it can be stored and replayed as JSON. `type` is the GraphQL type that shows it, `code` is
 * machine-readable, `path` leads into the mutation's `input`, and every further fact is a field of that type.
 */
export interface Refusal {
  readonly type: string;
  readonly code: string;
  readonly path?: readonly string[];
  readonly [fact: string]: unknown;
}

/** What an action returns: its value, or at least one reason why not. */
export type Outcome<T, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusals: readonly R[] };

/** The action was done. */
export function accepted<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The action was not done, for these reasons. RangeError when there is none. */
export function refused<R extends Refusal>(...refusals: R[]): { readonly ok: false; readonly refusals: readonly R[] } {
  if (refusals.length === 0) throw new RangeError('a refusal needs a reason');
  return { ok: false, refusals };
}

/** The sentences for each code, made from the refusal's facts. A sentence says what to do. */
// Facts differ by code and a table of them is read by its key: their type is known to each sentence alone.
// oxlint-disable-next-line typescript/no-explicit-any
export type Messages = Record<string, { en: (facts: any) => string; zh: (facts: any) => string }>;

/** What the GraphQL executor reads for a `UserError`. */
export interface UserErrorParent {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly [fact: string]: unknown;
}

/**
 * Turns refusals into the payload's `userErrors`, in the viewer's language. `messages` are the subgraph's own; the shared codes are known
 * already. Throws on a code that has no sentence: a mistake of the program that a test must find.
 */
export function toUserErrors(refusals: readonly Refusal[], locale: Locale, messages: Messages): UserErrorParent[] {
  return refusals.map((refusal) => {
    const { type, code, path, ...facts } = refusal;
    const sentence = Object.hasOwn(messages, code) ? messages[code] : commonMessages[code];
    if (sentence === undefined) throw new Error(`the user error ${code} has no message`);
    const message = locale === 'en' ? sentence.en(facts) : sentence.zh(facts);
    return { ...facts, __typename: type, code, message, path: path ?? null };
  });
}

export { commonMessages };
export * from './shared-refusals.ts';
