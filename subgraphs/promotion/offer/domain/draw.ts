import type { Budget } from './budget.ts';
import type { Change } from './working-copy.ts';

/** What a transaction has taken of an offer: money of its budget, and times it may be used or claimed. Never negative. */
export interface Draw {
  readonly id: string;
  readonly amountMinor: number;
  readonly times: number;
}

/** What has been taken of offers on a working copy; those of which nothing was taken are left out. `timesLeft` is null for an offer without a limit. */
export function drawsOf<Row extends { readonly budget: Budget | null }>(
  changes: readonly Change<Row>[],
  timesLeft: (row: Row) => number | null,
): Draw[] {
  return changes.flatMap(({ key: id, before, now }) => {
    if (!before) return [];
    const amountMinor = (before.budget?.leftMinor ?? 0) - (now.budget?.leftMinor ?? 0);
    const times = (timesLeft(before) ?? 0) - (timesLeft(now) ?? 0);
    return amountMinor === 0 && times === 0 ? [] : [{ id, amountMinor, times }];
  });
}
