import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CategoryTreeDocument,
  MeDocument,
  OrderDetailDocument,
  ProductPageDocument,
  StorefrontDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { uniqueCode, yuan } from '../world/unique.ts';

/** What relays and jobs look into all the time. */
const restless = /outbox|inbox|jobs|leases/i;
type Counts = Readonly<Record<string, number>>;

function counted(names: readonly string[]): Counts {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted());
}

/** Of each name the smallest count; names that are missing anywhere are left out. */
function leastOf(runs: readonly Counts[]): Counts {
  const names = Object.keys(runs[0] ?? {}).filter((name) => runs.every((run) => run[name] !== undefined));
  return Object.fromEntries(names.map((name) => [name, Math.min(...runs.map((run) => run[name] ?? 0))]));
}

const most = (counts: Counts) => Math.max(0, ...Object.values(counts));

describe.each(topologies)('a page asks each owner once (%s)', (topology) => {
  let graph: PrivateGraph;
  let shop: Shop;
  let shopper: Shopper;
  let products: ShopProduct[];
  let order: Order;
  beforeAll(async () => {
    // What is read when nothing is known yet, or by somebody who isn't a shopper.
    graph = await startPrivateGraph(topology, { env: { NEAR_CACHE: 'off', ANSWERS_KEPT_MS: '0' } });
    shop = await aShop(graph);
    shopper = await shop.shopper();
    products = [];
    for (let index = 0; index < 20; index += 1) {
      const code = uniqueCode();
      products.push(
        await shop.product({
          brandName: `品牌 ${index % 4}`,
          options: [{ name: '颜色', values: ['红', '蓝', '绿'] }],
          skus: ['红', '蓝', '绿'].map((value, at) => ({
            code: `${code}-${at}`,
            options: [{ name: '颜色', value }],
            price: yuan(`${10 + index}.90`),
            weightGrams: 100,
          })),
          stock: 20,
        }),
      );
    }
    await shop.promotion({
      kind: 'TIMED_PRICE',
      scope: { productIds: products.slice(0, 5).map(({ id }) => id) },
      ladder: [{ percentOff: '10' }],
    });
    const lines = products.slice(0, 5).map(({ sku }) => ({ skuId: sku.id, quantity: 2 }));
    order = await shopper.places(lines);
    await shopper.pays(order);
    await shop.warehouse.sends(order);
    // What is in stock is told to the listing by events.
    await eventually(async () => (await storefront()).products.nodes.length === 20);
  });
  afterAll(() => graph?.stop());

  const storefront = () =>
    shop.guest().ask(StorefrontDocument, { first: 20, filter: { inStock: true }, sort: 'NEWEST' });

  /**
   * What one request of a page causes, once plans and hot reads are warm: requests and database reads by owner. Jobs go on meanwhile
   * and can only add to it, so what is seen least often in several requests is the page's own.
   */
  async function seenDuring(page: () => Promise<unknown>) {
    await page();
    const runs: { entities: Counts; operations: Counts; rows: Counts; sums: Counts }[] = [];
    for (let run = 0; run < 5; run += 1) {
      graph.watch.restart();
      await page();
      const { requests, commands } = graph.watch;
      const of = (kind: string) => counted(requests.filter((one) => one.kind === kind).map(({ subgraph }) => subgraph));
      const named = (wanted: (command: string) => boolean) =>
        counted(
          commands
            .filter(({ command, collection }) => wanted(command) && !restless.test(collection))
            .map(({ subgraph, collection }) => `${subgraph}.${collection}`),
        );
      runs.push({
        entities: of('entities'),
        operations: of('operation'),
        rows: named((command) => ['find', 'getMore', 'distinct'].includes(command)),
        sums: named((command) => ['aggregate', 'count'].includes(command)),
      });
    }
    const least = (pick: (run: (typeof runs)[number]) => Counts) => leastOf(runs.map(pick));
    return {
      entities: least(({ entities }) => entities),
      operations: least(({ operations }) => operations),
      rows: least(({ rows }) => rows),
      sums: least(({ sums }) => sums),
    };
  }

  test('the storefront, with 20 products of 3 SKUs', async () => {
    const seen = await seenDuring(async () => {
      const page = await storefront();
      expect(page.products.nodes).toHaveLength(20);
      const skus = page.products.nodes.flatMap((product) => product.skus);
      expect(skus).toHaveLength(60);
      expect(skus.every(({ availability }) => availability !== null)).toBe(true);
      expect(skus.filter(({ bestOffer }) => bestOffer !== null)).toHaveLength(15);
    });
    expect(seen).toEqual({
      operations: { product: 1 },
      entities: { logistics: 1, promotion: 1 },
      rows: {
        'product.productListings': 1,
        'product.products': 1,
        'product.brands': 1,
        'product.categories': 1,
        'promotion.promotions': 1,
        'promotion.flashSaleItems': 1,
        'logistics.stockLevels': 1,
      },
      // The total and the facets of all pages, and warehouses together with carriers.
      sums: { 'product.productListings': 1, 'logistics.warehouses': 1 },
    });
  });

  test('an order, with 5 lines in a parcel that is under way', async () => {
    const seen = await seenDuring(async () => {
      const page = await shopper.client.ask(OrderDetailDocument, { id: order.id });
      expect(page.order?.lines).toHaveLength(5);
      expect(page.order?.lines.every(({ sku }) => sku !== null)).toBe(true);
      expect(page.order?.fulfillments?.[0]).toMatchObject({ status: 'SHIPPED', shipment: { carrier: { code: 'SF' } } });
    });
    expect(seen).toEqual({
      operations: { order: 1 },
      // Product in two hops: for the SKUs of the order, and for those that logistics names.
      entities: { logistics: 1, product: 2 },
      rows: {
        'order.orders': 1,
        'order.payments': 1,
        'product.products': 2,
        'logistics.fulfillments': 1,
        'logistics.shipments': 1,
        'logistics.carriers': 1,
      },
      // Warehouses together with carriers, as shoppers are shown them.
      sums: { 'logistics.warehouses': 1 },
    });
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'a product page',
      () => shop.guest().ask(ProductPageDocument, { slug: products[0]?.slug ?? '', region: '上海市' }),
    ],
    ['the category tree', () => shop.guest().ask(CategoryTreeDocument, {})],
    ['the member’s own page', () => shopper.client.ask(MeDocument, {})],
  ])('%s: no owner is asked twice, and none reads rows of a kind twice', async (_, page) => {
    const seen = await seenDuring(page);
    expect(most(seen.operations)).toBe(1);
    expect(most(seen.entities)).toBeLessThanOrEqual(1);
    expect(most(seen.rows)).toBe(1);
  });
});
