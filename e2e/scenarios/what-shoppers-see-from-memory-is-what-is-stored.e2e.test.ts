import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { testClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { inProcessTransport } from '#kit/transport/transport.ts';
import { loadDemo, loadTimeoutMs } from '../../scripts/demo/load/load-demo.ts';
import {
  AddCartLinesDocument,
  CartDocument,
  CategoryTreeDocument,
  CheckoutPreviewDocument,
  PlaceOrderDocument,
  ProductPageDocument,
  SetSkuPriceDocument,
  StorefrontDocument,
  UnpublishProductDocument,
  type StorefrontQueryVariables,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { accepted, codesOf, createClient, type ClientOptions } from '../world/client.ts';
import { aShop, type Shop } from '../world/shop.ts';
import { newKey, yuan } from '../world/unique.ts';

/** Until the events of the load have come to their ends, on a busy machine. */
const patience = { withinMs: 50_000, everyMs: 200 };
/** A price that is set twice is set: on a busy machine an answer may get lost. */
const repeatable = { repeatable: true };
const secret = 'of the transport that loads the demo shop';
const lists: readonly StorefrontQueryVariables[] = [
  { first: 20 },
  { first: 100, sort: 'NEWEST' },
  { first: 20, sort: 'PRICE_ASC', filter: { inStock: true } },
  { first: 20, sort: 'PRICE_DESC', filter: { price: { min: yuan('50.00'), max: yuan('500.00') } } },
  { first: 10, search: 'power bank' },
  { first: 10, search: '手机', sort: 'SALES_DESC' },
  { first: 10, search: 'nothing that is sold here' },
  { first: 20, filter: { categorySlug: 'phones' } },
];
const shoppers: readonly Omit<ClientOptions, 'url'>[] = [
  { channel: 'web', locale: 'zh-CN' },
  { channel: 'web', locale: 'en' },
  { channel: 'mini-program', locale: 'zh-CN' },
];

describe('what shoppers see from memory is what is stored', () => {
  // It stands: a promise of a delivery turns on the hour.
  const clock = testClock(new Date());
  let graph: PrivateGraph;
  /** Another process on the same databases, which keeps nothing in memory. */
  let plain: PrivateGraph;
  let shop: Shop;
  beforeAll(async () => {
    graph = await startPrivateGraph('all in one', { clock });
    const { subgraphs } = graph;
    const ways = { subgraphOf: (name: keyof typeof subgraphs) => subgraphs[name], secrets: [secret], clock };
    const transport = inProcessTransport({ ...ways, timeoutMs: loadTimeoutMs });
    const log = pino({ level: 'silent' });
    await loadDemo({ transport, clock, log, onProgress: () => undefined, withPast: false });
    shop = await aShop(graph);
    plain = await startPrivateGraph('all in one', {
      clock,
      beside: graph,
      env: { NEAR_CACHE: 'off', ANSWERS_KEPT_MS: '0' },
    });
  }, 120_000);
  afterAll(async () => {
    await plain?.stop();
    await graph?.stop();
  });

  test.each(shoppers)('in lists with offers, stock and facets, page by page (%j)', async (shopper) => {
    const [known, stored] = [graph, plain].map(({ url }) => createClient({ url, ...shopper }));
    for (const list of lists) {
      // Events of the load go on in the background; what is asked again is compiled and from memory.
      await eventually(async () => {
        await known?.ask(StorefrontDocument, list);
        const page = await known?.ask(StorefrontDocument, list);
        expect(page).toEqual(await stored?.ask(StorefrontDocument, list));
        const after = page?.products.pageInfo.endCursor;
        const next = { ...list, ...(after == null ? {} : { after }) };
        expect(await known?.ask(StorefrontDocument, next)).toEqual(await stored?.ask(StorefrontDocument, next));
      }, patience);
    }
  });

  test.each(shoppers)('on the pages of products, and in the tree of categories (%j)', async (shopper) => {
    const [known, stored] = [graph, plain].map(({ url }) => createClient({ url, ...shopper }));
    const { products } = (await known?.ask(StorefrontDocument, { first: 30 })) ?? { products: { nodes: [] } };
    expect(products.nodes).toHaveLength(30);
    for (const { slug } of products.nodes) {
      const page = { slug, region: '上海市' };
      await eventually(async () => {
        await known?.ask(ProductPageDocument, page);
        expect(await known?.ask(ProductPageDocument, page)).toEqual(await stored?.ask(ProductPageDocument, page));
      }, patience);
    }
    await known?.ask(CategoryTreeDocument, {});
    expect(await known?.ask(CategoryTreeDocument, {})).toEqual(await stored?.ask(CategoryTreeDocument, {}));
  });

  test('also at once after the same process wrote it', async () => {
    const product = await shop.product({ price: '10.00', stock: 5 });
    const page = async () => (await shop.guest().ask(ProductPageDocument, { slug: product.slug })).product;
    for (let yuanMore = 1; yuanMore <= 10; yuanMore += 1) {
      await page();
      const input = { skuId: product.sku.id, channel: 'web', price: yuan(`${10 + yuanMore}.00`) };
      accepted((await shop.staff.ask(SetSkuPriceDocument, { input }, repeatable)).setSkuPrice, 'sku');
      expect((await page())?.skus[0]?.price?.amount).toBe(`${10 + yuanMore}.00`);
    }
    await shop.receives(product.sku.code, 7);
    expect((await page())?.skus[0]?.availability?.sellable).toBe(12);
    const input = { productId: product.id };
    accepted((await shop.staff.ask(UnpublishProductDocument, { input })).unpublishProduct, 'product');
    expect(await page()).toBeNull();
  });

  test('within a second after another process wrote it', async () => {
    const product = await shop.product({ price: '10.00', stock: 5 });
    const other = await aShop(plain);
    const price = async () =>
      (await shop.guest().ask(ProductPageDocument, { slug: product.slug })).product?.skus[0]?.price?.amount;
    const lags: number[] = [];
    for (let yuanMore = 1; yuanMore <= 20; yuanMore += 1) {
      await price();
      const input = { skuId: product.sku.id, channel: 'web', price: yuan(`${10 + yuanMore}.00`) };
      accepted((await other.staff.ask(SetSkuPriceDocument, { input }, repeatable)).setSkuPrice, 'sku');
      const writtenAt = performance.now();
      await eventually(async () => (await price()) === `${10 + yuanMore}.00`, { everyMs: 2 });
      lags.push(performance.now() - writtenAt);
    }
    expect(Math.max(...lags)).toBeLessThan(1_000);
  });

  test('in carts and previews too, while an order is priced by what is stored', async () => {
    const [product, shopper, other] = await Promise.all([
      shop.product({ price: '10.00', stock: 50 }),
      shop.shopper(),
      aShop(plain),
    ]);
    const lines = [{ skuId: product.sku.id, quantity: 1 }];
    const { addressId } = shopper;
    accepted((await shopper.client.ask(AddCartLinesDocument, { input: { lines } })).addCartLines, 'cart');
    const shown = async () => {
      const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, { input: { lines, addressId } });
      const { cart } = await shopper.client.ask(CartDocument, {});
      return { total: checkoutPreview.quote?.total, subtotal: cart?.quote?.subtotal.amount };
    };
    for (let yuanMore = 1; yuanMore <= 5; yuanMore += 1) {
      const { total } = await shown();
      const price = `${10 + yuanMore}.00`;
      const input = { skuId: product.sku.id, channel: 'web', price: yuan(price) };
      accepted((await other.staff.ask(SetSkuPriceDocument, { input }, repeatable)).setSkuPrice, 'sku');
      const order = { lines, addressId, expectedTotal: total ?? null, idempotencyKey: newKey() };
      const { placeOrder } = await shopper.client.ask(PlaceOrderDocument, { input: order });
      expect(codesOf(placeOrder)).toEqual(['PRICE_CHANGED']);
      await eventually(async () => expect((await shown()).subtotal).toBe(price), { withinMs: 1_000, everyMs: 5 });
    }
    // With 12.00 of freight.
    expect(await shown()).toEqual({ total: yuan('27.00'), subtotal: '15.00' });
  });
});
