import { setTimeout as pause } from 'node:timers/promises';
import type { StartedGraph } from '../../e2e/setup/start-graph.ts';
import type { Load } from '../loads/loads.ts';
import { hammer, type Hammered, type HammerOptions } from './hammer.ts';
import { usageOf } from './processes.ts';

/** What a load came to, and what it cost. */
export interface Measured extends Hammered {
  /** Of all our processes and of mongod, milliseconds of processor time per request. */
  readonly cpuMs: number;
  readonly mongodCpuMs: number;
}

export interface LoadMeasurement {
  readonly load: Load;
  readonly graph: Pick<StartedGraph, 'pid' | 'facts'>;
  readonly mongodPid: number;
  readonly connections: number;
  /** Measured. */
  readonly until: HammerOptions['until'];
  /** Before it, unmeasured. */
  readonly warmUpUntil: HammerOptions['until'];
}

/** What is used without any load, milliseconds of processor time per second. */
export interface AtRest {
  readonly ours: number;
  readonly mongod: number;
}

/** Lets a load run on a graph, first to warm up, then to be measured. */
export async function measureLoad(measurement: LoadMeasurement): Promise<Measured> {
  const { load, graph, mongodPid, connections, until, warmUpUntil } = measurement;
  const common = { url: graph.facts.url, next: load.next, connections, channel: 'web' };
  await hammer({ ...common, until: warmUpUntil });
  const used = usedBy(graph, mongodPid);
  const before = await used();
  const hammered = await hammer({ ...common, until });
  const after = await used();
  const ours = after.ours - before.ours;
  const mongod = after.mongod - before.mongod;
  const each = (ms: number) => ms / Math.max(1, hammered.requests);
  return { ...hammered, cpuMs: each(ours + mongod), mongodCpuMs: each(mongod) };
}

/** What relays, jobs, change feeds and the database use while nobody asks for anything. */
export async function measureAtRest(
  graph: LoadMeasurement['graph'],
  mongodPid: number,
  seconds: number,
): Promise<AtRest> {
  const used = usedBy(graph, mongodPid);
  const before = await used();
  await pause(seconds * 1_000);
  const after = await used();
  return { ours: (after.ours - before.ours) / seconds, mongod: (after.mongod - before.mongod) / seconds };
}

function usedBy({ pid }: LoadMeasurement['graph'], mongodPid: number) {
  return async () => {
    const [ours, mongod] = await Promise.all([usageOf(pid), usageOf(mongodPid)]);
    return { ours: ours.cpuMs, mongod: mongod.cpuMs };
  };
}

/** The run with the median throughput. */
export function medianOf(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((one, other) => one.perSecond - other.perSecond);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
}
