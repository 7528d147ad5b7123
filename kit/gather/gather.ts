import { busy } from '#kit/graphql/errors.ts';
import { pause } from '#kit/lease/pause.ts';
import { createCompany } from '#kit/turns/company.ts';
import { inTurns } from '#kit/turns/end-of-turn.ts';

/** The bounds of {@link createGather}. */
export interface GatherLimits {
  /** Requests sent together at most. Default 200. */
  readonly largest?: number;
  /** Sendings under way at once. Default 1: the fewer, the more go together. */
  readonly atOnce?: number;
  /** Requests that may wait. Default 5,000. */
  readonly mostWaiting?: number;
  /** How long from the first of them to the sending, milliseconds, where nobody is in a hurry. Default: until the end of the turn of the event loop, or a moment where some went together before. */
  readonly afterMs?: () => number;
}

/** Hands a request in and gives its answer. @throws BUSY when too many wait: nothing was sent then. Whatever the sending throws, for each that was in it. */
export type Gather<Request, Answer> = (request: Request) => Promise<Answer>;

interface Waiting<Request, Answer> {
  readonly request: Request;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** A request asks several times, one after the other. */
const companyWaits = { eachMs: 0.5, mostMs: 4 };

/**
 * Joins calls to somebody who takes many at once: those of one turn of the event loop (or of `afterMs`), and of a moment where some went together before, go together, and those that arrive
 * while `atOnce` sendings are under way wait for the next. `send` answers every request in its place.
 */
export function createGather<Request, Answer>(
  send: (requests: readonly Request[]) => Promise<readonly Answer[]>,
  { largest = 200, atOnce = 1, mostWaiting = 5_000, afterMs }: GatherLimits = {},
): Gather<Request, Answer> {
  const waiting: Waiting<Request, Answer>[] = [];
  const company = createCompany(companyWaits);
  let underWay = 0;
  let starting = false;

  return (request) =>
    new Promise<Answer>((resolve, reject) => {
      if (waiting.length >= mostWaiting) return reject(busy(1_000));
      waiting.push({ request, resolve, reject });
      if (!starting) void startSoon();
    });

  async function startSoon(): Promise<void> {
    starting = true;
    await (afterMs === undefined ? company.gathered(waiting.length) : pause(afterMs()));
    starting = false;
    while (underWay < atOnce && waiting.length > 0) void run(waiting.splice(0, largest));
  }

  async function run(batch: readonly Waiting<Request, Answer>[]): Promise<void> {
    underWay += 1;
    company.went(batch.length);
    try {
      const answers = await send(batch.map(({ request }) => request));
      if (answers.length !== batch.length) throw new Error(`${answers.length} answers to ${batch.length} requests`);
      await inTurns(batch, ({ resolve }, index) => resolve(answers[index] as Answer));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    if (waiting.length > 0 && !starting) await startSoon();
  }
}
