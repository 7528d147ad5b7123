import type { Clock } from '#kit/clock/clock.ts';
import type { BucketStore } from './store/bucket-store.ts';

/** How much somebody may take: `burst` at once, and `perSecond` for as long as they like. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Whether tokens were given; if not, when there will be enough. `null`: never, it is more than a whole bucket. */
export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number | null };

/** Token buckets by key, each full to begin with. */
export interface TokenBuckets {
  /** Takes tokens if the bucket has them; who is refused takes none. */
  take(key: string, tokens: number, rate: Rate): Taken;
  /** Takes tokens whether the bucket has them or not: the work is done. */
  charge(key: string, tokens: number, rate: Rate): void;
  /** Stops sharing what was taken. */
  close(): Promise<void>;
}

interface Bucket {
  level: number;
  /** When the level was right, milliseconds. */
  at: number;
  /** Taken here and not shared yet. */
  unshared: number;
  rate: Rate;
}

export interface TokenBucketOptions {
  /** Where processes share what was taken; null for a process that is alone. */
  readonly store: BucketStore | null;
  readonly clock: Clock;
  /** Told when sharing fails; each process goes on by itself then. */
  readonly onFailure: (error: unknown) => void;
  /** What a key took is shared once it is this part of its burst: whoever takes less causes no write. */
  readonly sharedFrom: number;
  /** Buckets remembered; whose was used longest ago is forgotten beyond this, which at worst gives them a full one. */
  readonly most?: number;
}

const shareEveryMs = 250;
/** Buckets shared at once: what a crowd costs the database is bounded by this and the time between. */
const mostSharedAtOnce = 256;
const usuallyRemembered = 50_000;

/**
 * Decides by what this process knows, within microseconds, and shares what was taken with the other processes in the background. A key can overdraw by `sharedFrom` of its burst
 * for each process, and by what a quarter of a second brings.
 */
export function createTokenBuckets(options: TokenBucketOptions): TokenBuckets {
  const { store, clock, onFailure, sharedFrom, most = usuallyRemembered } = options;
  const buckets = new Map<string, Bucket>();
  const waiting = new Set<string>();
  let sharing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function bucketOf(key: string, rate: Rate): Bucket {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { level: rate.burst, at: now, unshared: 0, rate };
    const gained = (Math.max(0, now - bucket.at) / 1000) * rate.perSecond;
    bucket.level = Math.min(rate.burst, bucket.level + gained);
    bucket.at = now;
    bucket.rate = rate;
    // The last in the map was used last: the first is the one to forget.
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > most) {
      const [oldest = key] = buckets.keys();
      buckets.delete(oldest);
    }
    return bucket;
  }

  function spend(key: string, bucket: Bucket, tokens: number): void {
    bucket.level -= tokens;
    bucket.unshared += tokens;
    if (store === null || bucket.unshared < bucket.rate.burst * sharedFrom) return;
    waiting.add(key);
    shareSoon(store);
  }

  function shareSoon(among: BucketStore): void {
    if (isClosed) return;
    timer ??= setTimeout(() => {
      // One round after the other: a slow database is asked more seldom, not by more at once.
      sharing = share(among)
        .catch(onFailure)
        .finally(() => {
          timer = null;
          if (waiting.size > 0) shareSoon(among);
        });
    }, shareEveryMs).unref();
  }

  async function share(among: BucketStore): Promise<void> {
    const keys = waiting.values().take(mostSharedAtOnce).toArray();
    const taken = keys.flatMap((key) => {
      waiting.delete(key);
      const bucket = buckets.get(key);
      if (!bucket) return [];
      const tokens = bucket.unshared;
      bucket.unshared = 0;
      return [{ key, tokens, rate: bucket.rate }];
    });
    const levels = await among.take(taken);
    for (const [key, level] of levels) {
      const bucket = buckets.get(key);
      if (!bucket) continue;
      bucket.level = Math.min(bucket.level, level - bucket.unshared);
      bucket.at = clock.now().getTime();
    }
  }

  return {
    take(key, tokens, rate) {
      const bucket = bucketOf(key, rate);
      if (bucket.level < tokens) {
        if (tokens > rate.burst) return { ok: false, retryAfterMs: null };
        return { ok: false, retryAfterMs: Math.ceil(((tokens - bucket.level) / rate.perSecond) * 1000) };
      }
      spend(key, bucket, tokens);
      return { ok: true };
    },
    charge(key, tokens, rate) {
      spend(key, bucketOf(key, rate), tokens);
    },
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await sharing;
    },
  };
}
