import type { GraphQLSchema } from 'graphql';
import type { Chance } from '#kit/testing/chance.ts';
import { generateOperation } from '../../gateway/executor/fixtures/generate-operation.ts';

/** Somebody who asks: with the schema of their view, and how they get in. */
export interface Asker {
  readonly role: string;
  readonly schema: GraphQLSchema;
  /** Headers to ask with; asked for again when they are refused. */
  readonly signIn: () => Promise<Record<string, string>>;
}

/** An answer that must not be: what it was, to what. */
export interface Offence {
  readonly role: string;
  readonly what: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** What came of a role's asking. */
export interface Tally {
  readonly role: string;
  asked: number;
  /** Answers by status. */
  readonly statuses: Map<number, number>;
  /** Error codes, each counted once for an answer. */
  readonly codes: Map<string, number>;
  slowestMs: number;
  /** The document that took so long. */
  slowest: string;
}

/** No answer may take longer, milliseconds. */
const longestAnswerMs = 5_000;
const idsKept = 500;
/** Texts that are meant to trip somebody up, among ids that exist. */
const odd = [
  '',
  '0',
  '-1',
  '$ne',
  '__proto__',
  '{"$gt":""}',
  'x'.repeat(300),
  '\u0000',
  '👾',
  '2026-11-23T08:00:00Z',
  'CNY',
  '12.30',
];

/**
 * Asks operations at random until `until`, each a little different for the ids that earlier answers named. An answer of 500 or more other than 503 (busy, which says when
 * to come again), one that isn't JSON, none at all, or one that takes too long is an offence, and so is an internal error.
 */
export async function askAtRandom(
  url: string,
  { role, schema, signIn }: Asker,
  {
    chance,
    until,
    onOffence,
  }: { readonly chance: Chance; readonly until: number; readonly onOffence: (offence: Offence) => void },
): Promise<Tally> {
  const tally: Tally = { role, asked: 0, statuses: new Map(), codes: new Map(), slowestMs: 0, slowest: '' };
  const ids: string[] = [];
  let headers = await signIn();
  while (performance.now() < until) {
    const { query, variables } = generateOperation(schema, chance, chance.happens(0.8) && ids.length > 0 ? ids : odd);
    const offend = (what: string) => onOffence({ role, what, query, variables });
    const begunAt = performance.now();
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(2 * longestAnswerMs),
      });
      const text = await response.text();
      const ms = performance.now() - begunAt;
      tally.asked += 1;
      if (ms > tally.slowestMs) Object.assign(tally, { slowestMs: ms, slowest: query });
      tally.statuses.set(response.status, (tally.statuses.get(response.status) ?? 0) + 1);
      if (response.status >= 500 && response.status !== 503) offend(`status ${response.status}`);
      if (ms > longestAnswerMs) offend(`answered after ${Math.round(ms)} ms`);
      const codes = codesOf(JSON.parse(text));
      for (const code of codes) tally.codes.set(code, (tally.codes.get(code) ?? 0) + 1);
      if (codes.has('INTERNAL_SERVER_ERROR')) offend('an internal error');
      if (response.status === 401) headers = await signIn();
      for (const [id] of text.matchAll(/\b[a-z]{3}_[0-9A-Z]{26}\b/g))
        ids[ids.length < idsKept ? ids.length : chance.below(idsKept)] = id;
    } catch (error) {
      offend(`no answer: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

function codesOf(answer: unknown): Set<string> {
  const { errors = [] } = answer as { errors?: readonly { extensions?: { code?: string } }[] };
  return new Set(errors.map(({ extensions }) => extensions?.code ?? 'none'));
}
