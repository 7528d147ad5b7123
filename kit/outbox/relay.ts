import type { Logger } from 'pino';
import type { DomainEvent, SubgraphName } from '#kit/events/events.ts';
import { startHeartbeat } from '#kit/lease/heartbeat.ts';
import { acquire, type Lease } from '#kit/lease/lease.ts';
import { pause } from '#kit/lease/pause.ts';
import type { Backoff } from './backoff.ts';
import { startCourier, type Courier, type Delivered } from './courier.ts';
import type { Outbox } from './outbox.ts';

/** How events get from an outbox to those who listen. */
export interface RelayOptions {
  readonly outbox: Outbox;
  /** Everybody who may be named by the outbox's subscriptions. */
  readonly subscribers: readonly SubgraphName[];
  /**
   * Hands over one event; returning confirms it, so the subscriber must have stored it. It may come again (after a crash, a lost
   * confirmation, a change of leader). An error with `code` UNAVAILABLE or TIMEOUT holds up the whole subscriber, any other one only the event's aggregate.
   */
  deliver(subscriber: SubgraphName, event: DomainEvent): Promise<unknown>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Called for every confirmed event. */
  onDelivered?(delivered: Delivered): void;
  /** How often to look when the change stream is silent, milliseconds. Default 2 s. */
  readonly pollMs?: number;
  /** How long a relay that says nothing stays the active one, milliseconds. Default 3 s. */
  readonly leaseMs?: number;
  /** Events read at a time. Default 200. */
  readonly batch?: number;
  /** Aggregates served at a time for each subscriber. Default 32. */
  readonly parallel?: number;
  /** For an aggregate whose event was not taken. Default 100 ms to 30 s. */
  readonly retry?: Backoff;
  /** For a subscriber that is away. Default 100 ms to 1 s. */
  readonly awayRetry?: Backoff;
}

/** A relay at work, or standing by. */
export interface Relay {
  /** Finishes the deliveries that are under way, confirms them and lets another replica take over at once. */
  stop(): Promise<void>;
}

/**
 * Relays an outbox: at least once, in the order of versions for each aggregate, as soon as a commit is seen.
 * Of all replicas one is active, by lease; the others stand by and take over when it stops or falls silent. A change stream
 * wakes it; while there is none it looks every `pollMs`.
 */
export function startRelay(options: RelayOptions): Relay {
  const { outbox, log, leaseMs = 3_000, pollMs = 2_000 } = options;
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const lease = await acquire(outbox.connection, 'relay', { ttlMs: leaseMs });
        if (lease !== null) await lead(lease);
      } catch (error) {
        log.warn({ err: error }, 'relay could not take or give back its lease');
      }
      await pause(leaseMs / 3, stopping.signal);
    }
  }

  async function lead(lease: Lease): Promise<void> {
    const over = new AbortController();
    const term = AbortSignal.any([stopping.signal, over.signal]);
    const heartbeat = startHeartbeat({
      ttlMs: leaseMs,
      renew: () => lease.renew(),
      onLost: (cause) => {
        log.warn({ err: cause, fence: lease.fence }, 'relay lost its lease, another replica relays now');
        over.abort();
      },
    });
    log.info({ source: outbox.source, fence: lease.fence }, 'relay is active');
    const couriers = new Map<string, Courier>(
      options.subscribers.map((subscriber) => [subscriber, courierTo(subscriber, term)]),
    );
    try {
      while (!term.aborted) {
        await watchInserts(couriers, term);
        await pause(200, term);
      }
    } finally {
      over.abort();
      await Promise.all([...couriers.values()].map((courier) => courier.ended));
      await heartbeat.stop();
      await lease.release();
    }
  }

  function courierTo(subscriber: SubgraphName, signal: AbortSignal): Courier {
    return startCourier({
      outbox,
      subscriber,
      signal,
      deliver: (event) => options.deliver(subscriber, event),
      log,
      onDelivered: (delivered) => options.onDelivered?.(delivered),
      pollMs,
      batch: options.batch ?? 200,
      parallel: options.parallel ?? 32,
      retry: options.retry ?? { firstMs: 100, maxMs: 30_000 },
      awayRetry: options.awayRetry ?? { firstMs: 100, maxMs: 1_000 },
    });
  }

  /** Rings for every inserted event until the term ends or the stream breaks; polling bridges the gap to the next stream. */
  async function watchInserts(couriers: ReadonlyMap<string, Courier>, term: AbortSignal): Promise<void> {
    const inserts = [
      { $match: { operationType: 'insert' } },
      { $project: { operationType: 1, 'fullDocument.pendingFor': 1 } },
    ];
    try {
      // The stream begins before the couriers look: an event is in the one or seen by the others.
      const { operationTime } = await outbox.connection.getClient().db(outbox.connection.name).command({ ping: 1 });
      for (const courier of couriers.values()) courier.ring();
      if (term.aborted) return;
      const stream = outbox.rows().watch(inserts, { maxAwaitTimeMS: 1_000, startAtOperationTime: operationTime });
      const ended = new AbortController();
      try {
        await new Promise<void>((resolve, reject) => {
          stream.on('change', (change) => {
            if (change.operationType !== 'insert') return;
            for (const subscriber of change.fullDocument.pendingFor) couriers.get(subscriber)?.ring();
          });
          stream.once('error', reject);
          stream.once('close', resolve);
          term.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
        });
      } finally {
        ended.abort();
        await stream.close();
      }
    } catch (error) {
      if (!term.aborted) log.warn({ err: error }, 'outbox change stream broke, polling until it is back');
    }
  }

  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
