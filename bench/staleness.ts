import { setTimeout as pause } from 'node:timers/promises';
import { ProductPageDocument, SetSkuPriceDocument } from '../e2e/__generated__/operations.ts';
import { openCarriers } from '../e2e/world/carriers.ts';
import { accepted } from '../e2e/world/client.ts';
import { aShop, type Shop, type ShopProduct } from '../e2e/world/shop.ts';
import { yuan } from '../e2e/world/unique.ts';
import { topologies, type Topology } from '../e2e/setup/world-facts.ts';
import { quantileOf } from './measure/in-a-loop.ts';
import { inSurroundings } from './measure/surroundings.ts';
import { table } from './report.ts';

export interface StalenessBenchmarkOptions {
  readonly writesPerSecond: number;
  /** Of writing, in each topology. */
  readonly seconds: number;
  /** Shoppers who look at the same page, each again soon after their answer. */
  readonly lookers: number;
}

/** What a shopper saw. Times on the clock of `performance.now()`, milliseconds. */
interface Look {
  readonly answeredAt: number;
  readonly price: number;
  readonly stock: number;
}

/** A value that only grows, and when it was acknowledged. */
interface Write {
  readonly value: number;
  readonly acknowledgedAt: number;
}

const lookEveryMs = 5;
/** For what is written last to be seen. */
const graceMs = 2_000;

/**
 * How long after it was acknowledged something that staff wrote is still shown as it was. Two whole graphs share the databases: staff changes a price and books stock in turn at one of
 * them, shoppers who aren't signed in look at the other, so neither the writer's own memory nor its gateway helps. Public answers are shared for 200 ms. Gives markdown.
 */
export async function stalenessBenchmark(
  options: StalenessBenchmarkOptions,
  log: (line: string) => void,
): Promise<string> {
  const rows: string[][] = [];
  for (const topology of topologies) rows.push(...(await inTopology(topology, options, log)));
  return table(['topology', 'what', 'writes', 'looks', 'p50 ms', 'p99 ms', 'longest ms'], rows);
}

async function inTopology(
  topology: Topology,
  options: StalenessBenchmarkOptions,
  log: (line: string) => void,
): Promise<string[][]> {
  return inSurroundings(log, async ({ startGraph }) => {
    const graph = { databasePrefix: 'staleness', env: { ANSWERS_KEPT_MS: '200', NEAR_CACHE: 'on' } };
    const here = await startGraph(topology, graph);
    await openCarriers(here.facts);
    const shop = await aShop(here.facts);
    const product = await shop.product({ price: '100.00', stock: 1 });
    const there = await startGraph(topology, graph);
    log(`${topology}: both graphs have started`);
    const { url } = there.facts;
    await lookAt(shop, url, product);
    const writing = new AbortController();
    const looking = Promise.all(
      Array.from({ length: options.lookers }, async () => {
        const looks: Look[] = [];
        while (!writing.signal.aborted) {
          looks.push(await lookAt(shop, url, product));
          await pause(lookEveryMs);
        }
        return looks;
      }),
    );
    const written = await write(shop, product, options);
    await pause(graceMs);
    writing.abort();
    const looks = (await looking).flat();
    return (['price', 'stock'] as const).map((what) => {
      const stale = written[what].map((each) => staleMs(each, what, looks));
      const figures = [quantileOf(stale, 0.5), quantileOf(stale, 0.99), Math.max(...stale)];
      const cells = figures.map((ms) => ms.toFixed(0));
      log(`${topology}, ${what}: ${cells.join(', ')} ms`);
      return [topology, what, String(stale.length), String(looks.length), ...cells];
    });
  });
}

async function lookAt(shop: Shop, url: string, { slug }: ShopProduct): Promise<Look> {
  const { product } = await shop.guest({ url }).ask(ProductPageDocument, { slug, region: '上海市' });
  const sku = product?.skus[0];
  if (!sku?.price || !sku.availability) throw new Error('the page lacks what is looked for');
  const { price, availability } = sku;
  return { answeredAt: performance.now(), price: Number(price.amount), stock: availability.sellable };
}

/** Raises the price by a cent and the stock by one, in turn. */
async function write(
  shop: Shop,
  { sku }: ShopProduct,
  { writesPerSecond, seconds }: StalenessBenchmarkOptions,
): Promise<Record<'price' | 'stock', Write[]>> {
  const written = { price: [] as Write[], stock: [] as Write[] };
  const begunAt = performance.now();
  for (let count = 1; count <= writesPerSecond * seconds; count += 1) {
    const value = (10_000 + count) / 100;
    if (count % 2 === 0) {
      await shop.receives(sku.code, 1);
      written.stock.push({ value: 1 + count / 2, acknowledgedAt: performance.now() });
    } else {
      const input = { skuId: sku.id, channel: 'web', price: yuan(value.toFixed(2)) };
      const { setSkuPrice } = await shop.staff.ask(SetSkuPriceDocument, { input }, { repeatable: true });
      accepted(setSkuPrice, 'sku');
      written.price.push({ value, acknowledgedAt: performance.now() });
    }
    await pause(Math.max(0, begunAt + (count * 1_000) / writesPerSecond - performance.now()));
  }
  return written;
}

/** From the acknowledgement to the last answer that came without it; 0 when there was none. */
function staleMs({ value, acknowledgedAt }: Write, what: 'price' | 'stock', looks: readonly Look[]): number {
  const without = looks.filter((look) => look[what] < value).map(({ answeredAt }) => answeredAt);
  return without.reduce((longest, answeredAt) => Math.max(longest, answeredAt - acknowledgedAt), 0);
}
