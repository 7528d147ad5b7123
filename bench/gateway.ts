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

const sliceSeconds = 1;

/**
 * What a gateway costs in front of five subgraphs that answer from memory: Apollo's own, Hive's, ours with everything on, and a proxy of bytes as the
 * floor. Only the gateway's process is counted, so that other work on the machine changes throughput but hardly this. Gives markdown.
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
    const gateways = {
      stock: await start('stock-gateway.ts', { urls }),
      ours: await start('our-gateway.ts', { urls, keys: issuer.keys }),
      hive: await start('hive-gateway.ts', { urls }),
      floor: await start('byte-proxy.ts', { urls }),
    };
    const rows: string[][] = [];
    for (const [index, load] of loads.entries()) {
      const { stock, ours, hive, floor } = gateways;
      // The proxy hands everything to one subgraph: only the first load makes sense there.
      const compared = index === 0 ? [stock, ours, hive, floor] : [stock, ours, hive];
      await inSlices(compared, load, options);
      const tallies = await inSlices(compared, load, options);
      log(`${load.name}: ${tallies.map((tally) => `${usEach(tally)} µs of ${tally.requests}`).join(', ')}`);
      rows.push(rowOf(load, tallies));
    }
    return table(
      [
        'request',
        'stock µs',
        'Hive µs',
        'ours µs',
        'stock ÷ ours',
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
  gateways: readonly Program[],
  load: GatewayLoad,
  { connections, requests }: GatewayBenchmarkOptions,
): Promise<readonly Tally[]> {
  const tallies = gateways.map((): Tally => ({ requests: 0, failures: 0, cpuMs: 0, p99s: [] }));
  while (tallies.some((tally) => tally.requests < requests)) {
    for (const [index, { pid, where }] of gateways.entries()) {
      const tally = tallies[index];
      if (tally === undefined) continue;
      const before = await usageOf(pid);
      const slice = await hammer({
        url: where['url'] ?? '',
        next: () => load.request,
        connections,
        until: { seconds: sliceSeconds },
        channel: 'web',
      });
      tally.cpuMs += (await usageOf(pid)).cpuMs - before.cpuMs;
      tally.requests += slice.requests;
      tally.failures += slice.failures;
      tally.p99s.push(slice.p99);
    }
  }
  return tallies;
}

const usEach = ({ cpuMs, requests }: Tally): string => ((cpuMs * 1000) / Math.max(1, requests)).toFixed(0);
const medianP99 = ({ p99s }: Tally): string =>
  String(p99s.toSorted((one, other) => one - other)[Math.floor(p99s.length / 2)] ?? 0);

function rowOf({ name }: GatewayLoad, [stock, ours, hive, floor]: readonly Tally[]): string[] {
  if (stock === undefined || ours === undefined || hive === undefined) throw new Error('nothing was measured');
  return [
    name,
    usEach(stock),
    usEach(hive),
    usEach(ours),
    (Number(usEach(stock)) / Number(usEach(ours))).toFixed(1),
    floor === undefined ? '' : usEach(floor),
    medianP99(stock),
    medianP99(ours),
    String(stock.failures + ours.failures + hive.failures),
  ];
}
