import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import { pause } from '#kit/lease/pause.ts';
import { createCompany } from '#kit/turns/company.ts';
import { inTurns } from '#kit/turns/end-of-turn.ts';
import { failureOf } from './failures.ts';
import { WaitingLine, type Contender } from './waiting-line.ts';

/** What a group commit does for its callers. */
export interface GroupCommitSpec<Request, Answer> {
  /** What a request contends for: ids of the documents that it will change. None: it contends with nobody. */
  keysOf(request: Request): readonly string[];
  /**
   * Decides requests in their order, writes what follows from all of them as one transaction, and answers each in its place. A request that is
   * refused by the decision is answered too; throw only when the group can't be written. It must be safe to run again with the same requests,
   * even when an earlier run turns out to have been written: each leaves a row with an id of its own, by which it is known.
   */
  commit(requests: readonly Request[]): Promise<readonly Answer[]>;
  /** The answers of those requests whose effect is there to be seen, in their places; `undefined` for the others. Asked when a commit's answer was lost. */
  alreadyDone(requests: readonly Request[]): Promise<readonly (Answer | undefined)[]>;
  /** Told of every group when it is done, for metrics. */
  readonly observe?: (group: ObservedGroup) => void;
}

/** A group that was committed, or failed. */
export interface ObservedGroup {
  readonly size: number;
  /** How long the first of it had waited, milliseconds. */
  readonly waitMs: number;
  /** How long it took, with all its tries. */
  readonly ms: number;
}

/** The bounds of a group commit; the defaults fit calls that time out after three seconds. */
export interface GroupCommitLimits {
  /** Requests written together at most. Default 500. */
  readonly largestGroup?: number;
  /** Groups under way at once when they are slow, as in a conflict with another process; as long as they are not, it is one. Default 4. */
  readonly atOnce?: number;
  /** Requests that may wait for one key. Default 2,000. */
  readonly longestQueue?: number;
  /** Requests that may wait altogether. Default 10,000. */
  readonly mostWaiting?: number;
  /** How long a request may wait before it is refused, milliseconds. Default 2,000. */
  readonly longestWaitMs?: number;
}

/**
 * Hands a request in; resolves when it is durable. A caller who has gone (`signal`) while the request waited is left out.
 * @throws BUSY, with the time after which to try again, when too many wait, it has waited too long, or others elsewhere were faster again and
 * again: nothing was done then. Whatever `commit` throws for this request alone. An error of the database's means "unknown": ask again with the same ids.
 */
export type GroupCommit<Request, Answer> = (request: Request, signal?: AbortSignal) => Promise<Answer>;

interface Waiting<Request, Answer> extends Contender {
  readonly request: Request;
  readonly since: number;
  readonly signal: AbortSignal | undefined;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** How long a group may take before others go beside it, milliseconds. */
const slowMs = 200;
/** What a commit costs, to its process and the database, is worth a wait. */
const companyWaits = { eachMs: 1, mostMs: 12 };
/** Tries of one group before its members are tried apart, or refused. */
const mostTries = 5;
const shortestRetryMs = 100;
const longestRetryMs = 5_000;

/**
 * Joins concurrent requests: those that arrive while a commit is under way are decided, in order of arrival, in the next one. Under contention one
 * transaction then serves hundreds of callers, where hundreds of transactions would fight for one document.
 * There is one queue for each key. Also those without a common key go together, one group after the other, because a commit costs much the same for one and for
 * many; only beside a slow group, others without a key of it may go. When a group can't be written it is halved, again and again, until
 * those who can't be written are alone; so is one that others elsewhere are faster than again and again, unless all its members want the same.
 */
export function createGroupCommit<Request, Answer>(
  spec: GroupCommitSpec<Request, Answer>,
  limits: GroupCommitLimits = {},
): GroupCommit<Request, Answer> {
  const { largestGroup = 500, atOnce = 4, longestQueue = 2_000, mostWaiting = 10_000, longestWaitMs = 2_000 } = limits;
  type Entry = Waiting<Request, Answer>;
  const line = new WaitingLine<Entry>();
  const company = createCompany(companyWaits);
  let underWay = 0;
  let slow = 0;
  let starting = false;
  /** Milliseconds that one request takes, as seen lately. */
  let pace = 1;
  let watching = false;

  return (request, signal) =>
    new Promise<Answer>((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const entry: Entry = { request, keys: spec.keysOf(request), since: performance.now(), signal, resolve, reject };
      const isFull = line.length >= mostWaiting || entry.keys.some((key) => line.waitingFor(key) >= longestQueue);
      if (isFull) return reject(busy(retryAfterMs()));
      line.add(entry);
      if (!watching) watch(longestWaitMs);
      if (hasPlace()) void startSoon();
    });

  function hasPlace(): boolean {
    return underWay < Math.min(atOnce, 1 + slow);
  }

  /** Those who come in one turn of the event loop go together, or in a moment where some did before. */
  async function startSoon(): Promise<void> {
    if (starting) return;
    starting = true;
    await company.gathered(line.length);
    starting = false;
    startWaiting();
  }

  async function run(group: Entry[]): Promise<void> {
    underWay += 1;
    company.went(group.length);
    const begunAt = performance.now();
    let isSlow = false;
    const alarm = setTimeout(() => {
      isSlow = true;
      slow += 1;
      startWaiting();
    }, slowMs);
    await settle(group);
    clearTimeout(alarm);
    if (isSlow) slow -= 1;
    const ms = performance.now() - begunAt;
    pace = 0.8 * pace + 0.2 * (ms / group.length);
    spec.observe?.({ size: group.length, waitMs: begunAt - (group[0]?.since ?? begunAt), ms });
    underWay -= 1;
    line.finish(group);
    // Calls that have arrived meanwhile and wait in the process's event queue shall join the next group.
    if (line.length > 0) await startSoon();
  }

  function startWaiting(): void {
    for (const gone of line.remove(({ signal }) => signal?.aborted === true)) gone.reject(gone.signal?.reason);
    while (hasPlace()) {
      const group = line.next(largestGroup);
      if (group.length === 0) return;
      void run(group);
    }
  }

  /** Answers every member of the group, one way or another. */
  async function settle(group: readonly Entry[]): Promise<void> {
    let rest = group;
    for (let tries = 1; ; tries += 1) {
      const outcome = await attempt(rest);
      if (outcome === 'DONE') return;
      const { error } = outcome;
      const failure = failureOf(error);
      if (failure === 'UNKNOWN') rest = await withoutThoseDone(rest, error);
      if (rest.length === 0) return;
      if (failure === 'FAILED' || (failure === 'CLASHED' && tries === mostTries)) return settleApart(rest, error);
      if (failure === 'CONTENDED' && rest.length > 1 && !contendForOne(rest)) return settleBeside(rest);
      if (tries === mostTries || failure === 'CROWDED') {
        for (const entry of rest) entry.reject(failure === 'CONTENDED' ? busy(retryAfterMs()) : error);
        return;
      }
      await pause(Math.random() * 5 * 2 ** tries);
    }
  }

  async function attempt(group: readonly Entry[]): Promise<'DONE' | { readonly error: unknown }> {
    try {
      await crashPoint('group-commit.before');
      const answers = await spec.commit(group.map((entry) => entry.request));
      await crashPoint('group-commit.written');
      if (answers.length !== group.length) throw new Error(`${answers.length} answers to ${group.length} requests`);
      void inTurns(group, (entry, index) => entry.resolve(answers[index] as Answer));
      return 'DONE';
    } catch (error) {
      return { error };
    }
  }

  /**
   * One document that somebody else holds, perhaps a process that died, must not keep those who want others waiting: the halves go side by side, so that only who shares one with
   * that document has to try again.
   */
  async function settleBeside(group: readonly Entry[]): Promise<void> {
    const half = Math.ceil(group.length / 2);
    await Promise.all([settle(group.slice(0, half)), settle(group.slice(half))]);
  }

  async function settleApart(group: readonly Entry[], error: unknown): Promise<void> {
    if (group.length === 1) {
      group[0]?.reject(error);
      return;
    }
    const half = Math.ceil(group.length / 2);
    await settle(group.slice(0, half));
    await settle(group.slice(half));
  }

  /** Answers those whose effect is there and gives the others. When it can't be seen, all get the error: the outcome is unknown. */
  async function withoutThoseDone(group: readonly Entry[], error: unknown): Promise<readonly Entry[]> {
    let answers: readonly (Answer | undefined)[];
    try {
      answers = await spec.alreadyDone(group.map((entry) => entry.request));
    } catch (unreadable) {
      const cause = new AggregateError([error, unreadable], 'a commit was not answered, and its effect can’t be seen');
      for (const entry of group) entry.reject(cause);
      return [];
    }
    return group.filter((entry, index) => {
      const answer = answers[index];
      if (answer !== undefined) entry.resolve(answer);
      return answer === undefined;
    });
  }

  /** Refuses those who have waited too long, also while nothing moves. */
  function watch(inMs: number): void {
    watching = true;
    const alarm = setTimeout(() => {
      const before = performance.now() - longestWaitMs;
      for (const late of line.remove(({ since }) => since <= before)) late.reject(busy(retryAfterMs()));
      const { first } = line;
      if (first === undefined) watching = false;
      else watch(Math.max(1, first.since - before));
    }, inMs);
    alarm.unref();
  }

  function retryAfterMs(): number {
    return Math.round(Math.min(longestRetryMs, Math.max(shortestRetryMs, line.length * pace)));
  }
}

/** Whether all want the same document: then none of them is to blame more than the others. */
function contendForOne([first, ...others]: readonly Contender[]): boolean {
  return first !== undefined && first.keys.some((key) => others.every(({ keys }) => keys.includes(key)));
}
