import type { StartedGraph } from '../e2e/setup/start-graph.ts';
import { topologies, type Topology } from '../e2e/setup/world-facts.ts';
import { prepareLoads, type Load } from './loads/loads.ts';
import { measureLoad, medianOf, type Measured } from './measure/measure-load.ts';
import { usageOf } from './measure/processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

/** How the first benchmark is run. Both graphs share the machine, so the numbers of a pair can be compared, not added. */
export interface FirstBenchmarkOptions {
  readonly connections: number;
  /** Of each measured run. */
  readonly seconds: number;
  /** Before each, unmeasured. */
  readonly warmUpSeconds: number;
  /** How often each pair is run; the run with the median throughput counts. */
  readonly rounds: number;
}

/**
 * Storefront, product page, cart and placing an order, in both topologies as pairs: each load runs on the one and then at
 * once on the other, against the same MongoDB, with the demo shop loaded. Gives markdown.
 */
export async function firstBenchmark(options: FirstBenchmarkOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async ({ mongod, startGraph }) => {
    const graphs = new Map<Topology, { graph: StartedGraph; loads: readonly Load[] }>();
    for (const topology of topologies) {
      const databasePrefix = `bench_${topology.replaceAll(' ', '_')}`;
      const graph = await startGraph(topology, { databasePrefix, env: { DEMO_DATA: 'on' } });
      graphs.set(topology, { graph, loads: await prepareLoads(graph.facts) });
      log(`${topology}: started, demo shop loaded`);
    }

    const rows: string[][] = [];
    const names = graphs.get('all in one')?.loads.map(({ name }) => name) ?? [];
    for (const [index, name] of names.entries()) {
      const runs = new Map<Topology, Measured[]>(topologies.map((topology) => [topology, []]));
      for (let round = 0; round < options.rounds; round += 1) {
        for (const [topology, { graph, loads }] of graphs) {
          const load = loads[index];
          if (load === undefined) throw new Error(`no load ${index}`);
          const measured = await measureLoad({
            ...{ load, graph, mongodPid: mongod.pid, connections: options.connections },
            ...{ until: { seconds: options.seconds }, warmUpUntil: { seconds: options.warmUpSeconds } },
          });
          runs.get(topology)?.push(measured);
          log(`${name}, ${topology}: ${measured.perSecond.toFixed(0)}/s, p99 ${measured.p99} ms`);
        }
      }
      for (const [topology, measured] of runs) rows.push(rowOf(name, topology, medianOf(measured)));
    }
    const memory = await Promise.all(
      [...graphs].map(
        async ([topology, { graph }]) => `${topology} ${megabytes((await usageOf(graph.pid)).residentBytes)}`,
      ),
    );
    const mongodMemory = megabytes((await usageOf(mongod.pid)).residentBytes);
    return [
      table(
        ['load', 'topology', 'requests/s', 'p50 ms', 'p99 ms', 'CPU ms/request', 'of which mongod', 'failed'],
        rows,
      ),
      '',
      `Resident memory after the runs: ${memory.join(', ')}; mongod (shared, 1 GB cache at most) ${mongodMemory}.`,
    ].join('\n');
  });
}

function rowOf(name: string, topology: Topology, measured: Measured): string[] {
  const { perSecond, p50, p99, cpuMs, mongodCpuMs, failures } = measured;
  return [
    name,
    topology,
    perSecond.toFixed(0),
    String(p50),
    String(p99),
    cpuMs.toFixed(2),
    mongodCpuMs.toFixed(2),
    String(failures),
  ];
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
