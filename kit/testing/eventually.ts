import { setTimeout as pause } from 'node:timers/promises';

/** How long to keep trying, and how often. Milliseconds. */
export interface Patience {
  readonly withinMs?: number;
  readonly everyMs?: number;
}

/**
 * Tries `attempt` again and again until it neither throws nor returns `false`, and gives back what it returned.
 * For what happens soon but not at once: an event's effect, a job's tick. Tests never sleep a fixed time.
 * After the deadline (20 s unless told: for what never comes, not for a machine that is busy) it throws the last attempt's own error, so that the test shows what was wrong.
 */
export async function eventually<T>(attempt: () => T | Promise<T>, patience: Patience = {}): Promise<Awaited<T>> {
  const { withinMs = 20_000, everyMs = 20 } = patience;
  const deadline = performance.now() + withinMs;
  for (;;) {
    let problem: unknown;
    try {
      const result = await attempt();
      if (result !== false) return result;
      problem = new Error(`still false after ${withinMs} ms`);
    } catch (error) {
      problem = error;
    }
    if (performance.now() >= deadline) throw problem;
    await pause(everyMs);
  }
}
