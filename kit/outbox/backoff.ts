/** How long to wait after a failure, milliseconds: `firstMs`, then twice as long after each further failure, up to `maxMs`. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** The wait after the `failures`-th failure in a row, counted from 1. */
export function waitAfter(failures: number, { firstMs, maxMs }: Backoff): number {
  return Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
}
