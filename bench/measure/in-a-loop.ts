/** What came out of a run. Times in milliseconds. */
export interface Looped {
  readonly calls: number;
  /** Of those that said yes. */
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Calls that said no, or threw. */
  readonly failures: number;
}

/** Lets some callers call a function of this process over and over, each again as soon as it is answered. A call that is under way at the end is waited for and counted. */
export async function inALoop(
  call: () => Promise<boolean>,
  { callers, seconds }: { readonly callers: number; readonly seconds: number },
): Promise<Looped> {
  const latencies: number[] = [];
  let failures = 0;
  const begunAt = performance.now();
  const until = begunAt + seconds * 1_000;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        const calledAt = performance.now();
        const done = await call().catch(() => false);
        latencies.push(performance.now() - calledAt);
        if (!done) failures += 1;
      }
    }),
  );
  const perSecond = (latencies.length - failures) / ((performance.now() - begunAt) / 1_000);
  return {
    calls: latencies.length,
    perSecond,
    p50: quantileOf(latencies, 0.5),
    p99: quantileOf(latencies, 0.99),
    failures,
  };
}

/** The value below which this share of the values lies; 0 of none. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
