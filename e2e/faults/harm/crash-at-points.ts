import { setTimeout as pause } from 'node:timers/promises';
import { crashPointNames, type CrashPointName } from '#kit/crash-points/crash-points.ts';
import { eventually } from '#kit/testing/eventually.ts';
import type { GraphUnderFire, Service } from '../graph-under-fire.ts';
import type { Harm } from '../report.ts';

/** A crash point in one of the services that come to it. */
export interface CrashPlace {
  readonly service: Service;
  readonly point: CrashPointName;
}

/** Which services come to the points of the kit and of promotion; those of the order path are reached by order alone. */
const servicesAt: Readonly<Record<string, readonly Service[]>> = {
  idempotency: ['order'],
  'group-commit': ['logistics', 'promotion'],
  outbox: ['order', 'logistics'],
  inbox: ['order', 'promotion', 'member', 'logistics'],
  jobs: ['order', 'promotion', 'logistics'],
  promotion: ['promotion'],
};

/** Where these shoppers bring nobody, and why. Tests with the subgraph's own database go there. */
const elsewhere: readonly (readonly [RegExp, string])[] = [
  [/^order\.late-payment\./, 'play money is never late'],
  [
    /^order\.editing\.(undo-decided|before-undone)$/,
    'what was begun is refused only when the goods or the order are taken in the same moment',
  ],
  [/^member(\.merging|-merges)\./, 'nobody of these shoppers is two members'],
  [/^promotion\.flash-sale\.left-/, 'shoppers ask again before the job looks for what is left of their purchases'],
];
const whyNot = (point: CrashPointName) => elsewhere.find(([those]) => those.test(point))?.[1];

/** The crash points that nobody is killed at, in words. */
export const unvisitedPoints: readonly string[] = crashPointNames.flatMap((point) => {
  const why = whyNot(point);
  return why === undefined ? [] : `${point}: ${why}`;
});

/** Every other crash point in every service that comes to it; what only time brings about comes last. */
export const crashPlaces: readonly CrashPlace[] = crashPointNames
  .filter((point) => whyNot(point) === undefined)
  .flatMap((point) => (servicesAt[point.split('.')[0] ?? ''] ?? ['order']).map((service) => ({ service, point })))
  .toSorted((one, other) => Number(one.point.includes('.expiring.')) - Number(other.point.includes('.expiring.')));

/** In which a killed process is to be back, milliseconds. */
const promisedMs = 5_000;
const lookMs = 20;
const successorWithinMs = 60_000;
/** Listing all processes of the machine takes a processor as long as the successor's own work: seldom enough not to be what it waits for. */
const listEveryMs = 250;

/**
 * Kills a process at the point, when the next of its service comes there, and waits until all processes are healthy again. A point that nobody comes to
 * `withinMs` is a failure of the run.
 */
export async function crashAt(graph: GraphUnderFire, place: CrashPlace, withinMs: number): Promise<Harm> {
  const { service, point } = place;
  const before = await graph.pidsOf(service);
  await graph.arm(service, point);
  const deadline = performance.now() + withinMs;
  while (await graph.isArmed(service, point)) {
    if (performance.now() > deadline) {
      await graph.disarm(service, point);
      const problem = { kind: 'NOT_SHOWN', text: 'nobody came to it' } as const;
      return { kind: `kill -9 at ${point}`, where: service, recoveredMs: null, problem };
    }
    await pause(lookMs);
  }
  return { kind: `kill -9 at ${point}`, where: service, ...(await recovered(graph, service, before)) };
}

/** What {@link killOne} does, in the report. */
export const randomKill = 'kill -9 at random';

/** Kills a process of the service, whatever it is doing, and waits until all processes are healthy again. */
export async function killOne(graph: GraphUnderFire, service: Service, which: number): Promise<Harm> {
  const pids = await graph.pidsOf(service);
  const pid = pids[which % pids.length];
  if (pid === undefined) {
    const problem = { kind: 'NOT_WELL', text: `no process of ${service} runs` } as const;
    return { kind: randomKill, where: service, recoveredMs: null, problem };
  }
  process.kill(pid, 'SIGKILL');
  return { kind: randomKill, where: service, ...(await recovered(graph, service, pids)) };
}

/** From the death of one of a service's processes until all are healthy. */
async function recovered(
  graph: GraphUnderFire,
  service: Service,
  before: readonly number[],
): Promise<Pick<Harm, 'recoveredMs' | 'promisedMs' | 'problem'>> {
  const begunAt = performance.now();
  try {
    // A process that is just dying may still say that it is ready: its successor has to be there first.
    await eventually(
      async () => {
        const now = await graph.pidsOf(service);
        return now.length === before.length && now.some((pid) => !before.includes(pid));
      },
      { withinMs: successorWithinMs, everyMs: listEveryMs },
    );
    await graph.untilHealthy();
    return { recoveredMs: performance.now() - begunAt, promisedMs };
  } catch (error) {
    return { recoveredMs: null, problem: { kind: 'NOT_WELL', text: `not well again: ${String(error)}` } };
  }
}
