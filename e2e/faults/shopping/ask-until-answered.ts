import { setTimeout as pause } from 'node:timers/promises';
import { comeAgainAfterMs, errorCodesOf, type Answer, type Client } from '../../world/client.ts';
import { nameOf, type Document } from '../../world/documents.ts';

/** How the graph behaved towards those who asked. */
export class Answers {
  /** Answered in the end, with yes or with a typed refusal. */
  answered = 0;
  /** The one that took longest, with all that came before it. */
  slowest: { readonly ms: number; readonly story: string } = { ms: 0, story: 'nothing was asked' };
  /** What was never answered in all the time that somebody waits, a line each: all that came instead, in order, and the ids of the last requests. */
  readonly unanswered: string[] = [];
  /** What else came, and how often; after each of it the same was asked again with the same key. */
  readonly #errors = new Map<string, number>();

  answeredAfter(ms: number, story: () => string): void {
    this.answered += 1;
    if (ms > this.slowest.ms) this.slowest = { ms, story: story() };
  }

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
/** Twice what the gateway may take: who hears nothing for so long asks again. */
const answerWithinMs = 10_000;
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
  const begunAt = performance.now();
  const deadline = begunAt + patienceMs;
  const tried: Try[] = [];
  for (let tries = 1; ; tries += 1) {
    const askedAt = performance.now();
    const answer = await Promise.race([ask(), silence()]).catch((error: unknown) => wordOf(error));
    if (typeof answer !== 'string' && answer.errors.length === 0 && answer.data !== null) {
      answers.answeredAfter(performance.now() - begunAt, () => `${what}: ${storyOf(tried)}`);
      return answer.data;
    }
    const word = typeof answer === 'string' ? answer : (errorCodesOf(answer)[0] ?? `HTTP ${answer.status}`);
    const requestId = typeof answer === 'string' ? null : answer.headers.get('x-request-id');
    tried.push({ word, afterMs: askedAt - begunAt, tookMs: performance.now() - askedAt, requestId });
    if (performance.now() > deadline) {
      answers.unanswered.push(`${what}: ${storyOf(tried)}`);
      return null;
    }
    answers.failed(word);
    const toldMs = typeof answer === 'string' ? 0 : comeAgainAfterMs(answer);
    await pause(Math.max(toldMs, Math.min(longestPauseMs, pauseMs * tries)) * (1 + Math.random()));
  }
}

/** Stands in for an answer that doesn't come. */
const silence = (): Promise<string> => pause(answerWithinMs, 'silence', { ref: false });

/** One time that somebody asked in vain. */
interface Try {
  readonly word: string;
  /** Since the first time. */
  readonly afterMs: number;
  readonly tookMs: number;
  readonly requestId: string | null;
}

/** What came: when it was asked for, in seconds since the first time, and how long it took; and by which ids the last of it is found in the logs. */
function storyOf(tried: readonly Try[]): string {
  const words = tried.map(({ word, afterMs, tookMs }) => `${secondsOf(afterMs)}: ${word} (${secondsOf(tookMs)})`);
  const ids = tried.slice(-3).flatMap(({ requestId }) => requestId ?? []);
  return [words.join(', ') || 'the first time', ...ids].join('; ');
}

const secondsOf = (ms: number): string => (ms / 1_000).toFixed(1);

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
