import { type ChildProcess, fork } from 'node:child_process';
import inject from 'light-my-request';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { hostileDocuments } from '../e2e/attacks/arsenal/documents.ts';
import { createTokenIssuer } from '../gateway/fixtures/tokens.ts';
import { assemble, type Assembly, frontDoorParts, type GatewayPart, nobody } from './front-door/assembly.ts';
import type { GatewayProcessSettings } from './front-door/gateway-process.ts';
import { gatewayLoads, type GatewayLoad } from './gateway/operations.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { table } from './report.ts';

export interface FrontDoorBenchmarkOptions {
  /** Requests of each gateway in each round. */
  readonly requests: number;
  readonly rounds: number;
}

const warmUpRounds = 3;

/** The same gateway with this much of its front door. */
interface Variant {
  readonly name: string;
  readonly on: readonly GatewayPart[];
}

const variants: readonly Variant[] = [
  { name: 'none of it', on: [] },
  ...frontDoorParts.map((part) => ({ name: `only the ${part}`, on: [part] })),
  { name: 'all of it', on: frontDoorParts },
  { name: 'only tracing', on: ['tracing'] },
];

/**
 * What the front door costs: the same gateway put together with all of it, with none, and with one part at a time, each a process of its own, in turn, so that whatever
 * else the machine does concerns all alike. Requests of trusted documents are put in without a socket, and subgraphs answer from memory: what is left is little more than
 * what is compared. Then what refusing costs that was never seen before. Gives markdown.
 */
export async function frontDoorBenchmark(
  options: FrontDoorBenchmarkOptions,
  log: (line: string) => void,
): Promise<string> {
  const collector = await startCollector();
  try {
    return await compare(options, collector.url, log);
  } finally {
    collector.stop();
  }
}

async function compare(
  options: FrontDoorBenchmarkOptions,
  collector: string,
  log: (line: string) => void,
): Promise<string> {
  const { keys, issue } = await createTokenIssuer();
  const loads = gatewayLoads(await issue({}, { expiresAt: new Date(Date.now() + 86_400_000) })).slice(0, 3);
  const rows: string[][] = [];
  for (const load of loads) {
    const { headers } = load.request;
    const isSignedIn = headers['authorization'] !== undefined;
    const unrecognised = isSignedIn ? { ...nobody, kind: 'MEMBER' as const, id: 'mbr_1', tierLevel: 2 } : nobody;
    const common = { keys, document: queryOf(load), unrecognised, body: bodyOf(load), headers, collector };
    const gateways = variants.map(({ on }) => start({ ...common, on }));
    try {
      const costs = await inTurn(gateways, options);
      log(`${load.name}: ${variants.map(({ name }, index) => `${name} ${costs[index]?.toFixed(1)}`).join(', ')} µs`);
      rows.push([load.name, ...costs.map((cost, index) => (index === 0 ? cost : cost - (costs[0] ?? 0)).toFixed(1))]);
    } finally {
      for (const gateway of gateways) gateway.kill('SIGKILL');
    }
  }
  const [off, ...rest] = variants.map(({ name }) => name);
  const costs = table(['CPU µs a request', `with ${off}`, ...rest.map((name) => `more with ${name}`)], rows);
  const documents = loads.map((load) => queryOf(load));
  const wholeDoor = await assemble(new Set(frontDoorParts), { keys, documents, unrecognised: nobody, collector });
  return `${costs}\n\n${await refusals(wholeDoor)}`;
}

/** Takes traces and does nothing with them. */
async function startCollector(): Promise<{ readonly url: string; stop(): void }> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function start(settings: GatewayProcessSettings): ChildProcess {
  const file = join(import.meta.dirname, 'front-door', 'gateway-process.ts');
  const child = fork(file, [JSON.stringify(settings)], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  // Whoever waits for its answer hears of it as an error.
  child.once('exit', (code) => {
    if (code !== null) child.emit('error', new Error(`a gateway of the benchmark ended with ${code}`));
  });
  return child;
}

/** Processor time of each gateway for a request, microseconds, the median round. */
async function inTurn(
  gateways: readonly ChildProcess[],
  { requests, rounds }: FrontDoorBenchmarkOptions,
): Promise<number[]> {
  const measured = gateways.map((): number[] => []);
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const [index, gateway] of gateways.entries()) {
      gateway.send(requests);
      const [us] = (await once(gateway, 'message')) as [number];
      if (round >= 0) measured[index]?.push(us);
    }
  }
  return measured.map((each) => quantileOf(each, 0.5));
}

const queryOf = ({ request }: GatewayLoad): string => (JSON.parse(request.body) as { query: string }).query;

/** The same request as a released client sends it: by the hash of its document. */
function bodyOf(load: GatewayLoad): string {
  const { variables } = JSON.parse(load.request.body) as { variables: object };
  const documentId = `sha256:${createHash('sha256').update(queryOf(load)).digest('hex')}`;
  return JSON.stringify({ documentId, variables });
}

/** How long it takes to refuse each hostile document, milliseconds: a text of its own every time, so that nothing is remembered. */
async function refusals({ answer, calls, stop }: Assembly): Promise<string> {
  const times = 9;
  try {
    const measured: { name: string; ms: number; worst: number }[] = [];
    for (const [name, document] of Object.entries(hostileDocuments)) {
      const took: number[] = [];
      for (let time = 0; time < times; time += 1) {
        const payload = JSON.stringify({ query: `#${time}\n${document}` });
        const headers = { 'content-type': 'application/json' };
        const begunAt = performance.now();
        const { statusCode } = await inject(answer, { method: 'POST', url: '/graphql', headers, payload });
        took.push(performance.now() - begunAt);
        if (statusCode !== 400) throw new Error(`"${name}" was answered with ${statusCode}`);
      }
      measured.push({ name, ms: quantileOf(took, 0.5), worst: Math.max(...took) });
    }
    const slowest = measured.toSorted((one, other) => other.ms - one.ms).slice(0, 8);
    const rows = slowest.map(({ name, ms, worst }) => [name, ms.toFixed(2), worst.toFixed(2)]);
    const head = [`of ${measured.length} hostile documents the slowest to refuse`, 'median ms', 'slowest ms'];
    return `${table(head, rows)}\n\nSubgraphs were asked ${calls()} times.`;
  } finally {
    await stop();
  }
}
