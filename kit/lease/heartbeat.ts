import { pause } from './pause.ts';

/** A running renewal. */
export interface Heartbeat {
  /** Ends the renewals; a renewal under way is waited for. */
  stop(): Promise<void>;
}

/** What a heartbeat keeps alive. */
export interface HeartbeatOptions {
  /** How long one renewal lasts, milliseconds. It is renewed three times in that span. */
  readonly ttlMs: number;
  /** Renews; `false` means that somebody else holds it now. */
  renew(): Promise<boolean>;
  /** Called once, when it is no longer ours: renewal was refused, or has failed for a whole `ttlMs`. */
  onLost(error?: unknown): void;
}

/**
 * Renews something leased until stopped or lost.
 * A failing database does not lose a lease at once (the next renewal may succeed), but it does after `ttlMs` without a
 * success: by then another process may have taken over. The span is measured on this process's monotonic clock.
 */
export function startHeartbeat(options: HeartbeatOptions): Heartbeat {
  const stopping = new AbortController();
  const { ttlMs, renew, onLost } = options;

  async function beat(): Promise<void> {
    let aliveAt = performance.now();
    for (;;) {
      await pause(ttlMs / 3, stopping.signal);
      if (stopping.signal.aborted) return;
      const askedAt = performance.now();
      try {
        if (!(await renew())) return onLost();
        aliveAt = askedAt;
      } catch (error) {
        if (performance.now() - aliveAt >= ttlMs) return onLost(error);
      }
    }
  }

  const ended = beat();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}
