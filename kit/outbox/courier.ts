import type { Logger } from 'pino';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { DomainEvent } from '#kit/events/events.ts';
import { idTime } from '#kit/ids/ids.ts';
import { waitAfter, type Backoff } from './backoff.ts';
import { createBell } from './bell.ts';
import { snapshot, type Lookout } from './lookout.ts';
import { eventOf, type Outbox, type OutboxRow } from './outbox.ts';

/** An event that was confirmed, for metrics. */
export interface Delivered {
  readonly subscriber: string;
  readonly event: DomainEvent;
  /** From being written to being confirmed, milliseconds. */
  readonly lagMs: number;
}

/** What carries events to one subscriber. */
export interface Courier {
  /** There may be something to carry. */
  ring(): void;
  /** Settles when its signal was aborted and what was under way is done and confirmed. */
  readonly ended: Promise<void>;
}

/** How a courier works. */
export interface CourierOptions {
  readonly outbox: Outbox;
  /** Of the outbox, shared with its other couriers. */
  readonly lookout: Lookout;
  readonly subscriber: string;
  /** Confirms by returning. An error whose `code` is UNAVAILABLE or TIMEOUT means that the subscriber is away; any other one that this event can't be taken now. */
  deliver(event: DomainEvent): Promise<unknown>;
  /** Aborted: take nothing new. */
  readonly signal: AbortSignal;
  readonly log: Pick<Logger, 'warn'>;
  onDelivered?(delivered: Delivered): void;
  /** How often to look without having been rung, milliseconds. */
  readonly pollMs: number;
  /** Events read at a time. */
  readonly batch: number;
  /** Aggregates served at a time. */
  readonly parallel: number;
  /** For an aggregate whose event was not taken. */
  readonly retry: Backoff;
  /** For a subscriber that is away. */
  readonly awayRetry: Backoff;
}

interface Trouble {
  failures: number;
  retryAt: number;
}

/** More blocked aggregates than this are not passed over any more: the courier waits for the first that may be tried again. */
const mostBlocked = 500;

/**
 * Carries one subscriber's events: up to `parallel` aggregates at a time, the events of one aggregate in the order of their versions.
 * An aggregate whose event fails waits and is passed over; the others go on. A subscriber that is away is tried with what comes first,
 * again and again, and nothing is held against any aggregate.
 */
export function startCourier(options: CourierOptions): Courier {
  const { outbox, lookout, subscriber, signal, log, batch, parallel } = options;
  const bell = createBell();
  const inHand = new Map<string, Promise<void>>();
  const blocked = new Map<string, Trouble>();
  const away: Trouble = { failures: 0, retryAt: 0 };
  let looks = 0;

  /** Pending events by aggregate, oldest first, without those in hand or blocked; behind a full batch there is enough to carry already, so it isn't waited for. */
  async function look(behindFull: boolean): Promise<{ groups: OutboxRow[][]; full: boolean }> {
    let retried: string[] = [];
    function passedOver(): string[] {
      looks += 1;
      const those = [...inHand.keys(), ...blockedNow()];
      retried = [...blocked.keys()].filter((aggregateId) => !those.includes(aggregateId));
      return those;
    }
    const rows = await (behindFull ? lookout.lookAtOnce : lookout.look)({ subscriber, passedOver });
    const full = rows.length === batch;
    const byAggregate = Map.groupBy(
      full ? [...rows, ...(await earlierVersions(rows))] : rows,
      (row) => row.aggregateId,
    );
    // Somebody else has told or removed what these waited with.
    if (!full) for (const aggregateId of retried) if (!byAggregate.has(aggregateId)) blocked.delete(aggregateId);
    const groups = [...byAggregate.values()].map((group) =>
      group.toSorted((a, b) => a.version - b.version || (a._id < b._id ? -1 : 1)),
    );
    return { groups, full };
  }

  /**
   * Ids come from several processes' clocks: behind a full batch there may be an earlier version with a later id.
   * Hardly ever is, but the order of versions is a promise.
   */
  async function earlierVersions(rows: readonly OutboxRow[]): Promise<OutboxRow[]> {
    const highest = new Map<string, number>();
    for (const { aggregateId, version } of rows) {
      highest.set(aggregateId, Math.max(version, highest.get(aggregateId) ?? version));
    }
    const earlier = [...highest].map(([aggregateId, version]) => ({ aggregateId, version: { $lt: version } }));
    const behind = { _id: { $gt: rows.at(-1)?._id ?? '' }, pendingFor: subscriber, $or: earlier };
    return outbox.rows().find(behind, snapshot).toArray();
  }

  function blockedNow(): string[] {
    const now = performance.now();
    return [...blocked].filter(([, trouble]) => trouble.retryAt > now).map(([aggregateId]) => aggregateId);
  }

  async function carry(aggregateId: string, rows: readonly OutboxRow[]): Promise<void> {
    const confirmed: OutboxRow[] = [];
    try {
      try {
        for (const row of rows) {
          if (signal.aborted || away.retryAt > performance.now()) break;
          await options.deliver(eventOf(row));
          await crashPoint('outbox.delivered');
          confirmed.push(row);
        }
      } finally {
        await confirm(confirmed);
      }
      blocked.delete(aggregateId);
    } catch (error) {
      onTrouble(aggregateId, error);
    }
  }

  async function confirm(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return;
    away.failures = 0;
    await lookout.confirm({ subscriber, ids: rows.map((row) => row._id) });
    await crashPoint('outbox.confirmed');
    const now = Date.now();
    for (const row of rows) {
      options.onDelivered?.({ subscriber, event: eventOf(row), lagMs: Math.max(0, now - idTime(row._id).getTime()) });
    }
  }

  function onTrouble(aggregateId: string, error: unknown): void {
    const now = performance.now();
    if (isAway(error)) {
      if (away.retryAt > now) return;
      away.failures += 1;
      away.retryAt = now + waitAfter(away.failures, options.awayRetry);
      log.warn({ subscriber, failures: away.failures, err: error }, 'subscriber is away, its events wait');
      return;
    }
    const failures = (blocked.get(aggregateId)?.failures ?? 0) + 1;
    blocked.set(aggregateId, { failures, retryAt: now + waitAfter(failures, options.retry) });
    log.warn({ subscriber, aggregateId, failures, err: error }, 'event was not taken, its aggregate waits');
  }

  /** Milliseconds until there is a reason to look that nobody rings for. Couriers look at the same moments, since they look together. */
  function untilNextLook(): number {
    const untilPoll = options.pollMs - (performance.now() % options.pollMs);
    const retries = [...blocked]
      .filter(([aggregateId]) => !inHand.has(aggregateId))
      .map(([, trouble]) => trouble.retryAt);
    return Math.max(1, Math.min(untilPoll, Math.min(...retries) - performance.now()));
  }

  async function work(): Promise<void> {
    let full = false;
    while (!signal.aborted) {
      const awayFor = away.retryAt - performance.now();
      if (awayFor > 0 || blockedNow().length >= mostBlocked) {
        full = false;
        await bell.sleep(awayFor > 0 ? awayFor : untilNextLook());
        continue;
      }
      try {
        const found = await look(full);
        full = found.full;
        for (const rows of found.groups) {
          while (inHand.size >= parallel) await Promise.race(inHand.values());
          if (signal.aborted) break;
          take(rows);
        }
      } catch (error) {
        full = false;
        log.warn({ subscriber, err: error }, 'outbox could not be read');
      }
      if (!full) await bell.sleep(untilNextLook());
    }
    await Promise.all(inHand.values());
  }

  function take(rows: readonly OutboxRow[]): void {
    const aggregateId = rows[0]?.aggregateId ?? '';
    const looksBefore = looks;
    const carried = carry(aggregateId, rows).finally(() => {
      inHand.delete(aggregateId);
      // Looks meanwhile have passed this aggregate over; trouble of any kind changes when to look next.
      if (looks > looksBefore || blocked.has(aggregateId) || away.failures > 0) bell.ring();
    });
    inHand.set(aggregateId, carried);
  }

  const ring = () => bell.ring();
  signal.addEventListener('abort', ring, { once: true });
  return { ring, ended: work() };
}

function isAway(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'UNAVAILABLE' || code === 'TIMEOUT';
}
