import { parseArgs } from 'node:util';
import { checkoutBenchmark } from '../bench/checkout.ts';
import { contentionBenchmark } from '../bench/contention.ts';
import { firstBenchmark } from '../bench/first.ts';
import { frontDoorBenchmark } from '../bench/front-door.ts';
import { gatewayBenchmark } from '../bench/gateway.ts';
import { gatewayPairBenchmark } from '../bench/gateway-pair.ts';
import { gatewayScaleBenchmark } from '../bench/gateway-scale.ts';
import { flashSaleBenchmark } from '../bench/flash-sale.ts';
import { groupCommitBenchmark } from '../bench/group-commit.ts';
import { overloadBenchmark } from '../bench/overload.ts';
import { personalDataBenchmark } from '../bench/personal-data.ts';
import { readsBenchmark } from '../bench/reads.ts';
import { machine } from '../bench/report.ts';
import { stalenessBenchmark } from '../bench/staleness.ts';
import { storedOrdersBenchmark } from '../bench/stored-orders.ts';
import { siegeBenchmark } from '../bench/siege.ts';
import { startTimes } from '../bench/start-times.ts';
import { timingBenchmark } from '../bench/timing.ts';

/**
 * `npm run bench -- [first] [reads] [staleness] [checkout] [group-commit] [contention] [overload] [gateway] [front-door] [gateway-scale] [gateway-pair] [flash-sale] [stored-orders] [personal-data] [timing] [siege] [start]`: runs the named benchmarks, or all, and prints
 * markdown. `--quick` runs each for a moment, to see that it works; `--only Storefront` keeps `reads` to the loads of that name,
 * and `contention` to its scenes; `--arrangement replicas` keeps `contention` to the ways of running the graph with that name; `--minutes 30` lets `gateway-scale`
 * look at memory for that long, `--rate 100` with so many requests a second.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    arrangement: { type: 'string' },
    minutes: { type: 'string' },
    rate: { type: 'string' },
  },
});
const quick = values.quick ?? false;
const only = values.only ?? '';
const flashSaleSize = quick ? { seconds: 2, members: 500 } : { seconds: 20, members: 3_000 };
const log = (line: string): void => console.error(line);

const benchmarks: Readonly<Record<string, { readonly title: string; run(): Promise<string> }>> = {
  first: {
    title: 'Shopping, in both topologies',
    run: () =>
      firstBenchmark(
        quick
          ? { connections: 8, seconds: 2, warmUpSeconds: 1, rounds: 1 }
          : { connections: 32, seconds: 10, warmUpSeconds: 3, rounds: 3 },
        log,
      ),
  },
  reads: {
    title: 'Looking around, with copies in memory and without',
    run: () =>
      readsBenchmark(
        {
          topology: 'all in one',
          connections: 32,
          only,
          ...(quick
            ? { requests: 300, warmUpRequests: 500, rounds: 1, restSeconds: 3 }
            : { requests: 1_000, warmUpRequests: 1_000, rounds: 3, restSeconds: 10 }),
        },
        log,
      ),
  },
  staleness: {
    title: 'How old what shoppers see is',
    run: () => stalenessBenchmark({ writesPerSecond: 10, lookers: 4, seconds: quick ? 5 : 60 }, log),
  },
  checkout: {
    title: 'Whole checkouts',
    run: async () =>
      [
        await checkoutBenchmark({ topology: 'all in one', clients: 32, checkouts: quick ? 40 : 500 }, log),
        await checkoutBenchmark({ topology: 'distributed', clients: 32, checkouts: quick ? 40 : 500 }, log),
      ].join('\n\n'),
  },
  'stored-orders': {
    title: 'With ever more orders stored',
    run: () =>
      storedOrdersBenchmark(
        quick
          ? { sizes: [1_000, 20_000], checkouts: 40, clients: 16 }
          : { sizes: [1_000, 10_000, 100_000, 1_000_000], checkouts: 300, clients: 32 },
        log,
      ),
  },
  'group-commit': {
    title: 'Reserving one hot SKU',
    run: () =>
      groupCommitBenchmark({ callers: 256, ...(quick ? { seconds: 1, rounds: 1 } : { seconds: 10, rounds: 3 }) }, log),
  },
  contention: {
    title: 'Contention',
    run: () => contentionBenchmark({ scale: quick ? 0.1 : 1, only, arrangement: values.arrangement ?? '' }, log),
  },
  overload: {
    title: 'More than can be done',
    run: () => overloadBenchmark(quick ? { seconds: 3, members: 200 } : { seconds: 10, members: 600 }, log),
  },
  'flash-sale': {
    title: 'Flash sale',
    run: async () =>
      [
        await flashSaleBenchmark({ topology: 'all in one', clients: 256, ...flashSaleSize }, log),
        await flashSaleBenchmark({ topology: 'distributed', clients: 256, ...flashSaleSize }, log),
      ].join('\n\n'),
  },
  gateway: {
    title: 'What the gateway costs',
    run: () => gatewayBenchmark({ connections: 64, requests: quick ? 500 : 20_000 }, log),
  },
  'gateway-scale': {
    title: 'How the gateway grows',
    run: () =>
      gatewayScaleBenchmark(
        {
          executions: quick ? 50 : 1_000,
          minutes: Number(values.minutes ?? (quick ? 0.2 : 2)),
          rate: Number(values.rate ?? 200),
        },
        log,
      ),
  },
  'gateway-pair': {
    title: 'Two gateways',
    run: () =>
      gatewayPairBenchmark(
        { connections: 64, ...(quick ? { seconds: 2, rounds: 3 } : { seconds: 10, rounds: 5 }) },
        log,
      ),
  },
  'front-door': {
    title: 'What the front door costs',
    run: () => frontDoorBenchmark(quick ? { requests: 150, rounds: 3 } : { requests: 1_000, rounds: 9 }, log),
  },
  'personal-data': {
    title: 'Personal data',
    run: () =>
      personalDataBenchmark(
        quick ? { people: 200, addresses: 1_000, rounds: 1 } : { people: 5_000, addresses: 50_000, rounds: 3 },
        log,
      ),
  },
  timing: {
    title: 'What the time of an answer tells',
    run: () => timingBenchmark(quick ? { samples: 40, warmUp: 10 } : { samples: 400, warmUp: 50 }, log),
  },
  siege: { title: 'What attacks leave behind', run: () => siegeBenchmark({ rounds: quick ? 6 : 90 }, log) },
  start: { title: 'Starting', run: () => startTimes({ warmStarts: quick ? 1 : 3 }, log) },
};

const unknown = positionals.filter((name) => benchmarks[name] === undefined);
if (unknown.length > 0) {
  console.error(`bench: no benchmark ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`);
  process.exit(1);
}
console.log(`Machine: ${machine()}\n`);
for (const [name, { title, run }] of Object.entries(benchmarks)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  console.log(`## ${title}\n\n${await run()}\n`);
}
