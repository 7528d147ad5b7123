import type { mongo } from 'mongoose';
import type { Metrics } from '#kit/metrics/metrics.ts';
import type { ChangeStreams } from './change-streams.ts';
import { freshForMs } from './freshness.ts';

/** One change of one document, by whatever process. */
export interface Change {
  readonly id: string;
  /**
   * What an update set, by dotted path, with `undefined` for what it removed or cut off; null when the document came, went or was replaced.
   */
  readonly updated: Readonly<Record<string, unknown>> | null;
}

interface Listener {
  /** From now on everything is told. */
  live(): void;
  /** Something may be missed until the next `live`: what was known counts no more. */
  lost(): void;
}

/** Who wants to know what changes in a collection. Changes of one document come in order; those that a majority hasn't stored yet never come. */
export interface ChangeListener extends Listener {
  changed(change: Change): void;
}

/** Who wants to know what comes into a collection, and of that only some fields. */
export interface InsertListener extends Listener {
  inserted(fields: Readonly<Record<string, unknown>>): void;
}

/** Tells of the changes of one database, from its start on. Who follows does so before. */
export interface ChangeFeed {
  follow(collection: string, listener: ChangeListener): void;
  /** Cheaper than `follow`: what happens to a document later isn't sent. */
  followInserts(collection: string, fields: readonly string[], listener: InsertListener): void;
  /** What has changed so long ago is known, milliseconds; infinite when nothing is. */
  ageMs(): number;
  /** Whether what is known is young enough to be shown. */
  isFresh(): boolean;
  /** Where those that follow measure what comes of it. */
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
  /** Follows again and again, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
}

interface ChangeFeedOptions {
  readonly database: string;
  readonly metrics: Pick<Metrics, 'counter' | 'histogram'>;
}

/** Makes the feed of one database out of the process's change stream. */
export function createChangeFeed(streams: ChangeStreams, { database, metrics }: ChangeFeedOptions): ChangeFeed {
  const listeners = new Map<string, ChangeListener[]>();
  const insertListeners = new Map<string, InsertListener[]>();
  const insertsOf = new Map<string, readonly string[]>();
  const lag = metrics.histogram(
    'fullchain_change_feed_lag_seconds',
    'How late a change arrived in the process at most',
    ['database'],
  );
  const everybody = () => [...listeners.values(), ...insertListeners.values()].flat();
  let isStarted = false;

  function heard(change: mongo.ChangeStreamDocument, lagMs: number | null): void {
    if (lagMs !== null) lag.observe({ database }, lagMs / 1_000);
    if (!('documentKey' in change) || !('coll' in change.ns)) return;
    const { coll } = change.ns;
    const told: Change = {
      id: String(change.documentKey._id),
      updated: change.operationType === 'update' ? updatedBy(change.updateDescription) : null,
    };
    for (const listener of listeners.get(coll) ?? []) listener.changed(told);
    if (change.operationType !== 'insert') return;
    for (const listener of insertListeners.get(coll) ?? []) listener.inserted(change.fullDocument);
  }

  return {
    follow(collection, listener) {
      listeners.set(collection, [...(listeners.get(collection) ?? []), listener]);
    },
    followInserts(collection, fields, listener) {
      insertsOf.set(collection, [...(insertsOf.get(collection) ?? []), ...fields]);
      insertListeners.set(collection, [...(insertListeners.get(collection) ?? []), listener]);
    },
    ageMs: () => streams.ageMs(database),
    isFresh: () => streams.ageMs(database) < freshForMs,
    metrics,
    start() {
      if (isStarted || everybody().length === 0) return;
      isStarted = true;
      streams.begin(database, {
        changesOf: [...listeners.keys()],
        insertsOf,
        live: () => everybody().forEach((listener) => listener.live()),
        heard,
        lost: () => everybody().forEach((listener) => listener.lost()),
      });
    },
    async stop() {
      if (!isStarted) return;
      isStarted = false;
      await streams.end(database);
    },
  };
}

function updatedBy({ updatedFields, removedFields, truncatedArrays }: mongo.UpdateDescription): Change['updated'] {
  const gone = [...(removedFields ?? []), ...(truncatedArrays ?? []).map(({ field }) => field)];
  return { ...updatedFields, ...Object.fromEntries(gone.map((field) => [field, undefined])) };
}
