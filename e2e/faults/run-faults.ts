import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startThreeNodes, type ThreeNodes } from '../../scripts/mongo/start-three-nodes.ts';
import { conclude, type Held } from './conclude.ts';
import { startGraphUnderFire, type GraphUnderFire, type Service } from './graph-under-fire.ts';
import { crashAt, killOne, type CrashPlace } from './harm/crash-at-points.ts';
import { hurtLinks, type LinkHarm } from './harm/hurt-links.ts';
import { freezePrimary, killPrimary, restartAllNodes } from './harm/hurt-mongo.ts';
import { startWriteProbe, type WriteProbe } from './harm/write-probe.ts';
import { judge } from './judge.ts';
import { repeatEvents } from './repeat-events.ts';
import { outcomeOf, type Harm } from './report.ts';
import { letShop, type Crowd } from './shopping/crowd-that-shops.ts';
import { chanceOf } from '#kit/testing/chance.ts';

/** Who shops, by a seed that also decides who is killed, and what is done to the graph, in this order. */
export interface FaultPlan extends Crowd {
  /** Processes of each subgraph. */
  readonly replicas: number;
  /** When to stop hurting, milliseconds. */
  readonly harmMs: number;
  /** How long an order may stay unpaid: short enough to expire meanwhile, or not at all. */
  readonly unpaidMinutes: number;
  /** By how much the clocks of every other replica are wrong all the time, milliseconds; right unless given. */
  readonly wrongClockMs?: number;
  readonly crashPlaces: readonly CrashPlace[];
  readonly randomKills: number;
  /** Also the primary frozen, and all nodes killed at once. */
  readonly allMongoHarms: boolean;
  readonly links: readonly { readonly service: Service; readonly harm: LinkHarm }[];
  /** Gets what the processes print. */
  readonly onLine?: (line: string) => void;
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
 * comes three times. Afterwards everybody goes home and the books are compared. Gives markdown, and what held.
 */
export async function runFaults(
  plan: FaultPlan,
  log: (line: string) => void,
): Promise<{ readonly report: string; readonly held: Held }> {
  const folder = await mkdtemp(join(tmpdir(), 'fullchain-faults-'));
  const stops: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true, maxRetries: 10 })];
  try {
    const mongo = await startThreeNodes(join(folder, 'mongo'), log);
    stops.push(() => mongo.stop());
    const dataDir = join(folder, 'graph');
    await mkdir(dataDir);
    const graph = await startGraphUnderFire({ ...plan, mongoUri: mongo.uri, folder: dataDir });
    stops.push(() => graph.stop());
    const crowd = await letShop(graph, plan);
    const probe = await startWriteProbe(mongo.uri);
    const repeater = await repeatEvents(graph);
    log(`${plan.clients} people shop`);

    const harms = await harm(plan, { graph, mongo, probe }, log);
    log('everybody goes home');
    await crowd.goHome();
    const repeated = await repeater.stop();
    const promised = crowd.promises.all();
    const verdict = await judge(graph, promised);
    const written = await probe.lost();
    return conclude({ ...plan, ...crowd, harms, promised, repeated, verdict, written });
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
    log(`${done.kind} (${done.where}): ${outcomeOf(done)}`);
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
  const problem = { kind: 'NOT_SHOWN', text: `no time left for ${undone} of ${planned.length}` } as const;
  log(problem.text);
  return [...harms, { kind: 'the rest of the plan', where: 'everywhere', recoveredMs: null, problem }];
}
