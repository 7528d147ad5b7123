import { setImmediate as letOthersOn } from 'node:timers/promises';
import { pino } from 'pino';
import { pause } from '#kit/lease/pause.ts';
import { anonymousViewer } from '#kit/viewer/viewer.ts';
import { createTokenIssuer } from '../gateway/fixtures/tokens.ts';
import { observedRequest } from '../gateway/observing/observed-request.ts';
import type { GatewayContext } from '../gateway/server/gateway-context.ts';
import { createEngine, type Engine } from '../gateway/supergraph/create-engine.ts';
import { gatewayLoads } from './gateway/operations.ts';
import { startProgram, type Program } from './gateway/program.ts';
import { wideGraph } from './gateway/wide-graph.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { usageOf } from './measure/processes.ts';
import { sendAtRate } from './measure/send-at-rate.ts';
import { table } from './report.ts';

export interface GatewayScaleOptions {
  /** Executions of each shape in a round; there are five rounds after one to warm up. */
  readonly executions: number;
  /** How long memory is looked at, minutes. */
  readonly minutes: number;
  /** Requests a second meanwhile. */
  readonly rate: number;
}

const rounds = 5;

/** How the cost of executing an operation grows with the subgraphs, the lists and the depth, and memory with time. Gives markdown. */
export async function gatewayScaleBenchmark(
  options: GatewayScaleOptions,
  log: (line: string) => void,
): Promise<string> {
  const sizes: readonly (readonly [string, readonly Shape[]])[] = [
    ['subgraphs, 20 items', [1, 2, 4, 8, 16].map((subgraphs) => ({ size: subgraphs, ...across(subgraphs, 20) }))],
    ['items, 3 subgraphs', [10, 100, 1_000].map((items) => ({ size: items, ...across(3, items) }))],
    [
      'steps down, one subgraph after the other, 5 items',
      [1, 2, 4, 8].map((steps) => ({ size: steps, ...down(steps) })),
    ],
  ];
  const rows: string[][] = [];
  for (const [name, shapes] of sizes) {
    for (const shape of shapes) {
      const us = await costOf(shape, options);
      log(`${name}: ${shape.size}: ${us.toFixed(0)} µs`);
      rows.push([name, String(shape.size), us.toFixed(0), (us / shape.size).toFixed(1)]);
    }
  }
  const cost = table(['by', 'how many', 'µs of CPU', 'for each'], rows);
  return `${cost}\n\n${await memoryOverTime(options, log)}`;
}

interface Shape {
  readonly size: number;
  readonly subgraphs: number;
  readonly query: string;
  readonly items: number;
}

/** A list about which every subgraph is asked. */
function across(subgraphs: number, items: number): Omit<Shape, 'size'> {
  const texts = Array.from({ length: subgraphs }, (_, index) => `text${index}`).join(' ');
  return { subgraphs, items, query: `query Across($first: Int!) { items(first: $first) { id ${texts} } }` };
}

/** A list from which neighbours of neighbours are reached, each in the other of two subgraphs. */
function down(steps: number): Omit<Shape, 'size'> {
  let selection = 'id';
  for (let step = steps; step > 0; step -= 1) selection = `id next${step % 2} { ${selection} }`;
  return { subgraphs: 2, items: 5, query: `query Down($first: Int!) { items(first: $first) { ${selection} } }` };
}

/** Microseconds of processor time for one execution, the median round. */
async function costOf({ subgraphs, query, items }: Shape, { executions }: GatewayScaleOptions): Promise<number> {
  const log = pino({ level: 'silent' });
  const engine = await createEngine({ ...wideGraph(subgraphs), documents: [], introspection: false, log });
  const request = { query, operationName: null, variables: { first: items } };
  await planned(engine, request);
  const each: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const before = process.cpuUsage();
    for (let count = 0; count < executions; count += 1) {
      const answer = await engine.execute(request, contextOf());
      const isWhole = answer !== null && 'data' in answer && answer.errors === undefined;
      if (!isWhole) throw new Error('this must be answered');
    }
    const { user, system } = process.cpuUsage(before);
    // The first round warms up.
    if (round > 0) each.push((user + system) / executions);
    await letOthersOn();
  }
  await engine.apollo.stop();
  return quantileOf(each, 0.5);
}

/** Lets Apollo plan it, as it does the first time. */
async function planned({ apollo }: Engine, { query, variables }: { query: string; variables: object }): Promise<void> {
  const contextValue = contextOf();
  const { body } = await apollo.executeOperation({ query, variables: { ...variables } }, { contextValue });
  if (body.kind !== 'single' || body.singleResult.errors) throw new Error(JSON.stringify(body));
}

function contextOf(): GatewayContext {
  return {
    viewer: anonymousViewer({ channel: 'web', locale: 'en' }),
    requestId: 'req_of_the_benchmark',
    clientAddress: undefined,
    log: () => pino({ level: 'silent' }),
    observed: observedRequest(null),
    answerBy: performance.now() + 60_000,
    gone: new AbortController().signal,
  };
}

const looksAtMemory = 10;
/** Of so many requests one brings a document that nobody has sent before. */
const newDocumentEvery = 20;
/** How often the heap is looked at, milliseconds; the least that was seen is nearest to what is really held. */
const heapEveryMs = 2_000;

/**
 * Memory of our gateway's process under the four loads of `bench -- gateway`, with documents that never come again among them. Requests come at a rate, so that the
 * length of the run and not the machine says how many there were.
 */
async function memoryOverTime(
  { minutes, rate }: Pick<GatewayScaleOptions, 'minutes' | 'rate'>,
  log: (line: string) => void,
): Promise<string> {
  const issuer = await createTokenIssuer();
  const loads = gatewayLoads(await issuer.issue({}, { expiresAt: new Date(Date.now() + 86_400_000) }));
  const started: Program[] = [];
  try {
    const subgraphs = await startProgram('subgraphs.ts');
    started.push(subgraphs);
    const gateway = await startProgram('our-gateway.ts', { urls: subgraphs.where, keys: issuer.keys });
    started.push(gateway);
    const url = gateway.where['url'] ?? '';
    let count = 0;
    const next = () => {
      count += 1;
      const load = loads[count % loads.length];
      if (load === undefined) throw new Error('there are loads');
      if (count % newDocumentEvery !== 0) return { ...load.request, by: 0 };
      const query = `query New${count} { products(first: 3) { id item${count}: title } }`;
      return { ...load.request, body: JSON.stringify({ query }), by: 0 };
    };
    const rows: string[][] = [];
    for (let look = 1; look <= looksAtMemory; look += 1) {
      const seconds = (minutes * 60) / looksAtMemory;
      const heap = followHeap(url);
      const sent = await sendAtRate({ url, channel: 'web', perSecond: rate, seconds, next });
      const heapBytes = await heap.least();
      const { residentBytes } = await usageOf(gateway.pid);
      const failed = sent.filter(({ fate }) => fate !== 'good').length;
      const row = [
        ((look * minutes) / looksAtMemory).toFixed(1),
        megabytes(heapBytes),
        megabytes(residentBytes),
        String(sent.length),
        String(failed),
      ];
      log(row.join(' | '));
      rows.push(row);
    }
    return table(['minutes of mixed load', 'least MB of heap', 'MB resident', 'requests since', 'failed'], rows);
  } finally {
    for (const program of started.toReversed()) await program.stop();
  }
}

/** Looks at the heap of the process behind `url` until the least that was seen is asked for, bytes. */
function followHeap(url: string): { least(): Promise<number> } {
  const over = new AbortController();
  const looking = (async () => {
    let least = Number.POSITIVE_INFINITY;
    do {
      const text = await (await fetch(`${url}/metrics`)).text();
      const used = /^nodejs_heap_size_used_bytes\{[^}]*\} (\S+)$/m.exec(text)?.[1];
      if (used === undefined) throw new Error('the gateway tells nothing of its heap');
      least = Math.min(least, Number(used));
      await pause(heapEveryMs, over.signal);
    } while (!over.signal.aborted);
    return least;
  })();
  return {
    least() {
      over.abort();
      return looking;
    },
  };
}

const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(0);
