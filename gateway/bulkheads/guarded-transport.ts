import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { SubgraphName } from '#kit/events/events.ts';
import { NeighbourError, type Call, type Transport } from '#kit/transport/transport.ts';
import { comeAgainMs } from '#kit/transport/unanswered.ts';
import { createCircuit, type Circuit } from './circuit.ts';

interface Options {
  /** By which it is known how long a subgraph has been away, milliseconds; `performance.now` unless given. */
  readonly now?: () => number;
  readonly log: Logger;
  /** Calls to one subgraph at the same time; 256 unless given. */
  readonly callsAtOnce?: number;
  /** How long a call waits for a place, milliseconds; 1 s unless given. As many may wait as may be under way. */
  readonly placeWithinMs?: number;
  /** How long a read may take, milliseconds; 3 s unless given. Changes have as long as their request. */
  readonly readWithinMs?: number;
}

interface Bulkhead {
  readonly circuit: Circuit;
  underWay: number;
  /** Calls that wait for a place, in order of arrival; each is given one by being called. */
  readonly waiting: Set<() => void>;
}

/** A read is tried again after this long at least, and twice as long at most, milliseconds: not all at the same moment. */
const retryAfterMs = 20;
/**
 * Keeps one subgraph's trouble to itself. Reads have a time limit, and are tried once more when nobody answered; calls to one subgraph
 * are limited in number, and those beyond wait a moment for a place, or are refused with BUSY; one that stays away is asked only now and then, and the rest is answered at once that it is.
 */
export function guardedTransport(transport: Transport, options: Options): Transport {
  const { now = () => performance.now(), log, callsAtOnce = 256, placeWithinMs = 1000, readWithinMs = 3000 } = options;
  const bulkheads = new Map<SubgraphName, Bulkhead>();

  function bulkheadOf(target: SubgraphName): Bulkhead {
    const known = bulkheads.get(target);
    if (known) return known;
    const fresh = { circuit: createCircuit(now), underWay: 0, waiting: new Set<() => void>() };
    bulkheads.set(target, fresh);
    return fresh;
  }

  async function once(
    target: SubgraphName,
    bulkhead: Bulkhead,
    call: Call,
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    if (!bulkhead.circuit.admits()) throw busyWith(target, 'it has been away lately');
    if (bulkhead.underWay < callsAtOnce) bulkhead.underWay += 1;
    else await placeIn(bulkhead, target);
    const begunAt = now();
    try {
      const answer = await work();
      bulkhead.circuit.succeeded();
      return answer;
    } catch (error) {
      if (isAway(error)) {
        const opened = !call.signal?.aborted && bulkhead.circuit.failed(begunAt);
        if (opened) log.error({ subgraph: target }, 'a subgraph is away, it is asked now and then only');
      } else bulkhead.circuit.succeeded();
      throw error;
    } finally {
      const [next] = bulkhead.waiting;
      if (next) next();
      else bulkhead.underWay -= 1;
    }
  }

  /** Takes a place when somebody leaves one; it is given on without becoming free. */
  async function placeIn(bulkhead: Bulkhead, target: SubgraphName): Promise<void> {
    const full = busyWith(target, `${callsAtOnce} calls are under way already`);
    if (bulkhead.waiting.size >= callsAtOnce) throw full;
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer);
        bulkhead.waiting.delete(enter);
        resolve();
      };
      const timer = setTimeout(() => {
        bulkhead.waiting.delete(enter);
        reject(full);
      }, placeWithinMs);
      bulkhead.waiting.add(enter);
    });
  }

  return {
    async call(target, path, body, call) {
      // Whether it is ready is asked of it whatever we think of it.
      if (path === '/ready') return transport.call(target, path, body, call);
      const bulkhead = bulkheadOf(target);
      if (call.repeatable !== true) return once(target, bulkhead, call, () => transport.call(target, path, body, call));
      const endsAt = performance.now() + Math.min(readWithinMs, call.timeoutMs ?? readWithinMs);
      const read = () =>
        once(target, bulkhead, call, () =>
          transport.call(target, path, body, { ...call, timeoutMs: endsAt - performance.now() }),
        );
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof NeighbourError) || error.code !== 'UNAVAILABLE' || bulkhead.circuit.isOpen())
          throw error;
        await pause(retryAfterMs * (1 + Math.random()));
        if (performance.now() >= endsAt || call.signal?.aborted) throw error;
        return read();
      }
    },
    close: () => transport.close(),
  };
}

/** For a call that was not made. */
function busyWith(target: SubgraphName, message: string): NeighbourError {
  return new NeighbourError('REFUSED', target, message, { reason: 'BUSY', retryAfterMs: comeAgainMs });
}

/** A refusal is an answer. */
function isAway(error: unknown): boolean {
  return error instanceof NeighbourError && error.code !== 'REFUSED';
}
