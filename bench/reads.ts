import type { StartedGraph } from '../e2e/setup/start-graph.ts';
import type { Topology } from '../e2e/setup/world-facts.ts';
import { prepareReadingLoads, type Load } from './loads/loads.ts';
import { measureAtRest, measureLoad, medianOf, type AtRest, type Measured } from './measure/measure-load.ts';
import { usageOf } from './measure/processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface ReadsBenchmarkOptions {
  readonly topology: Topology;
  readonly connections: number;
  /** Of each measured run. */
  readonly requests: number;
  /** Before the first run of each pair, unmeasured; before the others a tenth of it. */
  readonly warmUpRequests: number;
  /** How often each pair is run; the run with the median throughput counts. */
  readonly rounds: number;
  /** How long it is measured what is used without any load. */
  readonly restSeconds: number;
  /** The loads whose names contain it; all when it is empty. */
  readonly only: string;
}

/** What is compared: the same graph with public answers shared for a moment, answering each anew from copies in memory, and asking the database each time. */
const ways = [
  { name: 'shared answers', settings: { NEAR_CACHE: 'on', ANSWERS_KEPT_MS: '200' } },
  { name: 'copies in memory', settings: { NEAR_CACHE: 'on', ANSWERS_KEPT_MS: '0' } },
  { name: 'database', settings: { NEAR_CACHE: 'off', ANSWERS_KEPT_MS: '0' } },
] as const;

/** Looking around in the demo shop, with shared answers, with near caches alone and without, in turn on the same MongoDB. Gives markdown. */
export async function readsBenchmark(options: ReadsBenchmarkOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async ({ mongod, startGraph }) => {
    const graphs: { name: string; graph: StartedGraph; loads: readonly Load[] }[] = [];
    for (const { name, settings } of ways) {
      const env = { DEMO_DATA: 'on', ...settings };
      const graph = await startGraph(options.topology, { databasePrefix: `reads_${name.replaceAll(' ', '_')}`, env });
      const loads = await prepareReadingLoads(graph.facts);
      const wanted = loads.filter((load) => load.name.includes(options.only));
      graphs.push({ name, graph, loads: wanted });
      log(`${name}: started, demo shop loaded`);
    }
    const runs: { load: string; way: string; measured: Measured[] }[] = [];
    for (const [index, { name: loadName }] of (graphs[0]?.loads ?? []).entries()) {
      const pair = new Map<string, Measured[]>(graphs.map(({ name }) => [name, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (const { name, graph, loads } of graphs) {
          const load = loads[index];
          if (load === undefined) throw new Error(`no load ${index}`);
          const warmUp = round === 0 ? options.warmUpRequests : options.warmUpRequests / 10;
          const measured = await measureLoad({
            ...{ load, graph, mongodPid: mongod.pid, connections: options.connections },
            ...{ until: { requests: options.requests }, warmUpUntil: { requests: warmUp } },
          });
          pair.get(name)?.push(measured);
          log(`${loadName}, ${name}: ${measured.perSecond.toFixed(0)}/s, ${measured.cpuMs.toFixed(2)} ms CPU`);
        }
      }
      for (const [way, measured] of pair) runs.push({ load: loadName, way, measured });
    }
    // Last, when the events of loading the shop have long been delivered.
    const atRest = new Map<string, AtRest>();
    for (const { name, graph } of graphs) {
      atRest.set(name, await measureAtRest(graph, mongod.pid, options.restSeconds));
    }
    const rows = runs.map(({ load, way, measured }) => rowOf(load, way, medianOf(measured), atRest.get(way)));
    const memory = await Promise.all(
      graphs.map(async ({ name, graph }) => {
        const { residentBytes } = await usageOf(graph.pid);
        const megabytes = Math.round(residentBytes / 1024 / 1024);
        return `${name} ${megabytes} MB and ${atRest.get(name)?.ours.toFixed(0)} ms CPU a second at rest`;
      }),
    );
    return [
      `${options.topology}, ${options.connections} connections.`,
      '',
      table(
        ['load', 'answers from', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request', 'of which mongod', 'failed'],
        rows,
      ),
      '',
      `Resident memory after the runs: ${memory.join(', ')}; mongod at rest with all ${[...atRest.values()][0]?.mongod.toFixed(0)} ms a second. What is used at rest is not counted above.`,
    ].join('\n');
  });
}

/** What a request adds to what is used at rest. */
function rowOf(load: string, way: string, measured: Measured, rest: AtRest = { ours: 0, mongod: 0 }): string[] {
  const { perSecond, p50, p99, cpuMs, mongodCpuMs, failures } = measured;
  const cpu = (cpuMs - (rest.ours + rest.mongod) / perSecond).toFixed(2);
  const mongod = (mongodCpuMs - rest.mongod / perSecond).toFixed(2);
  return [load, way, perSecond.toFixed(0), String(p50), String(p99), cpu, mongod, String(failures)];
}
