import { setTimeout as pause } from 'node:timers/promises';
import { usageOf } from './processes.ts';

/** A process that does more than this has work to do, milliseconds of processor a second. Twice what a MongoDB uses that nobody asks but the jobs of one graph. */
const restingMs = 150;
const patienceMs = 300_000;

/** Waits until a process has done next to nothing for three seconds: until it is over with what it does after many writes. Gives how long that took, seconds. Throws Error after 5 minutes. */
export async function atRest(pid: number): Promise<number> {
  const begunAt = performance.now();
  let { cpuMs } = await usageOf(pid);
  for (let quiet = 0; quiet < 3;) {
    if (performance.now() - begunAt > patienceMs) throw new Error(`process ${pid} has not come to rest`);
    await pause(1_000);
    const now = (await usageOf(pid)).cpuMs;
    quiet = now - cpuMs < restingMs ? quiet + 1 : 0;
    cpuMs = now;
  }
  return (performance.now() - begunAt) / 1_000;
}
