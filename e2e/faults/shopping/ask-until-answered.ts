import { setTimeout as pause } from 'node:timers/promises';
import { comeAgainAfterMs, errorCodesOf, type Answer, type Client } from '../../world/client.ts';
import { nameOf, type Document } from '../../world/documents.ts';

/** How the graph behaved towards those who asked. */
export class Answers {
  /** Answered in the end, with yes or with a typed refusal. */
  answered = 0;
  /** What was never answered in all the time that somebody waits, with what came last. */
  readonly unanswered: string[] = [];
  /** What else came, and how often; after each of it the same was asked again with the same key. */
  readonly #errors = new Map<string, number>();

  failed(word: string): void {
    this.#errors.set(word, (this.#errors.get(word) ?? 0) + 1);
  }

  /** What else came, the most frequent first. */
  get errors(): readonly (readonly [word: string, count: number])[] {
    return [...this.#errors].toSorted(([, one], [, other]) => other - one);
  }
}

/** Longer than anything may take to come back. */
const patienceMs = 120_000;
/** Before the second try; longer before each further one, so that those who ask again don't keep the others from being answered. */
const pauseMs = 250;
const longestPauseMs = 2_000;

/**
 * Asks the same again and again until there is an answer: after an error, or no answer, nobody knows what happened. Null when the patience is at its end.
 */
export async function askUntilAnswered<Data>(
  answers: Answers,
  what: string,
  ask: () => Promise<Answer<Data>>,
): Promise<Data | null> {
  const deadline = performance.now() + patienceMs;
  for (let tries = 1; ; tries += 1) {
    const answer = await ask().catch((error: unknown) => wordOf(error));
    if (typeof answer !== 'string' && answer.errors.length === 0 && answer.data !== null) {
      answers.answered += 1;
      return answer.data;
    }
    const word = typeof answer === 'string' ? answer : (errorCodesOf(answer)[0] ?? `HTTP ${answer.status}`);
    if (performance.now() > deadline) {
      answers.unanswered.push(`${what}: ${word}`);
      return null;
    }
    answers.failed(word);
    const toldMs = typeof answer === 'string' ? 0 : comeAgainAfterMs(answer);
    await pause(Math.max(toldMs, Math.min(longestPauseMs, pauseMs * tries)) * (1 + Math.random()));
  }
}

/** Sends a document until it is answered; null when it never was. */
export type Ask = <Data, Variables>(document: Document<Data, Variables>, variables: Variables) => Promise<Data | null>;

/** Somebody who asks until answered. */
export function asking(answers: Answers, client: Client): Ask {
  return (document, variables) => askUntilAnswered(answers, nameOf(document), () => client.send(document, variables));
}

/** A connection that broke, by its code. */
function wordOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : String(error);
}
