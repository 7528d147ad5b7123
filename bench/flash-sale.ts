import { setTimeout as pause } from 'node:timers/promises';
import mongoose from 'mongoose';
import { PurchaseFlashSaleItemDocument } from '../e2e/__generated__/operations.ts';
import type { StartedGraph } from '../e2e/setup/start-graph.ts';
import type { Topology } from '../e2e/setup/world-facts.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import type { Client } from '../e2e/world/client.ts';
import { nameOf, sourceOf } from '../e2e/world/documents.ts';
import { aShop, type Shop } from '../e2e/world/shop.ts';
import { newKey, yuan } from '../e2e/world/unique.ts';
import { verdictOf } from './contention.ts';
import { purchases } from './contention/asking.ts';
import { atMost, gatherCrowd } from './contention/crowd.ts';
import { hammer, type NextRequest } from './measure/hammer.ts';
import { usageOf } from './measure/processes.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface FlashSaleBenchmarkOptions {
  readonly topology: Topology;
  readonly clients: number;
  /** Of each of the two scenes, after as long a warm-up of a quarter of it. */
  readonly seconds: number;
  /** Members who buy in turn. */
  readonly members: number;
}

/** More than can be bought meanwhile. */
const plenty = 1_000_000;
/** Sold before the second scene begins. */
const few = 20;

/**
 * `purchaseFlashSaleItem` through the graph over HTTP, by many clients at once: with stock for all of them, and of an item that is sold out. Everybody
 * asks for number, state and total of the order, as the storefront does. Afterwards what was answered is compared with what was sold, ordered and
 * reserved, and all books with each other. Gives markdown.
 */
export async function flashSaleBenchmark(
  options: FlashSaleBenchmarkOptions,
  log: (line: string) => void,
): Promise<string> {
  return inSurroundings(log, async ({ mongod, secret, startGraph, placeOf }) => {
    const databasePrefix = 'flash';
    const graph = await startGraph(options.topology, { databasePrefix });
    await openCarriers(graph.facts);
    const crowd = await gatherCrowd(placeOf(graph), options.members, 0);
    const shop = await aShop(graph.facts);
    log(`${options.topology}: started, ${crowd.length} members signed in`);

    const scene = { graph, mongodPid: mongod.pid, mongoUri: mongod.uri, databasePrefix, crowd, ...options };
    const rows = [await enoughForAll(scene, shop, log), await soldOut(scene, shop, log)];
    const verdict = await verdictOf({ mongoUri: mongod.uri, databasePrefix, secret }, log);
    const head = [
      'scene',
      'topology',
      'answers/s',
      'p50 ms',
      'p99 ms',
      'CPU ms/answer',
      'of which mongod',
      'told BUSY',
      'exact',
    ];
    return [table(head, rows), '', `Books afterwards, ${options.topology}: ${verdict}`].join('\n');
  });
}

interface Scene extends FlashSaleBenchmarkOptions {
  readonly graph: StartedGraph;
  readonly mongodPid: number;
  readonly mongoUri: string;
  readonly databasePrefix: string;
  readonly crowd: readonly Client[];
}

async function enoughForAll(scene: Scene, shop: Shop, log: (line: string) => void): Promise<string[]> {
  const item = await anItem(shop, plenty);
  const measured = await measure(scene, item);
  const { sold, ordered, reserved } = await settledBooks(scene, item);
  const answered = measured.all - measured.refusals;
  log(`sold ${sold}, ordered ${ordered}, reserved ${reserved}, answered ${answered}, failed ${measured.errors}`);
  // Clients hang up at the end: what they asked for last is done without their hearing of it.
  const unheard = sold - answered;
  const exact =
    sold === ordered && ordered === reserved && measured.refusals === 0 && measured.errors === 0 && unheard >= 0;
  const told = `${exact ? 'yes' : 'NO'}: ${sold} sold = ordered = reserved`;
  return rowOf('stock for all', scene, measured, told);
}

async function soldOut(scene: Scene, shop: Shop, log: (line: string) => void): Promise<string[]> {
  const item = await anItem(shop, few);
  await atMost(4, scene.crowd.slice(0, few), (client) => purchases(client, item.itemId));
  const measured = await measure(scene, item);
  const { sold, ordered, reserved } = await settledBooks(scene, item);
  log(
    `sold ${sold}, ordered ${ordered}, reserved ${reserved}, refused ${measured.refusals}, failed ${measured.errors}`,
  );
  const exact = [sold, ordered, reserved].every((units) => units === few) && measured.errors === 0;
  return rowOf('sold out', scene, measured, `${exact ? 'yes' : 'NO'}: ${sold} sold = ordered = reserved = quota`);
}

interface Item {
  readonly itemId: string;
  readonly skuId: string;
}

async function anItem(shop: Shop, quota: number): Promise<Item> {
  const { sku } = await shop.product({ price: '49.00', stock: plenty });
  const { itemId } = await shop.flashSale({ skuId: sku.id, price: yuan('9.90'), quota });
  return { itemId, skuId: sku.id };
}

async function measure(scene: Scene, { itemId }: Item) {
  const { graph, mongodPid, clients, seconds, crowd } = scene;
  const next = purchasesOf(crowd, itemId);
  const common = { url: graph.facts.url, next, connections: clients, channel: 'web' };
  const warmUp = await hammer({ ...common, until: { seconds: Math.max(1, Math.round(seconds / 4)) } });
  const used = async () => ({ ours: await usageOf(graph.pid), mongod: await usageOf(mongodPid) });
  const before = await used();
  const hammered = await hammer({ ...common, until: { seconds } });
  const after = await used();
  const mongodMs = after.mongod.cpuMs - before.mongod.cpuMs;
  const cpuMs = after.ours.cpuMs - before.ours.cpuMs + mongodMs;
  return {
    ...hammered,
    all: warmUp.requests + hammered.requests,
    toldBusy: warmUp.turnedAway + hammered.turnedAway,
    refusals: warmUp.refusals + hammered.refusals,
    errors: warmUp.failures + hammered.failures - warmUp.refusals - hammered.refusals,
    cpuMs: cpuMs / Math.max(1, hammered.requests),
    mongodCpuMs: mongodMs / Math.max(1, hammered.requests),
  };
}

/** One unit for one member after the other, each with a key of its own. */
function purchasesOf(crowd: readonly Client[], itemId: string): NextRequest {
  const name = nameOf(PurchaseFlashSaleItemDocument);
  let turn = 0;
  return () => {
    const token = crowd[turn % crowd.length]?.options.token ?? '';
    turn += 1;
    const variables = { input: { itemId, quantity: 1, idempotencyKey: newKey() } };
    return {
      body: JSON.stringify({ operationName: name, query: sourceOf(name), variables }),
      headers: { authorization: `Bearer ${token}` },
    };
  };
}

/** The books once those are through whose clients have hung up; after a minute as they are then. */
async function settledBooks(scene: Scene, item: Item) {
  for (let seconds = 0; ; seconds += 1) {
    const books = await booksOf(scene, item);
    if ((books.sold === books.ordered && books.ordered === books.reserved) || seconds === 60) return books;
    await pause(1_000);
  }
}

/** Units as promotion, order and logistics have them. */
async function booksOf({ mongoUri, databasePrefix }: Scene, { skuId, itemId }: Item) {
  const connection = await mongoose.createConnection(mongoUri).asPromise();
  try {
    const rowsOf = (subgraph: string, name: string) =>
      connection.useDb(`${databasePrefix}_${subgraph}`).collection(name);
    const units = { _id: null, units: { $sum: '$quantity' } };
    const [tickets] = await rowsOf('promotion', 'flashTickets')
      .aggregate<{ units: number }>([{ $match: { itemId, status: 'ORDERED' } }, { $group: units }])
      .toArray();
    const ordered = await rowsOf('order', 'orders').countDocuments({ 'lines.skuId': skuId, status: 'PENDING_PAYMENT' });
    const [stock] = await rowsOf('logistics', 'stockLevels')
      .aggregate<{ units: number }>([{ $match: { skuId } }, { $group: { _id: null, units: { $sum: '$reserved' } } }])
      .toArray();
    return { sold: tickets?.units ?? 0, ordered, reserved: stock?.units ?? 0 };
  } finally {
    await connection.close();
  }
}

function rowOf(
  name: string,
  { topology }: Scene,
  measured: Awaited<ReturnType<typeof measure>>,
  exact: string,
): string[] {
  const { perSecond, p50, p99, cpuMs, mongodCpuMs, toldBusy } = measured;
  return [
    ...[name, topology, perSecond.toFixed(0), String(p50), String(p99)],
    ...[cpuMs.toFixed(2), mongodCpuMs.toFixed(2), String(toldBusy), exact],
  ];
}
