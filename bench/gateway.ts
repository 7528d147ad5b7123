import { createTokenIssuer } from '../gateway/fixtures/tokens.ts';
import { gatewayLoads, type GatewayLoad } from './gateway/operations.ts';
import { installPeers } from './gateway/peers.ts';
import { startProgram, type Program } from './gateway/program.ts';
import { hammer } from './measure/hammer.ts';
import { usageOf } from './measure/processes.ts';
import { table } from './report.ts';

export interface GatewayBenchmarkOptions {
  readonly connections: number;
  /** How many each gateway answers of each load, at least, after as many to warm up. */
  readonly requests: number;
}

/** What came out for one gateway. */
interface Tally {
  requests: number;
  failures: number;
  /** Processor time of the gateway's process, milliseconds. */
  cpuMs: number;
  /** Of each slice, milliseconds. */
  readonly p99s: number[];
}

/** One for each gateway that is compared. */
interface Gateways<Each> {
  readonly stock: Each;
  readonly ours: Each;
  readonly hive: Each;
  /** Where every request asks for itself, as with the others. */
  readonly router?: Each;
  /** As it is by itself: several who want the same share what one of them was answered. */
  readonly sharingRouter?: Each;
  readonly floor?: Each;
}

const sliceSeconds = 1;

/**
 * What a gateway costs in front of five subgraphs that answer from memory: Apollo's own, Hive's, ours with everything on, and a proxy of bytes as the
 * floor; and Hive Router, where `HIVE_ROUTER` says where its binary is. Only the gateway's process is counted, so that other work on the machine changes throughput but hardly this. Gives markdown.
 */
export async function gatewayBenchmark(options: GatewayBenchmarkOptions, log: (line: string) => void): Promise<string> {
  const issuer = await createTokenIssuer();
  const loads = gatewayLoads(await issuer.issue({}, { expiresAt: new Date(Date.now() + 86_400_000) }));
  const started: Program[] = [];
  const start = async (file: string, settings?: object): Promise<Program> => {
    const program = await startProgram(file, settings);
    started.push(program);
    return program;
  };
  try {
    await installPeers();
    const { where: urls } = await start('subgraphs.ts');
    const binary = process.env['HIVE_ROUTER'];
    const gateways: Gateways<Program> = {
      stock: await start('stock-gateway.ts', { urls }),
      ours: await start('our-gateway.ts', { urls, keys: issuer.keys }),
      hive: await start('hive-gateway.ts', { urls }),
      ...(binary !== undefined && {
        router: await start('hive-router.ts', { urls, binary, shares: false }),
        sharingRouter: await start('hive-router.ts', { urls, binary, shares: true }),
      }),
      floor: await start('byte-proxy.ts', { urls }),
    };
    const rows: string[][] = [];
    for (const [index, load] of loads.entries()) {
      // The proxy hands everything to one subgraph: only the first load makes sense there.
      const { floor: _floor, ...others } = gateways;
      const compared = index === 0 ? gateways : others;
      await inSlices(compared, load, options);
      const tallies = await inSlices(compared, load, options);
      const told = Object.entries(tallies).map(([name, tally]) => `${name} ${usEach(tally)} µs of ${tally.requests}`);
      log(`${load.name}: ${told.join(', ')}`);
      rows.push(rowOf(load, tallies));
    }
    return table(
      [
        'request',
        'stock µs',
        'Hive µs',
        'ours µs',
        'stock ÷ ours',
        'Hive Router µs',
        'sharing µs',
        'floor µs',
        'stock p99 ms',
        'ours p99 ms',
        'failed',
      ],
      rows,
    );
  } finally {
    for (const program of started.toReversed()) await program.stop();
  }
}

/** Loads the gateways in turn, a moment each, until every one has answered enough: whatever else the machine does concerns all alike. */
async function inSlices(
  gateways: Gateways<Program>,
  load: GatewayLoad,
  { connections, requests }: GatewayBenchmarkOptions,
): Promise<Gateways<Tally>> {
  const tallies = Object.entries(gateways).map(([name, program]) => {
    const tally: Tally = { requests: 0, failures: 0, cpuMs: 0, p99s: [] };
    return { name, program, tally };
  });
  while (tallies.some(({ tally }) => tally.requests < requests)) {
    for (const { program, tally } of tallies) {
      const before = await usageOf(program.pid);
      const slice = await hammer({
        url: program.where['url'] ?? '',
        next: () => load.request,
        connections,
        until: { seconds: sliceSeconds },
        channel: 'web',
      });
      tally.cpuMs += (await usageOf(program.pid)).cpuMs - before.cpuMs;
      tally.requests += slice.requests;
      tally.failures += slice.failures;
      tally.p99s.push(slice.p99);
    }
  }
  return Object.fromEntries(tallies.map(({ name, tally }) => [name, tally])) as unknown as Gateways<Tally>;
}

const usEach = ({ cpuMs, requests }: Tally): string => ((cpuMs * 1000) / Math.max(1, requests)).toFixed(0);
const medianP99 = ({ p99s }: Tally): string =>
  String(p99s.toSorted((one, other) => one - other)[Math.floor(p99s.length / 2)] ?? 0);

function rowOf({ name }: GatewayLoad, { stock, ours, hive, router, sharingRouter, floor }: Gateways<Tally>): string[] {
  const failures = [stock, ours, hive, router, sharingRouter].reduce((sum, tally) => sum + (tally?.failures ?? 0), 0);
  return [
    name,
    usEach(stock),
    usEach(hive),
    usEach(ours),
    (Number(usEach(stock)) / Number(usEach(ours))).toFixed(1),
    router === undefined ? '' : usEach(router),
    sharingRouter === undefined ? '' : usEach(sharingRouter),
    floor === undefined ? '' : usEach(floor),
    medianP99(stock),
    medianP99(ours),
    String(failures),
  ];
}
