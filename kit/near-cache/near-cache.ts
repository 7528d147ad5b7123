import type { Change, ChangeFeed } from '#kit/change-feed/change-feed.ts';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { bytesOf } from './bytes-of.ts';
import { createComparedReads } from './compared-reads.ts';
import { type GroundSource, noteGround, noteNoGround } from './grounds.ts';
import { measureReads } from './measured-reads.ts';

/** Which entries a change concerns; `'any'` when it could be every one. */
export type Concerned = (change: Change) => readonly string[] | 'any';

/** What a near cache keeps, and until when. */
export interface NearCacheSpec<Value> {
  /** What it is a copy of, as metrics and those who ask for the freshness of an answer are told. */
  readonly readModel: string;
  /** Reads from the database what a majority has stored, so that nothing is kept that a failover undoes. A key that isn't there is missing. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Value>>;
  /** Every collection that an entry is made from, with the entries that a change there concerns. */
  readonly madeFrom: Readonly<Record<string, Concerned>>;
  /** Entries to keep at most; those that nobody has asked for longest go first. */
  readonly most: number;
  /** What all entries may take together, about; 32 MB unless given. A single one that takes more than half of it isn't kept. */
  readonly bytesAtMost?: number;
}

/**
 * Answers of the database in this process's memory, each until the change feed tells of a change that concerns it. While the feed isn't fresh, and of what this process has
 * written but not yet been told of, the database is asked: whoever writes here sees it here at once, and what others write after the feed's lag, less than a second.
 * It never decides about money or stock. Values are shared: look, don't touch.
 */
export interface NearCache<Value> {
  /** At once when it is known; null when there is none, which is never remembered. */
  get(key: string): Value | Promise<Value | null>;
  /** This process is about to change these documents of a collection, each once. */
  writing(collection: string, ids: readonly string[]): void;
  readonly size: number;
  /** What its entries take, about. */
  readonly bytes: number;
}

/** A writing of ours of which the feed hasn't told after this time came to nothing: it was undone, or changed nothing. Milliseconds. */
const settledMs = 2_000;

const usualBytes = 32 * 1024 * 1024;

interface Kept<Value> {
  readonly value: Value;
  readonly bytes: number;
}

interface Writing {
  readonly concerned: readonly string[] | 'any';
  changes: number;
  untilMs: number;
}

/** What of a change feed a near cache follows. */
type Followed = Pick<ChangeFeed, 'follow' | 'isFresh' | 'ageMs' | 'metrics'>;

/** Makes a near cache, before the feed starts; without a feed the database is asked each time. */
export function createNearCache<Value>(
  feed: Followed | null,
  spec: NearCacheSpec<Value>,
  { nowMs = () => performance.now() }: { nowMs?: () => number } = {},
): NearCache<Value> {
  const bytesAtMost = spec.bytesAtMost ?? usualBytes;
  return feed === null
    ? createComparedReads({ ...spec, bytesAtMost })
    : createFollowingCache(feed, { ...spec, bytesAtMost }, nowMs);
}

function createFollowingCache<Value>(
  feed: Followed,
  { readModel, load, madeFrom, most, bytesAtMost }: Required<NearCacheSpec<Value>>,
  nowMs: () => number,
): NearCache<Value> {
  // Two generations: what is asked for moves to the current one, and the older one goes as a whole.
  let current = generation<Value>();
  let previous = generation<Value>();
  /** Readings under way: what changes meanwhile makes them outdated. */
  const reading = new Map<string, Set<{ outdated: boolean }>>();
  /** By collection and document. */
  const unsettled = new Map<string, Writing>();
  const read = gatherRow(load);
  const reads = measureReads(feed, readModel);

  for (const [collection, concerned] of Object.entries(madeFrom)) {
    feed.follow(collection, {
      live: forgetAll,
      lost: forgetAll,
      changed(change) {
        forget(concerned(change));
        settle(`${collection}/${change.id}`);
      },
    });
  }

  function keep(key: string, entry: Kept<Value>): void {
    if (entry.bytes > bytesAtMost / 2) return;
    if (current.size >= most / 2 || current.bytes + entry.bytes > bytesAtMost / 2) {
      previous = current;
      current = generation();
    }
    current.put(key, entry);
  }

  function known(key: string): Value | undefined {
    const entry = current.get(key);
    if (entry !== undefined) return entry.value;
    const older = previous.get(key);
    if (older === undefined) return undefined;
    previous.remove(key);
    keep(key, older);
    return older.value;
  }

  function forget(keys: readonly string[] | 'any'): void {
    if (keys === 'any') return forgetAll();
    for (const key of keys) {
      current.remove(key);
      previous.remove(key);
      for (const begun of reading.get(key) ?? []) begun.outdated = true;
    }
  }

  function forgetAll(): void {
    current = generation();
    previous = generation();
    for (const begun of reading.values()) for (const one of begun) one.outdated = true;
  }

  function settle(document: string): void {
    const writing = unsettled.get(document);
    if (writing === undefined) return;
    writing.changes -= 1;
    if (writing.changes <= 0) unsettled.delete(document);
  }

  function isUnsettled(key: string): boolean {
    dropSettled();
    return unsettled.values().some(({ concerned }) => concerned === 'any' || concerned.includes(key));
  }

  /** What was written longest ago stands first. */
  function dropSettled(): void {
    const now = nowMs();
    for (const [document, { untilMs }] of unsettled) {
      if (now < untilMs) return;
      unsettled.delete(document);
    }
  }

  async function readAndKeep(key: string): Promise<Value | null> {
    const begun = { outdated: false };
    const sameKey = reading.get(key) ?? new Set();
    reading.set(key, sameKey.add(begun));
    try {
      const value = await read(key);
      if (value !== null && !begun.outdated && feed.isFresh()) {
        keep(key, { value, bytes: bytesOf(value) });
      }
      return value;
    } finally {
      sameKey.delete(begun);
      if (sameKey.size === 0) reading.delete(key);
    }
  }

  /** For those who keep what they made from values. Of what this process is about to change, nothing is in memory until it is settled. */
  const asGround: GroundSource = {
    stillGives(values) {
      if (!feed.isFresh()) return false;
      for (const [key, value] of values) if (known(key) !== value) return false;
      reads.fromMemory(values.size);
      return true;
    },
  };

  return {
    get(key) {
      const mayRemember = feed.isFresh() && !(unsettled.size > 0 && isUnsettled(key));
      const value = mayRemember ? known(key) : undefined;
      if (value !== undefined) {
        reads.fromMemory(1);
        noteGround(asGround, key, value);
        return value;
      }
      reads.fromDatabase();
      noteNoGround();
      return mayRemember ? readAndKeep(key) : read(key);
    },
    writing(collection, ids) {
      if (unsettled.size > most) dropSettled();
      for (const id of ids) {
        const concerned = madeFrom[collection]?.({ id, updated: null }) ?? [];
        forget(concerned);
        const document = `${collection}/${id}`;
        const changes = (unsettled.get(document)?.changes ?? 0) + 1;
        unsettled.delete(document);
        unsettled.set(document, { concerned, changes, untilMs: nowMs() + settledMs });
      }
    },
    get size() {
      return current.size + previous.size;
    },
    get bytes() {
      return current.bytes + previous.bytes;
    },
  };
}

/** Entries, with what they take together. */
function generation<Value>() {
  const entries = new Map<string, Kept<Value>>();
  let bytes = 0;
  function remove(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }
  return {
    get: (key: string) => entries.get(key),
    put(key: string, entry: Kept<Value>): void {
      remove(key);
      entries.set(key, entry);
      bytes += entry.bytes;
    },
    remove,
    get size() {
      return entries.size;
    },
    get bytes() {
      return bytes;
    },
  };
}
