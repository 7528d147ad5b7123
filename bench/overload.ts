import { loadavg } from 'node:os';
import { AddCartLinesDocument, PlaceOrderDocument, ProductPageDocument } from '../e2e/__generated__/operations.ts';
import type { Topology } from '../e2e/setup/world-facts.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import type { Client } from '../e2e/world/client.ts';
import { nameOf, sourceOf, type Document } from '../e2e/world/documents.ts';
import { aShop, type ShopProduct } from '../e2e/world/shop.ts';
import { newKey } from '../e2e/world/unique.ts';
import { atMost, gatherCrowd } from './contention/crowd.ts';
import { hammer, type ClientRequest, type Hammered } from './measure/hammer.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { sendAtRate, type Sent } from './measure/send-at-rate.ts';
import { inSurroundings, type Surroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface OverloadOptions {
  /** Of each part. */
  readonly seconds: number;
  readonly members: number;
}

/** How many are answered at once where the peak is looked for: what comes together is done together, so more may be more. */
const crowding = [64, 128, 256];
const products = 20;
const plenty = 1_000_000;
/** Everybody, when one of them asks ten times as much as before: so many that none of the others has spent its points. */
const callers = 60;
const greed = 10;
/** Of the others without and with the greedy one, in turn. */
const rounds = 5;

/**
 * What becomes of more than can be done: shoppers look at products, fill carts and order, first as fast as they are answered, which is the peak; then three times as many come, whether or
 * not those before are answered; then half as many. And what others notice of one caller who asks ten times as much. In both topologies; gives markdown.
 */
export async function overloadBenchmark(options: OverloadOptions, log: (line: string) => void): Promise<string> {
  return inSurroundings(log, async (surroundings) => {
    const crowds: string[][] = [];
    const greedy: string[][] = [];
    for (const topology of ['all in one', 'distributed'] as const) {
      const rows = await overload(topology, options, surroundings, log);
      crowds.push(rows.crowd);
      greedy.push(rows.greedy);
    }
    return [
      table(
        [
          'topology',
          'peak/s',
          'asked/s',
          'good/s',
          'of the peak',
          'good p95 ms',
          'told BUSY',
          'told after p99 ms',
          'failed',
          'normal after s',
          'sent late p99 ms',
          'load',
        ],
        crowds,
      ),
      '',
      table(
        ['topology', 'others/s', 'p95 of others ms', 'with one at 10× ms', 'ratios', 'of them told BUSY', 'of the one'],
        greedy,
      ),
    ].join('\n');
  });
}

async function overload(
  topology: Topology,
  { seconds, members }: OverloadOptions,
  { startGraph, placeOf }: Surroundings,
  log: (line: string) => void,
): Promise<{ crowd: string[]; greedy: string[] }> {
  const graph = await startGraph(topology, {
    databasePrefix: `overload_${topology.replaceAll(' ', '_')}`,
    env: { LOG_LEVEL: 'error', GRAPH_ACCESS: 'guarded' },
  });
  try {
    await openCarriers(graph.facts);
    const shop = await aShop(graph.facts);
    const goods = await atMost(5, Array.from({ length: products }), () =>
      shop.product({ price: '49.00', stock: plenty }),
    );
    const crowd = await gatherCrowd(placeOf(graph), members, 0);
    const wish = wishes(crowd, goods);
    const common = { url: graph.facts.url, channel: 'web' };
    const atRate = (perSecond: number, who: (nth: number) => number) =>
      sendAtRate({ ...common, perSecond, seconds, next: (nth) => ({ by: who(nth), ...wish(who(nth), nth) }) });
    const everybody = (nth: number) => nth % members;

    let nth = 0;
    const closed = { ...common, next: () => wish(everybody((nth += 1)), nth) };
    const peak = await peakOf((connections) => hammer({ ...closed, connections, until: { seconds } }));
    log(`${topology}: peak ${peak.toFixed(0)}/s`);
    const over = await atRate(3 * peak, everybody);
    const load = loadavg()[0]?.toFixed(1) ?? '';
    const after = await atRate(peak / 2, everybody);
    const good = of(over, 'good');
    const away = of(over, 'turned away');
    const goodPerSecond = good.length / seconds;
    const troubles = after.filter(({ fate }) => fate !== 'good').map(({ dueAt }) => dueAt / 1_000);
    const row = [
      topology,
      ...[peak, 3 * peak, goodPerSecond].map((rate) => rate.toFixed(0)),
      `${Math.round((100 * goodPerSecond) / peak)} %`,
      p(good, 0.95),
      String(away.length),
      p(away, 0.99),
      String(of(over, 'failed').length),
      Math.max(0, ...troubles).toFixed(1),
      quantileOf(
        over.map(({ lateMs }) => lateMs),
        0.99,
      ).toFixed(0),
      load,
    ];
    log(row.join('  '));

    // The greedy one is caller 0: of ten more requests for each of its own, all are its own.
    const parts = callers + greed - 1;
    const pairs: { alone: number; disturbed: number; beside: readonly Sent[] }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const before = await atRate(peak / 2, (each) => each % callers);
      const beside = await atRate((peak / 2) * (parts / callers), (each) => Math.max(0, (each % parts) - greed + 1));
      const [alone = 0, disturbed = 0] = [before, beside].map((all) =>
        quantileOf(times(of(others(all), 'good')), 0.95),
      );
      pairs.push({ alone, disturbed, beside });
    }
    const beside = pairs.flatMap((pair) => pair.beside);
    const middle = (values: readonly number[]) => quantileOf(values, 0.5);
    const greedyRow = [
      topology,
      (peak / 2).toFixed(0),
      middle(pairs.map(({ alone }) => alone)).toFixed(0),
      middle(pairs.map(({ disturbed }) => disturbed)).toFixed(0),
      pairs.map(({ alone, disturbed }) => (disturbed / Math.max(1, alone)).toFixed(2)).join(', '),
      String(of(others(beside), 'turned away').length),
      String(of(beside, 'turned away').filter(({ by }) => by === 0).length),
    ];
    log(greedyRow.join('  '));
    return { crowd: row, greedy: greedyRow };
  } finally {
    await graph.stop();
  }
}

/** The best goodput of all crowds, each asked once to warm up and once more. */
async function peakOf(round: (connections: number) => Promise<Hammered>): Promise<number> {
  let best = 0;
  for (const connections of [...crowding, ...crowding]) {
    const { perSecond, requests, failures } = await round(connections);
    best = Math.max(best, perSecond * (1 - failures / Math.max(1, requests)));
  }
  return best;
}

const of = (sent: readonly Sent[], fate: Sent['fate']) => sent.filter((each) => each.fate === fate);
const others = (sent: readonly Sent[]) => sent.filter(({ by }) => by !== 0);
const times = (sent: readonly Sent[]) => sent.map(({ ms }) => ms);
const p = (sent: readonly Sent[], share: number) => quantileOf(times(sent), share).toFixed(0);

/** What the nth request of a member is for: of twenty twelve look at a product, five put one into the cart, three order. */
function wishes(crowd: readonly Client[], goods: readonly ShopProduct[]) {
  return (member: number, nth: number): ClientRequest => {
    const token = crowd[member % crowd.length]?.options.token ?? '';
    const product = goods[(nth * 7) % goods.length];
    const headers = { authorization: `Bearer ${token}` };
    const lines = [{ skuId: product?.sku.id ?? '', quantity: 1 }];
    const kind = (nth * 13) % 20;
    if (kind < 12) return { headers, body: bodyOf(ProductPageDocument, { slug: product?.slug ?? '' }) };
    if (kind < 17) return { headers, body: bodyOf(AddCartLinesDocument, { input: { lines } }) };
    return { headers, body: bodyOf(PlaceOrderDocument, { input: { lines, idempotencyKey: newKey() } }) };
  };
}

function bodyOf<Data, Variables>(document: Document<Data, Variables>, variables: Variables): string {
  const name = nameOf(document);
  return JSON.stringify({ operationName: name, query: sourceOf(name), variables });
}
