import { reportOf } from '../../scripts/verify/report.ts';
import { randomKill, unvisitedPoints } from './harm/crash-at-points.ts';
import type { Verdict } from './judge.ts';
import { isLate, outcomeOf, seconds, tableOfHarms, type Harm } from './report.ts';
import type { Answers } from './shopping/ask-until-answered.ts';
import type { Promised } from './shopping/promises.ts';

/** All that is known at the end of a run. */
export interface Ending {
  readonly harms: readonly Harm[];
  /** How many should have been killed at random. */
  readonly randomKills: number;
  readonly promised: readonly Promised[];
  readonly answers: Pick<Answers, 'answered' | 'unanswered' | 'errors' | 'slowest'>;
  /** What shoppers could make no sense of. */
  readonly surprises: readonly string[];
  /** Events that were told three times. */
  readonly repeated: number;
  readonly verdict: Verdict;
  readonly written: { readonly lost: number; readonly acknowledged: number };
}

/** `BROKEN`: a promise was. `LATE`: none was, but something took longer than promised, or could not be shown. */
export type Held = 'HELD' | 'LATE' | 'BROKEN';

/** What a run comes to: the last line says whether promises were kept, apart from whether they were kept in time; before it everything that was measured, as markdown. */
export function conclude(ending: Ending): { readonly report: string; readonly held: Held } {
  const { harms, randomKills, promised, answers, repeated, verdict, written } = ending;
  const broken = brokenIn(ending);
  const unshown = harms.filter(({ problem }) => problem?.kind === 'NOT_SHOWN');
  const late = harms.filter(isLate);
  const held = broken.length > 0 ? 'BROKEN' : unshown.length + late.length > 0 ? 'LATE' : 'HELD';
  const paid = promised.filter(({ status }) => status === 'PAID').length;
  const cancelled = promised.filter(({ status }) => status === 'CANCELLED').length;
  const killed = harms.filter(({ kind }) => kind === randomKill).length;
  const asked = answers.errors.map(([word, count]) => `${count} ${word}`).join(', ') || 'nothing';
  const lines = [
    tableOfHarms(harms),
    '',
    `- ${killed} of ${randomKills} killed at random`,
    `- crash points that shoppers don't come to, visited by tests of the subgraph: ${unvisitedPoints.join('; ')}`,
    `- ${answers.answered} answers; ${answers.unanswered.length} never answered; asked again after ${asked}`,
    `- the slowest answer came after ${seconds(answers.slowest.ms)} s, to ${answers.slowest.story}`,
    `- ${promised.length} orders acknowledged, ${paid} of them paid, ${cancelled} cancelled; lost or changed: ${verdict.broken.length}`,
    `- every order whole or gone ${seconds(verdict.wholeAfterMs)} s after the last shopper went home`,
    `- ${repeated} events told three times`,
    `- ${written.acknowledged} writes acknowledged by the database, ${written.lost} of them lost`,
    '',
    reportOf(verdict.verified, 0)
      .split('\n')
      .filter((line) => !line.endsWith('  ok'))
      .join('\n'),
    '',
    ...named('broken', broken),
    ...named('not shown', unshown.map(inALine)),
    ...named('later than promised', late.map(inALine)),
    words[held],
  ];
  return { report: lines.join('\n'), held };
}

const words: Readonly<Record<Held, string>> = {
  HELD: 'Everything held.',
  LATE: 'Every promise was kept, but not everything was shown in time.',
  BROKEN: 'NOT everything held.',
};

const inALine = (harm: Harm): string => `${harm.kind} (${harm.where}): ${outcomeOf(harm)}`;

const named = (name: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${lines.length} ${name}:`, ...lines.map((line) => `  - ${line}`), ''];

/** Every promise that was not kept, a line each. */
function brokenIn({ harms, answers, surprises, verdict, written }: Ending): string[] {
  return [
    ...harms.filter(({ problem }) => problem?.kind === 'NOT_WELL').map(inALine),
    ...answers.unanswered.map((line) => `never answered: ${line}`),
    ...surprises,
    ...verdict.unfinished,
    ...verdict.broken,
    ...verdict.verified.flatMap(({ owner, invariant, discrepancies }) =>
      discrepancies.length === 0 ? [] : [`${owner}: ${invariant}: ${discrepancies.length} differences`],
    ),
    ...(written.lost > 0 ? [`${written.lost} acknowledged writes are lost`] : []),
  ];
}
