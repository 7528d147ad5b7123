import type { Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';
import { pause } from '#kit/lease/pause.ts';
import type { Metrics } from '#kit/metrics/metrics.ts';
import { createFreshness } from './freshness.ts';

/** One change of one document, by whatever process. */
export interface Change {
  readonly id: string;
  /**
   * What an update set, by dotted path, with `undefined` for what it removed or cut off; null when the document came, went or was replaced.
   */
  readonly updated: Readonly<Record<string, unknown>> | null;
}

/** Who wants to know what changes in a collection. Changes of one document come in order; those that a majority hasn't stored yet never come. */
export interface ChangeListener {
  /** From now on every change is told. */
  live(): void;
  changed(change: Change): void;
  /** Changes may be missed until the next `live`: what was known counts no more. */
  lost(): void;
}

/** Tells of the changes of one database: one change stream for all that is followed. */
export interface ChangeFeed {
  /** To be called before `start`. */
  follow(collection: string, listener: ChangeListener): void;
  /** Whether all changes are known but those of the last second. */
  isFresh(): boolean;
  /** Follows again and again, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
}

/** How often the server says that nothing has changed, milliseconds. */
const heartbeatMs = 250;
const retryMs = 200;
/** Whatever takes a collection away ends all that is known of the database. */
const upheavals = ['drop', 'rename', 'dropDatabase', 'invalidate'];

export interface ChangeFeedOptions {
  readonly log: Pick<Logger, 'warn'>;
  readonly metrics: Pick<Metrics, 'histogram'>;
}

/**
 * Follows the changes of a database's collections. A lost connection or an election is survived by the stream's resume token, late changes coming before it is fresh again; when
 * the stream can't be resumed, all listeners are told that it is lost and then, from a new stream, that it is live.
 */
export function createChangeFeed(connection: Connection, { log, metrics }: ChangeFeedOptions): ChangeFeed {
  const listeners = new Map<string, ChangeListener[]>();
  const lag = metrics.histogram(
    'fullchain_change_feed_lag_seconds',
    'How much later than the promptest change of its kind a change arrived in the process',
    ['database'],
  );
  const freshness = createFreshness();
  let following: { readonly stopping: AbortController; readonly ended: Promise<void> } | null = null;

  const everybody = () => [...listeners.values()].flat();

  async function followOnce(stopping: AbortSignal): Promise<void> {
    const stream = connection
      .getClient()
      .db(connection.name)
      .watch(pipelineFor([...listeners.keys()]), { maxAwaitTimeMS: heartbeatMs });
    const ended = new AbortController();
    let isLive = false;
    try {
      await new Promise<void>((resolve, reject) => {
        stopping.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
        stream.once('error', reject);
        stream.once('close', resolve);
        stream.on('resumeTokenChanged', () => {
          freshness.answered();
          // The cursor's first answer says that every later change will be seen.
          if (!isLive) for (const listener of everybody()) listener.live();
          isLive = true;
        });
        stream.on('change', (change) => {
          const lagMs = freshness.changedAt('wallTime' in change ? change.wallTime : undefined);
          if (lagMs !== null) lag.observe({ database: connection.name }, lagMs / 1_000);
          if (upheavals.includes(change.operationType)) reject(new Error(`the database saw a ${change.operationType}`));
          else tell(change);
        });
      });
    } finally {
      ended.abort();
      freshness.lost();
      for (const listener of everybody()) listener.lost();
      await stream.close();
    }
  }

  function tell(change: mongo.ChangeStreamDocument): void {
    if (!('documentKey' in change) || !('coll' in change.ns)) return;
    const told: Change = {
      id: String(change.documentKey._id),
      updated: change.operationType === 'update' ? updatedBy(change.updateDescription) : null,
    };
    for (const listener of listeners.get(change.ns.coll) ?? []) listener.changed(told);
  }

  async function followUntil(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await followOnce(stopping).catch((error: unknown) => {
        if (!stopping.aborted) log.warn({ err: error }, 'changes can’t be followed, asking the database');
      });
      await pause(retryMs, stopping);
    }
  }

  return {
    follow(collection, listener) {
      listeners.set(collection, [...(listeners.get(collection) ?? []), listener]);
    },
    isFresh: () => freshness.isFresh(),
    start() {
      if (following !== null || listeners.size === 0) return;
      const stopping = new AbortController();
      following = { stopping, ended: followUntil(stopping.signal) };
    },
    async stop() {
      const stopped = following;
      following = null;
      stopped?.stopping.abort();
      await stopped?.ended;
    },
  };
}

function pipelineFor(collections: readonly string[]) {
  return [
    { $match: { $or: [{ 'ns.coll': { $in: collections } }, { operationType: { $in: upheavals } }] } },
    // Without the documents themselves, which may be large.
    { $project: { operationType: 1, documentKey: 1, ns: 1, wallTime: 1, updateDescription: 1 } },
  ];
}

function updatedBy({ updatedFields, removedFields, truncatedArrays }: mongo.UpdateDescription): Change['updated'] {
  const gone = [...(removedFields ?? []), ...(truncatedArrays ?? []).map(({ field }) => field)];
  return { ...updatedFields, ...Object.fromEntries(gone.map((field) => [field, undefined])) };
}
