import { setTimeout as timer } from 'node:timers/promises';

/** Waits `ms` milliseconds, or less: it returns (never throws) as soon as `signal` is aborted. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await timer(ms, undefined, { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
