import type { Logger } from 'pino';
import type { ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { inAHurry, type DomainEvent, type SubgraphName } from '#kit/events/events.ts';
import { startHeartbeat } from '#kit/lease/heartbeat.ts';
import { acquire, type Lease } from '#kit/lease/lease.ts';
import { pause } from '#kit/lease/pause.ts';
import type { Backoff } from './backoff.ts';
import { startCourier, type Courier, type Delivered } from './courier.ts';
import { createLookout } from './lookout.ts';
import type { Outbox, OutboxRow } from './outbox.ts';

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
  /** How often to look when nobody rings, milliseconds: what nobody is in a hurry for waits so long. Default 2 s. */
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
  /** There may be events for these subscribers; for anybody when none is named. A relay that stands by has no use for it. */
  ring(subscribers?: readonly string[]): void;
  /** Finishes the deliveries that are under way, confirms them and lets another replica take over at once. */
  stop(): Promise<void>;
}

/**
 * Relays an outbox: at least once, in the order of versions for each aggregate, as soon as it is rung for them.
 * Of all replicas one is active, by lease; the others stand by and take over when it stops or falls silent. `ringForEvents` lets the change feed
 * ring; while that is lost, and for what nobody is in a hurry for, it looks every `pollMs`.
 */
export function startRelay(options: RelayOptions): Relay {
  const { outbox, log, leaseMs = 3_000, pollMs = 2_000, batch = 200 } = options;
  const lookout = createLookout(outbox, batch);
  const stopping = new AbortController();
  let couriers: ReadonlyMap<string, Courier> = new Map();

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
    couriers = new Map<string, Courier>(
      options.subscribers.map((subscriber) => [subscriber, courierTo(subscriber, term)]),
    );
    try {
      await new Promise<void>((resolve) => {
        if (term.aborted) resolve();
        term.addEventListener('abort', () => resolve(), { once: true });
      });
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
      lookout,
      subscriber,
      signal,
      deliver: (event) => options.deliver(subscriber, event),
      log,
      onDelivered: (delivered) => options.onDelivered?.(delivered),
      pollMs,
      batch,
      parallel: options.parallel ?? 32,
      retry: options.retry ?? { firstMs: 100, maxMs: 30_000 },
      awayRetry: options.awayRetry ?? { firstMs: 100, maxMs: 1_000 },
    });
  }

  const ended = run();
  return {
    ring(subscribers = [...couriers.keys()]) {
      for (const subscriber of subscribers) couriers.get(subscriber)?.ring();
    },
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** Rings the relay, when there is one, for every event that any process writes into the outbox and somebody is in a hurry for. To be called before the feed starts. */
export function ringForEvents(
  changes: Pick<ChangeFeed, 'followInserts'>,
  outbox: Outbox,
  relayNow: () => Pick<Relay, 'ring'> | undefined,
): void {
  const { collectionName } = outbox.rows();
  changes.followInserts(collectionName, ['name', 'pendingFor'], {
    // An event is heard of, or was there before the couriers look now.
    live: () => relayNow()?.ring(),
    inserted(fields) {
      const { name, pendingFor } = fields as unknown as Pick<OutboxRow, 'name' | 'pendingFor'>;
      relayNow()?.ring(inAHurry(name, pendingFor));
    },
    lost: () => {},
  });
}
