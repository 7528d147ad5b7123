/** How often the process looks whether it runs on time, milliseconds. */
const lookEveryMs = 10;

/**
 * How long work took, milliseconds, without the time in which this process was kept from looking at a clock: what a busy machine takes from a test must not count against
 * what is tested. For what waits, not for what calculates: that would keep the process from looking, too.
 */
export async function ownTimeOf<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const begunAt = performance.now();
  let lookedAt = begunAt;
  let heldUpMs = 0;
  const look = () => {
    const now = performance.now();
    heldUpMs += Math.max(0, now - lookedAt - lookEveryMs);
    lookedAt = now;
  };
  const timer = setInterval(look, lookEveryMs);
  try {
    const value = await work();
    look();
    return { value, ms: performance.now() - begunAt - heldUpMs };
  } finally {
    clearInterval(timer);
  }
}
