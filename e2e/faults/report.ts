import { table } from '../../bench/report.ts';

/** Something that was done to the graph, and how long it took to be well again. */
export interface Harm {
  readonly kind: string;
  readonly where: string;
  /** Milliseconds; null when it never was, or when it could not be done. */
  readonly recoveredMs: number | null;
  /** Within how many milliseconds it is promised to be well again; absent where no time is promised. */
  readonly promisedMs?: number;
  readonly problem?: Problem;
}

/** Why there is no recovery: `NOT_WELL` breaks a promise, `NOT_SHOWN` says that nobody was hurt and nothing is known. */
export interface Problem {
  readonly kind: 'NOT_WELL' | 'NOT_SHOWN';
  readonly text: string;
}

/** Milliseconds as seconds to read. */
export const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

/** Whether it was well again, but later than promised. */
export const isLate = ({ recoveredMs, promisedMs }: Harm): boolean =>
  recoveredMs !== null && promisedMs !== undefined && recoveredMs > promisedMs;

/** What became of it, in a few words. */
export const outcomeOf = (harm: Harm): string =>
  harm.problem?.text ?? `well again after ${seconds(harm.recoveredMs ?? 0)} s${isLate(harm) ? ', late' : ''}`;

/** A row for each kind of harm, the slowest recovery and the median of all of that kind. */
export function tableOfHarms(harms: readonly Harm[]): string {
  const byKind = Map.groupBy(harms, ({ kind }) => kind);
  const rows = [...byKind].map(([kind, all]) => {
    const times = all.flatMap(({ recoveredMs }) => recoveredMs ?? []).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)];
    const slowest = times.at(-1);
    const promisedMs = all[0]?.promisedMs;
    const late = all.filter(isLate).length;
    const problems = all.flatMap(({ problem }) => problem?.text ?? []);
    return [
      kind,
      [...new Set(all.map(({ where }) => where))].join(', '),
      String(all.length),
      median === undefined ? '–' : seconds(median),
      slowest === undefined ? '–' : seconds(slowest),
      promisedMs === undefined ? '–' : seconds(promisedMs),
      [...problems, ...(late > 0 ? [`${late} late`] : [])].join('; ') || 'ok',
    ];
  });
  return table(['harm', 'where', 'times', 'well again after, median s', 'slowest s', 'promised s', ''], rows);
}
