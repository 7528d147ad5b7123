import type { Clock } from '#kit/clock/clock.ts';
import type { PointsStore } from './store/points-store.ts';

/** A token bucket: it holds one minute's points and fills evenly. */
export interface Budget {
  readonly perMinute: number;
}

/** Whether points were given; if not, when there will be enough. `null`: never, it is more than a whole bucket. */
export type Taken = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number | null };

/** Gives points out, to each caller by their own bucket. */
export interface PointsDesk {
  /** Takes points if the bucket has them. */
  take(key: string, points: number, budget: Budget): Taken;
  /** Takes points whether the bucket has them or not: the work is done. */
  charge(key: string, points: number, budget: Budget): void;
  /** Stops sharing what was spent. */
  close(): Promise<void>;
}

interface Bucket {
  level: number;
  /** When the level was right, milliseconds. */
  at: number;
  /** Spent here and not shared yet. */
  unshared: number;
  budget: Budget;
}

interface Options {
  /** Where gateways share what was spent; null for a gateway that is alone. */
  readonly store: PointsStore | null;
  readonly clock: Clock;
  /** Told when sharing fails; each gateway goes on by itself then. */
  readonly onFailure: (error: unknown) => void;
}

/** The spending of a caller is shared once it is this part of the budget: an ordinary shopper's never is, and causes no write. */
const sharedFrom = 0.1;
const shareEveryMs = 250;
const bucketsKept = 50_000;
const minute = 60_000;

/**
 * Decides by what this gateway knows, within microseconds, and shares larger spending with the other gateways in the background. A caller can overdraw
 * by a tenth of the budget for each gateway, and by what a quarter of a second brings.
 */
export function createPointsDesk({ store, clock, onFailure }: Options): PointsDesk {
  const buckets = new Map<string, Bucket>();
  const waiting = new Set<string>();
  let sharing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  function bucketOf(key: string, budget: Budget): Bucket {
    const now = clock.now().getTime();
    const bucket = buckets.get(key) ?? { level: budget.perMinute, at: now, unshared: 0, budget };
    const gained = (Math.max(0, now - bucket.at) / minute) * budget.perMinute;
    bucket.level = Math.min(budget.perMinute, bucket.level + gained);
    bucket.at = now;
    bucket.budget = budget;
    // The last in the map was used last: the first is the one to forget.
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > bucketsKept && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }

  function spend(key: string, bucket: Bucket, points: number): void {
    bucket.level -= points;
    bucket.unshared += points;
    if (store === null || bucket.unshared < bucket.budget.perMinute * sharedFrom) return;
    waiting.add(key);
    timer ??= setTimeout(() => {
      timer = null;
      sharing = share(store).catch(onFailure);
    }, shareEveryMs).unref();
  }

  async function share(among: PointsStore): Promise<void> {
    const keys = [...waiting];
    waiting.clear();
    const spent = keys.flatMap((key) => {
      const bucket = buckets.get(key);
      if (!bucket) return [];
      const points = bucket.unshared;
      bucket.unshared = 0;
      return [{ key, points, perMinute: bucket.budget.perMinute }];
    });
    const levels = await among.spend(spent);
    for (const [key, level] of levels) {
      const bucket = buckets.get(key);
      if (!bucket) continue;
      bucket.level = Math.min(bucket.level, level - bucket.unshared);
      bucket.at = clock.now().getTime();
    }
  }

  return {
    take(key, points, budget) {
      const bucket = bucketOf(key, budget);
      if (bucket.level < points) {
        if (points > budget.perMinute) return { ok: false, retryAfterMs: null };
        return { ok: false, retryAfterMs: Math.ceil(((points - bucket.level) / budget.perMinute) * minute) };
      }
      spend(key, bucket, points);
      return { ok: true };
    },
    charge(key, points, budget) {
      spend(key, bucketOf(key, budget), points);
    },
    async close() {
      if (timer) clearTimeout(timer);
      await sharing;
    },
  };
}
