import { table } from '../../bench/report.ts';

/** Something that was done to the graph, and how long it took to be well again. */
export interface Harm {
  readonly kind: string;
  readonly where: string;
  /** Milliseconds; null when it never was. */
  readonly recoveredMs: number | null;
  readonly problem?: string;
}

/** Milliseconds as seconds to read. */
export const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** A row for each kind of harm, the slowest recovery and the median of all of that kind. */
export function tableOfHarms(harms: readonly Harm[]): string {
  const byKind = Map.groupBy(harms, ({ kind }) => kind);
  const rows = [...byKind].map(([kind, all]) => {
    const times = all.flatMap(({ recoveredMs }) => recoveredMs ?? []).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)];
    const slowest = times.at(-1);
    return [
      kind,
      [...new Set(all.map(({ where }) => where))].join(', '),
      String(all.length),
      median === undefined ? '–' : seconds(median),
      slowest === undefined ? '–' : seconds(slowest),
      all.flatMap(({ problem }) => problem ?? []).join('; ') || 'ok',
    ];
  });
  return table(['harm', 'where', 'times', 'well again after, median s', 'slowest s', ''], rows);
}
