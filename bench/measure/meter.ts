import type { StartedGraph } from '../../e2e/setup/start-graph.ts';
import { usageOf } from './processes.ts';

/** What some work took. */
export interface Metered<T> {
  readonly value: T;
  readonly seconds: number;
  /** Of all our processes and mongod, milliseconds. */
  readonly cpuMs: number;
  readonly mongodCpuMs: number;
}
export type Meter = <T>(work: () => Promise<T>) => Promise<Metered<T>>;

/** Measures what a graph and its MongoDB use while some work is done. */
export function meterOf(graph: StartedGraph, mongodPid: number): Meter {
  const used = async () => ({ ours: await usageOf(graph.pid), mongod: await usageOf(mongodPid) });
  return async (work) => {
    const before = await used();
    const begunAt = performance.now();
    const value = await work();
    const seconds = (performance.now() - begunAt) / 1_000;
    const after = await used();
    const mongodCpuMs = after.mongod.cpuMs - before.mongod.cpuMs;
    return { value, seconds, mongodCpuMs, cpuMs: after.ours.cpuMs - before.ours.cpuMs + mongodCpuMs };
  };
}
