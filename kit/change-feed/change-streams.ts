import type { mongo } from 'mongoose';
import type { Logger } from 'pino';
import { pause } from '#kit/lease/pause.ts';
import { createFreshness } from './freshness.ts';

/** What one database's feed hears, and of what. */
export interface Hearer {
  /** Collections of which every change is heard. */
  readonly changesOf: readonly string[];
  /** Collections of which only what comes is heard, with these fields of it. */
  readonly insertsOf: ReadonlyMap<string, readonly string[]>;
  /** From now on every change is heard. */
  live(): void;
  /** `lagMs` as `Freshness` tells it. */
  heard(change: mongo.ChangeStreamDocument, lagMs: number | null): void;
  /** Changes may be missed until the next `live`. */
  lost(): void;
}

/** The change stream of a process: one for all databases that it follows in a deployment of MongoDB. */
export interface ChangeStreams {
  /** Lets a database's changes be heard from soon on; those who begin in the same turn are served by the same stream. */
  begin(database: string, hearer: Hearer): void;
  /** Settles when nothing more is heard of the database. */
  end(database: string): Promise<void>;
  /** What has changed in the database so long ago is known, milliseconds; infinite when nothing is. */
  ageMs(database: string): number;
}

/** How often the server says that nothing has changed, milliseconds. */
const heartbeatMs = 250;
const retryMs = 200;
/** Whatever takes a collection away ends all that is known. */
const upheavals = ['drop', 'rename', 'dropDatabase', 'invalidate'];

interface Running {
  readonly stopping: AbortController;
  /** Aborted to begin anew with the databases that have come. */
  again: AbortController;
  covered: ReadonlySet<string>;
  ended: Promise<void>;
}

/**
 * Makes the change stream of a process; it is open while anybody hears. Every stream costs the server about 40 µs for each write of anybody, whatever it is filtered by, so there is
 * one. It survives a lost connection or an election by its resume token; when it can't be resumed, all are told that it is lost and then, from a new stream, that
 * it is live. The stream of several databases needs the right to watch the whole deployment, that of one the right to watch this one.
 */
export function createChangeStreams(client: mongo.MongoClient, log: Pick<Logger, 'warn'>): ChangeStreams {
  const hearers = new Map<string, Hearer>();
  const freshness = createFreshness({ heartbeatMs });
  let running: Running | null = null;

  async function hearOnce(covered: ReadonlyMap<string, Hearer>, over: AbortSignal): Promise<void> {
    const [only] = covered.keys();
    const watched = covered.size === 1 ? client.db(only) : client;
    const stream = watched.watch(pipelineFor(covered), { maxAwaitTimeMS: heartbeatMs });
    const ended = new AbortController();
    let isLive = false;
    try {
      await new Promise<void>((resolve, reject) => {
        over.addEventListener('abort', () => resolve(), { once: true, signal: ended.signal });
        stream.once('error', reject);
        stream.once('close', resolve);
        stream.on('resumeTokenChanged', () => {
          freshness.answered();
          // The cursor's first answer says that every later change will be seen.
          if (!isLive) for (const hearer of covered.values()) hearer.live();
          isLive = true;
        });
        stream.on('change', (change) => {
          const lagMs = freshness.changedAt('wallTime' in change ? change.wallTime : undefined);
          if (upheavals.includes(change.operationType)) reject(new Error(`the database saw a ${change.operationType}`));
          else if ('ns' in change && 'db' in change.ns) hearers.get(change.ns.db)?.heard(change, lagMs);
        });
      });
    } finally {
      ended.abort();
      freshness.lost();
      for (const hearer of covered.values()) hearer.lost();
      await stream.close();
    }
  }

  async function hear(run: Running): Promise<void> {
    while (!run.stopping.signal.aborted) {
      run.again = new AbortController();
      const covered = new Map(hearers);
      run.covered = new Set(covered.keys());
      const over = AbortSignal.any([run.stopping.signal, run.again.signal]);
      await hearOnce(covered, over).catch((error: unknown) => {
        if (!over.aborted) log.warn({ err: error }, 'changes can’t be followed, asking the database');
      });
      if (!run.again.signal.aborted) await pause(retryMs, run.stopping.signal);
    }
  }

  function start(): Running {
    const run: Running = {
      stopping: new AbortController(),
      again: new AbortController(),
      covered: new Set(),
      ended: Promise.resolve(),
    };
    run.ended = Promise.resolve().then(() => hear(run));
    return run;
  }

  return {
    begin(database, hearer) {
      if (hearers.has(database)) throw new Error(`the changes of ${database} are heard already`);
      hearers.set(database, hearer);
      running ??= start();
      if (running.covered.size > 0) running.again.abort();
    },
    async end(database) {
      const hearer = hearers.get(database);
      if (hearer === undefined) return;
      hearers.delete(database);
      if (hearers.size > 0) {
        hearer.lost();
        return;
      }
      const last = running;
      running = null;
      last?.stopping.abort();
      await last?.ended;
    },
    ageMs: (database) =>
      hearers.has(database) && running?.covered.has(database) === true ? freshness.ageMs() : Number.POSITIVE_INFINITY,
  };
}

function pipelineFor(covered: ReadonlyMap<string, Hearer>) {
  const wanted = covered.entries().flatMap(([database, { changesOf, insertsOf }]) => [
    { 'ns.db': database, 'ns.coll': { $in: [...changesOf] } },
    { 'ns.db': database, 'ns.coll': { $in: [...insertsOf.keys()] }, operationType: 'insert' },
  ]);
  const ended = { 'ns.db': { $in: [...covered.keys()] }, operationType: { $in: upheavals } };
  const fields = new Set(covered.values().flatMap(({ insertsOf }) => insertsOf.values().flatMap((names) => names)));
  return [
    { $match: { $or: [...wanted, ended, { operationType: 'invalidate' }] } },
    // Without the documents themselves, which may be large.
    {
      $project: {
        ...{ operationType: 1, documentKey: 1, ns: 1, wallTime: 1, updateDescription: 1 },
        ...Object.fromEntries([...fields].map((field) => [`fullDocument.${field}`, 1])),
      },
    },
  ];
}
