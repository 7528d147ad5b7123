import type { NeighbourError } from './neighbour-error.ts';

/** When to come again if whoever gave no answer doesn't say, milliseconds. */
export const comeAgainMs = 1_000;

/**
 * After how long a call that brought no answer may be made again, milliseconds; null when it would be refused again. Only BUSY says that nothing was done.
 */
export function mayComeAgainAfterMs({ code, reason, retryAfterMs }: NeighbourError): number | null {
  if (code === 'REFUSED' && reason !== 'BUSY') return null;
  return retryAfterMs ?? comeAgainMs;
}
