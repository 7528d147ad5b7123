import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startThreeNodes, type ThreeNodes } from '../../scripts/mongo/start-three-nodes.ts';
import { reportOf } from '../../scripts/verify/report.ts';
import { startGraphUnderFire, type GraphUnderFire, type Service } from './graph-under-fire.ts';
import { crashAt, killOne, randomKill, unvisitedPoints, type CrashPlace } from './harm/crash-at-points.ts';
import { hurtLinks, type LinkHarm } from './harm/hurt-links.ts';
import { freezePrimary, killPrimary, restartAllNodes } from './harm/hurt-mongo.ts';
import { startWriteProbe, type WriteProbe } from './harm/write-probe.ts';
import { judge, type Verdict } from './judge.ts';
import { repeatEvents } from './repeat-events.ts';
import { seconds, tableOfHarms, type Harm } from './report.ts';
import { letShop, type Crowd, type CrowdThatShops } from './shopping/crowd-that-shops.ts';
import { chanceOf } from '#kit/testing/chance.ts';

/** Who shops, by a seed that also decides who is killed, and what is done to the graph, in this order. */
export interface FaultPlan extends Crowd {
  /** Processes of each subgraph. */
  readonly replicas: number;
  /** When to stop hurting, milliseconds. */
  readonly harmMs: number;
  /** How long an order may stay unpaid: short enough to expire meanwhile, or not at all. */
  readonly unpaidMinutes: number;
  readonly crashPlaces: readonly CrashPlace[];
  readonly randomKills: number;
  /** Also the primary frozen, and all nodes killed at once. */
  readonly allMongoHarms: boolean;
  readonly links: readonly { readonly service: Service; readonly harm: LinkHarm }[];
}

/** How long to wait at most for a crash point to be reached, milliseconds; orders expire after a minute. */
const reachedWithinMs = 90_000;
/** And at least, also when the time of the whole plan is short. */
const reachedAtLeastMs = 15_000;
/** Nobody needs to be killed at random in this last part of the time: so that whatever must be done is. Milliseconds. */
const randomNeedsMs = 15_000;
/** What one harm takes with its recovery, in the middle. */
const usualHarmMs = 7_000;
const betweenKillsMs = 1_000;
const services: readonly Service[] = ['gateway', 'product', 'promotion', 'member', 'order', 'logistics'];

/**
 * Lets people shop in a distributed graph on three MongoDB nodes while its processes are killed, its database and its links are hurt and every event and callback
 * comes three times. Afterwards everybody goes home and the books are compared. Gives markdown, and whether everything held.
 */
export async function runFaults(
  plan: FaultPlan,
  log: (line: string) => void,
): Promise<{ readonly report: string; readonly held: boolean }> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-faults-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 10 })];
  try {
    const mongo = await startThreeNodes(join(folder, 'mongo'), log);
    stops.push(() => mongo.stop());
    const dataDir = join(folder, 'graph');
    await mkdir(dataDir);
    const { replicas, unpaidMinutes } = plan;
    const graph = await startGraphUnderFire({ mongoUri: mongo.uri, folder: dataDir, replicas, unpaidMinutes });
    stops.push(() => graph.stop());
    const crowd = await letShop(graph, plan);
    const probe = await startWriteProbe(mongo.uri);
    const repeater = await repeatEvents(graph);
    log(`${plan.clients} people shop`);

    const harms = await harm(plan, { graph, mongo, probe }, log);
    log('everybody goes home');
    await crowd.goHome();
    const repeated = await repeater.stop();
    const verdict = await judge(graph, crowd.promises.all());
    const written = await probe.lost();
    return conclude({ plan, harms, crowd, repeated, verdict, written });
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

interface Patients {
  readonly graph: GraphUnderFire;
  readonly mongo: ThreeNodes;
  readonly probe: WriteProbe;
}

/** Something to do to the graph, within so many milliseconds if it has to wait for its moment. */
type PlannedHarm = (withinMs: number) => Promise<Harm>;

/**
 * Does what is planned, one thing after the other, each with as much patience as leaves the others their turn. Who is killed at random comes last, and only
 * while there is time; anything else that there is no time left for counts as not shown.
 */
async function harm(plan: FaultPlan, { graph, mongo, probe }: Patients, log: (line: string) => void): Promise<Harm[]> {
  const luck = chanceOf(plan.seed);
  const planned: PlannedHarm[] = [
    () => killPrimary(mongo, probe),
    ...(plan.allMongoHarms ? [() => freezePrimary(mongo, probe), () => restartAllNodes(mongo, probe)] : []),
    ...plan.links.map(
      ({ service, harm: kind }) =>
        () =>
          hurtLinks(graph, service, kind),
    ),
    ...plan.crashPlaces.map(
      (place): PlannedHarm =>
        (withinMs) =>
          crashAt(graph, place, withinMs),
    ),
  ];
  const deadline = performance.now() + plan.harmMs;
  const left = () => deadline - performance.now();
  const harms: Harm[] = [];
  const note = (done: Harm): void => {
    harms.push(done);
    log(`${done.kind} (${done.where}): ${done.problem ?? `well again after ${seconds(done.recoveredMs ?? 0)} s`}`);
  };
  for (const [index, next] of planned.entries()) {
    if (left() <= 0) break;
    const others = planned.length - index - 1;
    note(await next(Math.max(reachedAtLeastMs, Math.min(reachedWithinMs, left() - others * usualHarmMs))));
  }
  const undone = planned.length - harms.length;
  for (let kill = 0; kill < plan.randomKills && left() > randomNeedsMs; kill += 1) {
    await pause(betweenKillsMs * luck.next());
    note(await killOne(graph, luck.pick(services), luck.below(plan.replicas)));
  }
  if (undone === 0) return harms;
  const problem = `no time left for ${undone} of ${planned.length}`;
  log(problem);
  return [...harms, { kind: 'the rest of the plan', where: 'everywhere', recoveredMs: null, problem }];
}

interface Ending {
  readonly plan: FaultPlan;
  readonly harms: readonly Harm[];
  readonly crowd: CrowdThatShops;
  /** Events that were told three times. */
  readonly repeated: number;
  readonly verdict: Verdict;
  readonly written: { readonly lost: number; readonly acknowledged: number };
}

function conclude({ plan, harms, crowd, repeated, verdict, written }: Ending): { report: string; held: boolean } {
  const { answered, unanswered, errors } = crowd.answers;
  const promised = crowd.promises.all();
  const wrong = verdict.verified.reduce((sum, { discrepancies }) => sum + discrepancies.length, 0);
  const unwell = harms.filter(({ recoveredMs }) => recoveredMs === null).length;
  const held = wrong + verdict.broken.length + written.lost + unanswered.length + unwell === 0;
  const paid = promised.filter(({ status }) => status === 'PAID').length;
  const cancelled = promised.filter(({ status }) => status === 'CANCELLED').length;
  const killed = harms.filter(({ kind }) => kind === randomKill).length;
  const lines = [
    tableOfHarms(harms),
    '',
    `- ${killed} of ${plan.randomKills} killed at random`,
    `- crash points that shoppers don't come to, visited by tests of the subgraph: ${unvisitedPoints.join('; ')}`,
    `- ${answered} answers; ${unanswered.length} never answered; asked again after ${errors.map(([word, count]) => `${count} ${word}`).join(', ')}`,
    `- ${promised.length} orders acknowledged, ${paid} of them paid, ${cancelled} cancelled; lost or changed: ${verdict.broken.length}`,
    `- every order whole or gone ${seconds(verdict.wholeAfterMs)} s after the last shopper went home`,
    `- ${repeated} events told three times`,
    `- ${written.acknowledged} writes acknowledged by the database, ${written.lost} of them lost`,
    ...[...verdict.broken, ...unanswered].map((line) => `  - ${line}`),
    '',
    reportOf(verdict.verified, 0)
      .split('\n')
      .filter((line) => !line.endsWith('  ok'))
      .join('\n'),
  ];
  return { report: lines.join('\n'), held };
}
