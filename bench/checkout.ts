import type { Topology } from '../e2e/setup/world-facts.ts';
import type { Client } from '../e2e/world/client.ts';
import { aShop } from '../e2e/world/shop.ts';
import { setOut, stages, walkAll, type Way } from './checkout/journey.ts';
import { atMost, gatherCrowd } from './contention/crowd.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { meterOf, type Meter, type Metered } from './measure/meter.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface CheckoutBenchmarkOptions {
  readonly topology: Topology;
  /** Checkouts of each measured part. */
  readonly checkouts: number;
  /** How many shoppers are on their way at once in the busy part. */
  readonly clients: number;
}

/** Everybody buys something that many others don't, so that what is measured is the work and not the waiting. */
const goods = 50;
const crowdPoints = 1_000;

/**
 * Whole checkouts through the graph over HTTP: first all shoppers do the same step at once, which tells what each step costs; then one shopper after the
 * other; then many at once, each walking all the way. Every answer is looked at, and a refusal ends the run. Gives markdown.
 */
export async function checkoutBenchmark(
  options: CheckoutBenchmarkOptions,
  log: (line: string) => void,
): Promise<string> {
  return inSurroundings(log, async ({ mongod, startGraph, placeOf }) => {
    const graph = await startGraph(options.topology, { databasePrefix: 'checkout', env: { DEMO_DATA: 'on' } });
    const shop = await aShop(graph.facts);
    const skuIds = await atMost(4, Array.from({ length: goods }), async () => {
      const { sku } = await shop.product({ price: '19.90', stock: 1_000_000 });
      return sku.id;
    });
    const crowd = await gatherCrowd(placeOf(graph), options.checkouts * 4, crowdPoints);
    log(`${options.topology}: demo shop loaded, ${crowd.length} members signed in`);

    const groups = [0, 1, 2, 3].map((part) => crowd.slice(part * options.checkouts, (part + 1) * options.checkouts));
    const begin = (group: readonly Client[] = []) =>
      group.map((client, index) => setOut(client, skuIds[index % goods] ?? ''));
    const meter = meterOf(graph, mongod.pid);
    await walkAll(begin(groups[0]), options.clients);
    log('warm');
    const steps = await stepByStep(begin(groups[1]), { meter, clients: options.clients, log });
    const alone = await meter(() => walkAll(begin(groups[2]), 1));
    log(`one after the other: ${alone.cpuMs.toFixed(0)} ms CPU in all`);
    const busy = await meter(() => walkAll(begin(groups[3]), options.clients));
    return report({ steps, alone, busy, ...options });
  });
}

async function stepByStep(
  ways: readonly Way[],
  { meter, clients, log }: { meter: Meter; clients: number; log: (line: string) => void },
): Promise<string[][]> {
  const rows: string[][] = [];
  for (const { name, walk } of stages) {
    const { cpuMs, mongodCpuMs, value } = await meter(() =>
      atMost(clients, ways, async (way) => {
        const begunAt = performance.now();
        await walk(way);
        return performance.now() - begunAt;
      }),
    );
    const each = (ms: number) => (ms / ways.length).toFixed(2);
    log(`${name}: ${each(cpuMs)} ms`);
    rows.push([name, each(cpuMs), each(mongodCpuMs), quantileOf(value, 0.5).toFixed(1)]);
  }
  return rows;
}

interface Results extends CheckoutBenchmarkOptions {
  readonly steps: string[][];
  readonly alone: Metered<number[]>;
  readonly busy: Metered<number[]>;
}

function report({ steps, alone, busy, checkouts, clients, topology }: Results): string {
  const row = (name: string, { value, seconds, cpuMs, mongodCpuMs }: Metered<number[]>) => [
    name,
    (checkouts / seconds).toFixed(1),
    quantileOf(value, 0.5).toFixed(1),
    quantileOf(value, 0.99).toFixed(1),
    (cpuMs / checkouts).toFixed(2),
    (mongodCpuMs / checkouts).toFixed(2),
  ];
  return [
    `${topology}, ${checkouts} checkouts in each part.`,
    '',
    table(
      ['whole checkouts', 'checkouts/s', 'p50 ms', 'p99 ms', 'CPU ms each', 'of which mongod'],
      [row('1 client', alone), row(`${clients} clients`, busy)],
    ),
    '',
    table([`step, ${clients} clients`, 'CPU ms each', 'of which mongod', 'p50 ms'], steps),
  ].join('\n');
}
