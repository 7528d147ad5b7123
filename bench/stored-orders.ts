import mongoose from 'mongoose';
import { MeDocument } from '../e2e/__generated__/operations.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import type { Client } from '../e2e/world/client.ts';
import { aShop } from '../e2e/world/shop.ts';
import { signInStaff } from '../e2e/world/staff.ts';
import { setOut, walkAll } from './checkout/journey.ts';
import { atMost, gatherCrowd } from './contention/crowd.ts';
import { atRest } from './measure/at-rest.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { meterOf, type Metered } from './measure/meter.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { readSample, storeCopies } from './stored-orders/fill.ts';
import { table } from './report.ts';

export interface StoredOrdersOptions {
  /** How many orders are stored at each measurement, growing. */
  readonly sizes: readonly number[];
  /** Checkouts of each measurement, and as many readings. */
  readonly checkouts: number;
  readonly clients: number;
}

/** Real orders, of which all others are copies. */
const sampled = 200;
const goods = 50;
const crowdPoints = 1_000;
const newestOrders = '{ orders(first: 20) { nodes { id number status placedAt total { amount } } } }';

/**
 * What a checkout, a member's page and the newest orders cost with ever more orders stored: after some real checkouts, all that they left behind in the five databases is copied,
 * with other people, numbers and times. Gives markdown.
 */
export async function storedOrdersBenchmark(
  { sizes, checkouts, clients }: StoredOrdersOptions,
  log: (line: string) => void,
): Promise<string> {
  return inSurroundings(log, async ({ mongod, startGraph, placeOf }) => {
    const graph = await startGraph('all in one', { databasePrefix: 'stored', env: { DEMO_DATA: 'off' } });
    await openCarriers(graph.facts);
    const shop = await aShop(graph.facts);
    const skuIds = await atMost(4, Array.from({ length: goods }), async () => {
      const { sku } = await shop.product({ price: '19.90', stock: 1_000_000 });
      return sku.id;
    });
    const gather = (members: number) => gatherCrowd(placeOf(graph), members, crowdPoints);
    const begin = (group: readonly Client[]) =>
      group.map((client, index) => setOut(client, skuIds[index % goods] ?? ''));
    await walkAll(begin(await gather(sampled)), clients);
    const connection = await mongoose.createConnection(mongod.uri).asPromise();
    try {
      const sample = await readSample(connection, 'stored');
      const meter = meterOf(graph, mongod.pid);
      const rows: string[][] = [];
      let copies = 0;
      for (const size of sizes) {
        const wanted = Math.ceil(size / sample.orders) - 1;
        const begunAt = performance.now();
        await storeCopies(connection, sample, { from: copies, to: wanted });
        copies = wanted;
        const storedAfter = (performance.now() - begunAt) / 1_000;
        const restedAfter = await atRest(mongod.pid);
        log(`${size} orders stored in ${storedAfter.toFixed(0)} s, MongoDB at rest ${restedAfter.toFixed(0)} s later`);
        // Whoever signed in before so many were stored isn't signed in any more.
        const [shoppers, staff] = [await gather(checkouts), await signInStaff(graph.facts)];
        const checkedOut = await meter(() => walkAll(begin(shoppers), clients));
        const ownPages = await meter(() => timed(shoppers, (client) => client.ask(MeDocument, {})));
        const lists = await meter(() => timed(shoppers, () => staff.sendText(newestOrders)));
        rows.push([size.toLocaleString('en'), ...[checkedOut, ownPages, lists].flatMap((part) => figures(part))]);
        log(rows.at(-1)?.join(' | ') ?? '');
      }
      const parts = ['checkout', 'own page', 'newest orders'];
      return [
        `All in one, ${clients} checkouts at once and one page after the other, ${checkouts} of each.`,
        '',
        table(
          ['orders stored', ...parts.flatMap((part) => [`${part}: CPU ms`, 'of which mongod', 'p50 ms', 'p99 ms'])],
          rows,
        ),
      ].join('\n');
    } finally {
      await connection.close();
    }
  });
}

const timed = (clients: readonly Client[], read: (client: Client) => Promise<unknown>): Promise<number[]> =>
  atMost(1, clients, async (client) => {
    const begunAt = performance.now();
    await read(client);
    return performance.now() - begunAt;
  });

const figures = ({ value, cpuMs, mongodCpuMs }: Metered<number[]>): string[] => [
  (cpuMs / value.length).toFixed(2),
  (mongodCpuMs / value.length).toFixed(2),
  quantileOf(value, 0.5).toFixed(1),
  quantileOf(value, 0.99).toFixed(1),
];
