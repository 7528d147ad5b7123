import { createTokenIssuer } from '../gateway/fixtures/tokens.ts';
import { gatewayLoads } from './gateway/operations.ts';
import { startProgram, type Program } from './gateway/program.ts';
import { hammer, type Hammered } from './measure/hammer.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { usageOf } from './measure/processes.ts';
import { table } from './report.ts';

export interface GatewayPairOptions {
  /** Over all gateways. */
  readonly connections: number;
  /** Of each run. */
  readonly seconds: number;
  /** Of one gateway and of two in turn; the median of each figure counts. */
  readonly rounds: number;
}

/** What a run came to. Cores are processor time by the time that passed. */
interface Run {
  readonly perSecond: number;
  /** Of the gateways for one request, microseconds. */
  readonly gatewayUs: number;
  readonly gatewayCores: number;
  readonly subgraphCores: number;
  readonly loadCores: number;
  readonly failures: number;
}

/**
 * The four loads of `bench -- gateway` in turn, at one gateway process and then at two, with the same subgraphs and as many connections. Whoever asks and whoever answers behind the gateways
 * needs the same cores, so it tells who used them. Gives markdown.
 */
export async function gatewayPairBenchmark(
  { connections, seconds, rounds }: GatewayPairOptions,
  log: (line: string) => void,
): Promise<string> {
  const issuer = await createTokenIssuer();
  const loads = gatewayLoads(await issuer.issue({}, { expiresAt: new Date(Date.now() + 86_400_000) }));
  let count = 0;
  const next = () => {
    count += 1;
    const load = loads[count % loads.length];
    if (load === undefined) throw new Error('there are loads');
    return load.request;
  };
  const started: Program[] = [];
  try {
    const subgraphs = await startProgram('subgraphs.ts');
    started.push(subgraphs);
    const gateways: Program[] = [];
    for (let index = 0; index < 2; index += 1) {
      const gateway = await startProgram('our-gateway.ts', { urls: subgraphs.where, keys: issuer.keys });
      gateways.push(gateway);
      started.push(gateway);
    }
    const runAt = async (used: readonly Program[]): Promise<Run> => {
      const cpuOf = async (programs: readonly Program[]) =>
        (await Promise.all(programs.map(({ pid }) => usageOf(pid)))).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
      const before = { gateways: await cpuOf(used), subgraphs: await cpuOf([subgraphs]), load: process.cpuUsage() };
      const begunAt = performance.now();
      const each = { next, connections: connections / used.length, until: { seconds }, channel: 'web' };
      const runs: Hammered[] = await Promise.all(used.map(({ where }) => hammer({ url: where['url'] ?? '', ...each })));
      const passedMs = performance.now() - begunAt;
      const gatewayMs = (await cpuOf(used)) - before.gateways;
      const subgraphMs = (await cpuOf([subgraphs])) - before.subgraphs;
      const { user, system } = process.cpuUsage(before.load);
      const requests = runs.reduce((sum, run) => sum + run.requests, 0);
      return {
        perSecond: (requests * 1_000) / passedMs,
        gatewayUs: (gatewayMs * 1_000) / Math.max(1, requests),
        gatewayCores: gatewayMs / passedMs,
        subgraphCores: subgraphMs / passedMs,
        loadCores: (user + system) / 1_000 / passedMs,
        failures: runs.reduce((sum, run) => sum + run.failures, 0),
      };
    };
    // Both warm up.
    await runAt(gateways);
    const rows: string[][] = [];
    const runs = { one: [] as Run[], two: [] as Run[] };
    for (let round = 0; round < rounds; round += 1) {
      runs.one.push(await runAt(gateways.slice(0, 1)));
      runs.two.push(await runAt(gateways));
      log(`round ${round + 1}: ${[runs.one, runs.two].map((of) => of.at(-1)?.perSecond.toFixed(0)).join(' and ')}/s`);
    }
    for (const [name, of] of Object.entries(runs)) {
      const median = (figure: keyof Run) =>
        quantileOf(
          of.map((run) => run[figure]),
          0.5,
        );
      const cores = (['gatewayCores', 'subgraphCores', 'loadCores'] as const).map((one) => median(one).toFixed(2));
      const failed = String(of.reduce((sum, { failures }) => sum + failures, 0));
      rows.push([name, median('perSecond').toFixed(0), median('gatewayUs').toFixed(0), ...cores, failed]);
    }
    return table(
      ['gateways', 'requests/s', 'µs of a gateway each', 'cores of gateways', 'of subgraphs', 'of the load', 'failed'],
      rows,
    );
  } finally {
    for (const program of started.toReversed()) await program.stop();
  }
}
