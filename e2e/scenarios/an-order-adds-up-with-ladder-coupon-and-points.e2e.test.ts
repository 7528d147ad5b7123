import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { eventually } from '#kit/testing/eventually.ts';
import {
  CheckoutPreviewDocument,
  OrderMoneyDocument,
  PlaceOrderDocument,
  PointsLedgerDocument,
  RequestAfterSaleDocument,
} from '../__generated__/operations.ts';
import { startPrivateGraph, type PrivateGraph } from '../setup/private-graph.ts';
import { topologies } from '../setup/world-facts.ts';
import { accepted, codesOf } from '../world/client.ts';
import { editsOrder } from '../world/order-edits.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

const day = 24 * 3_600_000;

describe.each(topologies)('an order adds up with ladder, coupon and points (%s)', (topology) => {
  const clock = testClock(new Date());
  let graph: PrivateGraph;
  let shop: Shop;
  let shopper: Shopper;
  let tea: ShopProduct;
  let cup: ShopProduct;
  beforeAll(async () => {
    graph = await startPrivateGraph(topology, { clock });
    shop = await aShop(graph);
    [tea, cup, shopper] = await Promise.all([
      shop.product({ price: '400.00', stock: 50 }),
      shop.product({ price: '33.33', stock: 50 }),
      shop.shopper(),
    ]);
    await earnsPoints();
    const scope = { skuIds: [tea.sku.id, cup.sku.id] };
    await shop.promotion({
      kind: 'AMOUNT_OFF_LADDER',
      scope,
      ladder: [
        { thresholdAmount: yuan('400.00'), amountOff: yuan('30.00') },
        { thresholdAmount: yuan('800.00'), amountOff: yuan('80.00') },
      ],
    });
  });
  afterAll(() => graph?.stop());

  /** Buys for ¥1,200 of goods; a week after the receipt its 1,200 points can be spent. */
  async function earnsPoints(): Promise<void> {
    const order = await shopper.places([{ skuId: tea.sku.id, quantity: 3 }]);
    await shopper.pays(order);
    await shop.warehouse.delivers(await shop.warehouse.sends(order));
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
    await shopper.confirmsReceiptOf(order);
    await eventually(async () => expect(await pointsOf()).toMatchObject({ balance: 0, pending: 1200 }));
    clock.advance(8 * day);
    shopper = await shopper.comesBack();
    shop = await aShop(graph);
    expect(await pointsOf()).toMatchObject({ balance: 1200, pending: 0 });
  }
  const pointsOf = async () => (await shopper.client.ask(PointsLedgerDocument, { first: 50 })).me?.points;
  const moneyOf = async (orderId: string) => (await shopper.client.ask(OrderMoneyDocument, { id: orderId })).order;
  const fen = ({ amount }: { amount: string }) => Math.round(Number(amount) * 100);

  // 400.00 + 3 × 33.33 = 499.99 → ladder −30.00 → coupon −20.00 → 449.99, of which points may pay half: 1,000 points −10.00.
  async function placesWithEverything() {
    const scope = { skuIds: [tea.sku.id, cup.sku.id] };
    const couponId = await shopper.claims(
      await shop.coupon({ amountOff: yuan('20.00'), threshold: yuan('200.00'), scope }),
    );
    const lines = [
      { skuId: tea.sku.id, quantity: 1 },
      { skuId: cup.sku.id, quantity: 3 },
    ];
    const wish = { lines, couponIds: [couponId], pointsToSpend: 1_000, addressId: shopper.addressId };
    const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, { input: wish });
    expect(codesOf(checkoutPreview)).toEqual([]);
    const { placeOrder } = await shopper.client.ask(PlaceOrderDocument, {
      input: { ...wish, expectedTotal: checkoutPreview.quote?.total ?? null, idempotencyKey: newKey() },
    });
    return {
      quote: checkoutPreview.quote,
      points: checkoutPreview.points,
      couponId,
      order: accepted(placeOrder, 'order'),
    };
  }

  test('to the fen, each step in its place, and the preview is what is charged', async () => {
    const { quote, points, order } = await placesWithEverything();
    expect(quote).toMatchObject({ subtotal: yuan('499.99'), discount: yuan('60.00'), rejected: [] });
    expect(points).toMatchObject({ discount: yuan('10.00') });
    expect(order).toMatchObject({ subtotal: yuan('499.99'), discount: yuan('60.00'), total: quote?.total });
    expect(fen(order.subtotal) - fen(order.discount) + fen(order.freight)).toBe(fen(order.total));
    expect(order.lines.reduce((sum, { total }) => sum + fen(total), 0)).toBe(fen(order.total) - fen(order.freight));
    for (const { steps, total } of quote?.lines ?? []) {
      expect(steps.map(({ kind }) => kind)).toEqual(['CHANNEL_PRICE', 'AMOUNT_OFF_LADDER', 'COUPON', 'POINTS']);
      expect(steps.at(-1)?.after).toEqual(total);
      for (const [index, step] of steps.slice(1).entries()) expect(step.before).toEqual(steps[index]?.after);
    }
    expect(await pointsOf()).toMatchObject({ balance: 200, frozen: 1000 });
    await shopper.cancels(order);
    await eventually(async () => expect(await pointsOf()).toMatchObject({ balance: 1200, frozen: 0 }));
  });

  test('and an edit before it is paid takes coupon and points off, puts points on again, and a cancellation gives them back', async () => {
    const { order, couponId } = await placesWithEverything();
    const couponNow = async () => (await shopper.me()).coupons?.nodes.find(({ id }) => id === couponId)?.status;
    // 499.99 − 30.00 and freight
    await editsOrder(shopper, order, { couponIds: [], pointsToSpend: 0 });
    const bare = await shopper.sees(order);
    expect(fen(bare.total) - fen(order.total)).toBe(3_000);
    expect([await pointsOf(), await couponNow()]).toMatchObject([{ balance: 1200, frozen: 0 }, 'CLAIMED']);
    await editsOrder(shopper, order, { pointsToSpend: 300 });
    await editsOrder(shopper, order, { couponIds: [couponId], pointsToSpend: 1_200 });
    expect(fen(order.total) - fen((await shopper.sees(order)).total)).toBe(200);
    expect([await pointsOf(), await couponNow()]).toMatchObject([{ balance: 0, frozen: 1200 }, 'LOCKED']);
    await shopper.cancels(order);
    await eventually(async () =>
      expect([await pointsOf(), await couponNow()]).toMatchObject([{ balance: 1200, frozen: 0 }, 'CLAIMED']),
    );
  });

  test('and everything comes back when it is cancelled after paying', async () => {
    const { order, couponId } = await placesWithEverything();
    await shopper.pays(order);
    await eventually(async () => expect(await pointsOf()).toMatchObject({ balance: 200, frozen: 0 }));
    await shopper.cancels(order);
    await eventually(async () => {
      expect(await pointsOf()).toMatchObject({ balance: 1200, frozen: 0, debt: 0 });
      expect((await shopper.me()).coupons?.nodes.find(({ id }) => id === couponId)?.status).toBe('CLAIMED');
      const money = await moneyOf(order.id);
      expect(money).toMatchObject({ status: 'CANCELLED', refundStatus: 'FULL', refunded: order.total });
    });
  });

  test('and a partial refund returns its share of money and points', async () => {
    const { order } = await placesWithEverything();
    await shopper.pays(order);
    const teaLine = order.lines.find(({ sku }) => sku?.id === tea.sku.id);
    const { requestAfterSale } = await shopper.client.ask(RequestAfterSaleDocument, {
      input: {
        orderId: order.id,
        kind: 'REFUND_ONLY',
        lines: [{ orderLineId: teaLine?.id ?? '', quantity: 1 }],
        reason: '不想要了',
        idempotencyKey: newKey(),
      },
    });
    expect(accepted(requestAfterSale, 'afterSale').refundAmount).toEqual(teaLine?.total);
    await eventually(async () => {
      expect(await moneyOf(order.id)).toMatchObject({ refundStatus: 'PARTIAL', refunded: teaLine?.total });
      const points = await pointsOf();
      expect(points?.balance).toBeGreaterThan(200);
      expect(points?.balance).toBeLessThan(1200);
    });
    const { me } = await shopper.client.ask(PointsLedgerDocument, { first: 100 });
    const entries = me?.pointsLedger.nodes ?? [];
    const { balance = 0, pending = 0, frozen = 0 } = me?.points ?? {};
    expect(entries.reduce((sum, { available }) => sum + available, 0)).toBe(balance + pending);
    expect(entries.reduce((sum, entry) => sum + entry.frozen, 0)).toBe(frozen);
    for (const { cause } of entries) expect(cause.id).not.toBe('');
  });

  test('and more points than there are change nothing but the price', async () => {
    const before = await pointsOf();
    const { checkoutPreview } = await shopper.client.ask(CheckoutPreviewDocument, {
      input: { lines: [{ skuId: cup.sku.id, quantity: 1 }], pointsToSpend: 1_000_000 },
    });
    // Half of ¥33.33 at most, in hundreds: 1,600 points, of which the member has fewer.
    expect(checkoutPreview.points?.spendable).toBeLessThanOrEqual(before?.balance ?? 0);
    expect(fen(checkoutPreview.points?.discount ?? yuan('0'))).toBe(checkoutPreview.points?.spendable);
    expect(await pointsOf()).toEqual(before);
  });
});
