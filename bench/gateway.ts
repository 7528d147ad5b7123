import { createTokenIssuer } from '../gateway/fixtures/tokens.ts';
import { gatewayLoads, type GatewayLoad } from './gateway/operations.ts';
import { startProgram, type Program } from './gateway/program.ts';
import { hammer, type HammerOptions } from './measure/hammer.ts';
import { usageOf } from './measure/processes.ts';
import { table } from './report.ts';

export interface GatewayBenchmarkOptions {
  readonly connections: number;
  /** Of each measured run: a run is as long as they take, so that a busy machine measures a gateway that is as warm. */
  readonly requests: number;
  readonly warmUpRequests: number;
  /** Each load is measured this often on each gateway, in turn; the round with the median cost counts. */
  readonly rounds: number;
}

interface Measured {
  /** Processor time of the gateway's process for one request, microseconds. */
  readonly cpuUs: number;
  readonly p99: number;
  readonly failures: number;
}

/**
 * What a gateway costs in front of five subgraphs that answer from memory: Apollo's own, ours with everything on, and a proxy of bytes as the
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
    const { where: urls } = await start('subgraphs.ts');
    const gateways = {
      stock: await start('stock-gateway.ts', { urls }),
      ours: await start('our-gateway.ts', { urls, keys: issuer.keys }),
      floor: await start('byte-proxy.ts', { urls }),
    };
    const rows: string[][] = [];
    for (const [index, load] of loads.entries()) {
      const runs = { stock: [] as Measured[], ours: [] as Measured[], floor: [] as Measured[] };
      for (let round = 0; round < options.rounds; round += 1) {
        for (const name of ['stock', 'ours', 'floor'] as const) {
          if (name === 'floor' && index > 0) continue;
          const measured = await measure(gateways[name], load, options);
          runs[name].push(measured);
          log(
            `${load.name}, ${name}: ${measured.cpuUs.toFixed(0)} µs, p99 ${measured.p99} ms, ${measured.failures} failed`,
          );
        }
      }
      rows.push(
        rowOf(load, medianOf(runs.stock), medianOf(runs.ours), runs.floor.length > 0 ? medianOf(runs.floor) : null),
      );
    }
    return table(
      ['request', 'stock µs', 'ours µs', 'stock ÷ ours', 'floor µs', 'stock p99 ms', 'ours p99 ms', 'failed'],
      rows,
    );
  } finally {
    for (const program of started.toReversed()) await program.stop();
  }
}

async function measure(gateway: Program, load: GatewayLoad, options: GatewayBenchmarkOptions): Promise<Measured> {
  const { connections, requests, warmUpRequests } = options;
  const common = { url: gateway.where['url'] ?? '', next: () => load.request, connections, channel: 'web' };
  await hammerFor(warmUpRequests, common);
  const before = await usageOf(gateway.pid);
  const measured = await hammerFor(requests, common);
  const after = await usageOf(gateway.pid);
  return { ...measured, cpuUs: ((after.cpuMs - before.cpuMs) * 1000) / measured.requests };
}

/** Sends at least so many requests, in runs of two seconds; the p99 is the median of theirs. */
async function hammerFor(atLeast: number, options: Omit<HammerOptions, 'seconds'>) {
  let requests = 0;
  let failures = 0;
  const p99s: number[] = [];
  while (requests < atLeast) {
    const run = await hammer({ ...options, seconds: 2 });
    requests += run.requests;
    failures += run.failures;
    p99s.push(run.p99);
  }
  return { requests, failures, p99: p99s.toSorted((one, other) => one - other)[Math.floor(p99s.length / 2)] ?? 0 };
}

function medianOf(runs: readonly Measured[]): Measured {
  const sorted = runs.toSorted((one, other) => one.cpuUs - other.cpuUs);
  const median = sorted[Math.floor(sorted.length / 2)];
  if (median === undefined) throw new Error('nothing was measured');
  return median;
}

function rowOf({ name }: GatewayLoad, stock: Measured, ours: Measured, floor: Measured | null): string[] {
  return [
    name,
    stock.cpuUs.toFixed(0),
    ours.cpuUs.toFixed(0),
    (stock.cpuUs / ours.cpuUs).toFixed(1),
    floor === null ? '' : floor.cpuUs.toFixed(0),
    String(stock.p99),
    String(ours.p99),
    String(stock.failures + ours.failures),
  ];
}
