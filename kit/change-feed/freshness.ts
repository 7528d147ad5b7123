/** Tells from what a stream of changes brings how old what is known by it may be. */
export interface Freshness {
  /** The server has answered: unless a change is told in the same turn, there was none. */
  answered(): void;
  /**
   * A change was told that happened at this time of the server's clock. Gives how late it came at most, milliseconds; null when that can't be said. Clocks that differ are no lag.
   */
  changedAt(wallTime: Date | undefined): number | null;
  /** The stream is gone. */
  lost(): void;
  /** What has changed so long ago is known, milliseconds; infinite when nothing is. */
  ageMs(): number;
}

/**
 * Up to this age, milliseconds, what is known is shown. Shoppers see what changes within a second: a gateway shares public answers for 200 ms of it (`ANSWERS_KEPT_MS`), and the
 * rest is for the way.
 */
export const freshForMs = 750;

interface FreshnessOptions {
  /** How long the server waits for a change before it answers that there is none, milliseconds. */
  readonly heartbeatMs: number;
  readonly nowMs?: () => number;
}

/** Errs on the side of age: a process that was held up, or a backlog, is never taken for news. */
export function createFreshness({ heartbeatMs, nowMs = () => performance.now() }: FreshnessOptions): Freshness {
  /** All changes until then are known. */
  let knownUntil = Number.NEGATIVE_INFINITY;
  /** When the stream brought something, after which the server is asked again. */
  let heardAt = nowMs();
  /** From a change's time on the server's clock to when it can be known on ours: never more than it really is. */
  let offset = Number.NEGATIVE_INFINITY;
  let hasNothingElse = false;

  return {
    answered() {
      const now = nowMs();
      // An answer that waited until this process had time for it says nothing of the meantime.
      const saidAt = Math.min(now, heardAt + heartbeatMs);
      heardAt = now;
      hasNothingElse = true;
      queueMicrotask(() => {
        if (hasNothingElse) knownUntil = Math.max(knownUntil, saidAt);
      });
    },
    changedAt(wallTime) {
      const now = nowMs();
      heardAt = now;
      hasNothingElse = false;
      if (wallTime === undefined) return null;
      const passed = now - wallTime.getTime();
      // It is later than all that was known, so it can't have taken longer than that is ago.
      offset = Math.min(passed, Math.max(offset, passed - (now - knownUntil)));
      const lagMs = passed - offset;
      if (lagMs === Number.POSITIVE_INFINITY) return null;
      knownUntil = Math.max(knownUntil, now - lagMs);
      return lagMs;
    },
    lost() {
      hasNothingElse = false;
      knownUntil = Number.NEGATIVE_INFINITY;
      heardAt = nowMs();
    },
    ageMs: () => nowMs() - knownUntil,
  };
}
