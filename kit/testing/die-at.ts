import { crashBy, type CrashPointName } from '#kit/crash-points/crash-points.ts';

/**
 * Runs work that dies at the point, as a process does that is killed there: what follows doesn't happen, and a transaction that is open there is undone. Whatever the work
 * answers or throws is lost with it. Throws when the work never came to the point.
 */
export async function dieAt(point: CrashPointName, work: () => Promise<unknown>): Promise<void> {
  let isDead = false;
  const undo = crashBy((name) => {
    if (isDead || name !== point) return undefined;
    isDead = true;
    return Promise.reject(new Error(`the process has died at ${point}`));
  });
  try {
    await work().catch(() => undefined);
  } finally {
    undo();
  }
  if (!isDead) throw new Error(`nobody came to ${point}`);
}
