import type { StartedGraph } from '../e2e/setup/start-graph.ts';
import type { Topology } from '../e2e/setup/world-facts.ts';
import { prepareReadingLoads, type Load } from './loads/loads.ts';
import { measureLoad, medianOf, type Measured } from './measure/measure-load.ts';
import { usageOf } from './measure/processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface ReadsBenchmarkOptions {
  readonly topology: Topology;
  readonly connections: number;
  /** Of each measured run. */
  readonly seconds: number;
  /** Before each, unmeasured. */
  readonly warmUpSeconds: number;
  /** How often each pair is run; the run with the median throughput counts. */
  readonly rounds: number;
  /** The loads whose names contain it; all when it is empty. */
  readonly only: string;
}

/** What is compared: the same graph, answering from copies in memory or asking the database each time. */
const ways = [
  { name: 'copies in memory', setting: 'on' },
  { name: 'database', setting: 'off' },
] as const;

/** Looking around in the demo shop, with near caches and without, in turn on the same MongoDB. Gives markdown. */
export async function readsBenchmark(options: ReadsBenchmarkOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async ({ mongod, startGraph }) => {
    const graphs: { name: string; graph: StartedGraph; loads: readonly Load[] }[] = [];
    for (const { name, setting } of ways) {
      const env = { DEMO_DATA: 'on', NEAR_CACHE: setting };
      const graph = await startGraph(options.topology, { databasePrefix: `reads_${setting}`, env });
      const loads = await prepareReadingLoads(graph.facts);
      graphs.push({ name, graph, loads: loads.filter((load) => load.name.includes(options.only)) });
      log(`${name}: started, demo shop loaded`);
    }
    const rows: string[][] = [];
    for (const [index, { name: loadName }] of (graphs[0]?.loads ?? []).entries()) {
      const runs = new Map<string, Measured[]>(graphs.map(({ name }) => [name, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (const { name, graph, loads } of graphs) {
          const load = loads[index];
          if (load === undefined) throw new Error(`no load ${index}`);
          const measured = await measureLoad({ load, graph, mongodPid: mongod.pid, ...options });
          runs.get(name)?.push(measured);
          log(`${loadName}, ${name}: ${measured.perSecond.toFixed(0)}/s, ${measured.cpuMs.toFixed(2)} ms CPU`);
        }
      }
      for (const [name, measured] of runs) rows.push(rowOf(loadName, name, medianOf(measured)));
    }
    const memory = await Promise.all(
      graphs.map(async ({ name, graph }) => {
        const { residentBytes } = await usageOf(graph.pid);
        return `${name} ${Math.round(residentBytes / 1024 / 1024)} MB`;
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
      `Resident memory after the runs: ${memory.join(', ')}.`,
    ].join('\n');
  });
}

function rowOf(load: string, way: string, measured: Measured): string[] {
  const { perSecond, p50, p99, cpuMs, mongodCpuMs, failures } = measured;
  const numbers = [perSecond.toFixed(0), p50, p99, cpuMs.toFixed(2), mongodCpuMs.toFixed(2), failures];
  return [load, way, ...numbers.map(String)];
}
