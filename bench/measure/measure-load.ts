import type { StartedGraph } from '../../e2e/setup/start-graph.ts';
import type { Load } from '../loads/loads.ts';
import { hammer, type Hammered } from './hammer.ts';
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
  readonly seconds: number;
  /** Before it, unmeasured. */
  readonly warmUpSeconds: number;
}

/** Lets a load run on a graph, first to warm up, then to be measured. */
export async function measureLoad(measurement: LoadMeasurement): Promise<Measured> {
  const { load, graph, mongodPid, connections, seconds, warmUpSeconds } = measurement;
  const common = { url: graph.facts.url, next: load.next, connections, channel: 'web' };
  await hammer({ ...common, seconds: warmUpSeconds });
  const used = async () => ({ ours: await usageOf(graph.pid), mongod: await usageOf(mongodPid) });
  const before = await used();
  const hammered = await hammer({ ...common, seconds });
  const after = await used();
  const ours = after.ours.cpuMs - before.ours.cpuMs;
  const mongod = after.mongod.cpuMs - before.mongod.cpuMs;
  const each = (ms: number) => ms / Math.max(1, hammered.requests);
  return { ...hammered, cpuMs: each(ours + mongod), mongodCpuMs: each(mongod) };
}

/** The run with the median throughput. */
export function medianOf(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((one, other) => one.perSecond - other.perSecond);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
}
