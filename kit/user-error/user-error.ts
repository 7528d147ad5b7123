import type { Locale } from '#kit/viewer/viewer.ts';
import type { Messages, Refusal } from './refusal.ts';
import { commonMessages } from './shared-refusals.ts';

export type { Messages, Refusal } from './refusal.ts';
export * from './shared-refusals.ts';

/** What an action returns: its value, or at least one reason why not. */
export type Outcome<T, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusals: readonly R[] };

/** The action was done. */
export function accepted<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** The action was not done, for these reasons. RangeError when there is none. */
export function refused<const R extends readonly Refusal[]>(
  ...refusals: R
): { readonly ok: false; readonly refusals: readonly R[number][] } {
  if (refusals.length === 0) throw new RangeError('a refusal needs a reason');
  return { ok: false, refusals };
}

/** What the GraphQL executor reads for a `UserError`. */
export interface UserErrorParent {
  readonly __typename: string;
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly [fact: string]: unknown;
}

/**
 * Turns refusals into the payload's `userErrors`, in the viewer's language. `messages` are the subgraph's own; the
 * shared codes are known already. Throws on a code that has no sentence: a mistake of the program that a test must
 * find.
 */
export function toUserErrors(refusals: readonly Refusal[], locale: Locale, messages: Messages): UserErrorParent[] {
  return refusals.map((refusal) => {
    const { type, code, path, ...facts } = refusal;
    const sentence = [messages, commonMessages].find((table) => Object.hasOwn(table, code))?.[code];
    if (sentence === undefined) throw new Error(`the user error ${code} has no message`);
    const message = locale === 'en' ? sentence.en(facts) : sentence.zh(facts);
    return { ...facts, __typename: type, code, message, path: path ?? null };
  });
}
