import { beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { loadProducts, openSmallShop, productToLoad, type Loaded } from '../testing/small-shop.ts';
import { merchandiser, shopper, testSubgraph } from '../testing/test-subgraph.ts';

const graph = testSubgraph(testDatabase());
let shop: Record<string, Loaded['value']['products'][number]>;

beforeAll(async () => {
  shop = await openSmallShop(graph);
});

const event = (name: string, aggregateId: string, payload: object) => ({
  id: newId('event'),
  name,
  aggregateId,
  version: 1,
  at: '2026-06-01T08:00:00.000Z',
  payload,
});

function orderPaid(sold: Record<string, number>) {
  return event('order.paid', newId('order'), {
    orderId: 'ord_1',
    number: '1',
    memberId: null,
    channel: 'web',
    region: '上海市',
    currency: 'CNY',
    totalMinor: 100,
    goodsMinor: 100,
    pointsSpent: 0,
    paidAt: '2026-06-01T08:00:00.000Z',
    lines: Object.entries(sold).map(([slug, quantity]) => ({
      orderLineId: newId('orderLine'),
      skuId: shop[slug]?.skus[0]?.skuId,
      productId: shop[slug]?.productId,
      quantity,
      paidMinor: 100,
    })),
  });
}

/** As staff, who are answered from the database, unless somebody else asks. */
async function sales(viewer = merchandiser): Promise<Record<string, number>> {
  const { products } = await graph.ask<{ products: { nodes: { slug: string; salesCount: number }[] } }>(
    viewer,
    '{ products(first: 20, sort: SALES_DESC) { nodes { slug salesCount } } }',
  );
  return Object.fromEntries(products.nodes.map(({ slug, salesCount }) => [slug, salesCount]));
}

describe('when an order was paid', () => {
  test('its products count as sold, and lists by sales follow', async () => {
    await graph.call('/events', orderPaid({ 'tea-cup': 5, 'white-shirt': 2 }));
    const best = [
      ['tea-cup', 5],
      ['white-shirt', 2],
    ];
    expect(Object.entries(await sales()).slice(0, 2)).toEqual(best);
    await eventually(async () => expect(Object.entries(await sales(shopper())).slice(0, 2)).toEqual(best));
  });

  test('and edited, the pieces that came count too', async () => {
    const before = (await sales())['tea-cup'] ?? 0;
    const { orderId, lines: added } = orderPaid({ 'tea-cup': 2 }).payload as { orderId: string; lines: object[] };
    const removed = [{ orderLineId: 'orl_1', skuId: 'sku_1', quantity: 1 }];
    const payload = { orderId, editId: 'edt_1', memberId: null, pointsReturned: 0, removed, added };
    await graph.call('/events', event('order.edited', orderId, payload));
    await graph.call('/events', event('order.edited', orderId, { ...payload, editId: 'edt_2', added: [] }));
    expect((await sales())['tea-cup']).toBe(before + 2);
  });

  test('the same event three times counts once', async () => {
    const paid = orderPaid({ 'red-dress': 9 });
    await Promise.all([1, 2, 3].map(() => graph.call('/events', paid)));
    expect(Object.entries(await sales())[0]).toEqual(['red-dress', 9]);
  });

  test('orders of the same product at the same time, while it is being changed, are all counted', async () => {
    const before = (await sales())['blue-shirt'] ?? 0;
    const rename = `mutation ($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }`;
    await Promise.all([
      ...Array.from({ length: 20 }, () => graph.call('/events', orderPaid({ 'blue-shirt': 1 }))),
      ...Array.from({ length: 5 }, (_, index) =>
        graph.ask(merchandiser, rename, { input: { productId: shop['blue-shirt']?.productId, tags: [`tag${index}`] } }),
      ),
    ]);
    expect((await sales())['blue-shirt']).toBe(before + 20);
  });
});

describe('when the availability of a SKU changed', () => {
  const changed = (skuId: string | undefined, inStock: boolean) =>
    event('stock.availability-changed', skuId ?? '', { skuId, inStock });
  const inStock = async (value: boolean) => {
    const { products } = await graph.ask<{ products: { nodes: { slug: string }[] } }>(
      shopper(),
      `{ products(first: 20, filter: { inStock: ${value} }) { nodes { slug } } }`,
    );
    return products.nodes.map(({ slug }) => slug).toSorted();
  };

  test('its product is listed as in stock until its last SKU is gone', async () => {
    const [small, medium] = shop['blue-shirt']?.skus ?? [];
    await graph.call('/events', changed(small?.skuId, true));
    await graph.call('/events', changed(medium?.skuId, true));
    await eventually(async () => expect(await inStock(true)).toEqual(['blue-shirt']));
    await graph.call('/events', changed(small?.skuId, false));
    expect(await inStock(true)).toEqual(['blue-shirt']);
    await graph.call('/events', changed(medium?.skuId, false));
    // What an event changes, shoppers see within a moment.
    await eventually(async () => expect(await inStock(true)).toEqual([]));
    await eventually(async () => expect(await inStock(false)).toContain('blue-shirt'));
  });

  test('before it was published, it is in stock from its first listing on', async () => {
    const [early] = await loadProducts(graph, [productToLoad('early-bird', { publishTo: [] })]);
    await graph.call('/events', changed(early?.skus[0]?.skuId, true));
    await graph.ask(
      merchandiser,
      `mutation { publishProduct(input: { productId: "${early?.productId}", channels: ["web"] }) { userErrors { code } } }`,
    );
    await eventually(async () => expect(await inStock(true)).toEqual(['early-bird']));
  });

  test('of a SKU that nobody knows, nothing happens', async () => {
    await expect(graph.call('/events', changed('sku_unknown', true))).resolves.toMatchObject({ receipt: 'applied' });
  });
});
