import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  ApproveAfterSaleDocument,
  OrderMoneyDocument,
  ReceiveReturnedGoodsDocument,
  RefuseAfterSaleDocument,
  RequestAfterSaleDocument,
  type AfterSaleKind,
} from '../__generated__/operations.ts';
import { accepted, codesOf, errorCodesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop, type ShopProduct } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, yuan } from '../world/unique.ts';

inBothTopologies('money goes back for refunds and returns', (graph) => {
  let shop: Shop;
  let product: ShopProduct;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    product = await shop.product({ price: '10.00', stock: 100 });
    // 7 cups for ¥67.00: shares that don't divide evenly.
    await shop.promotion({
      kind: 'AMOUNT_OFF_LADDER',
      scope: { skuIds: [product.sku.id] },
      ladder: [{ thresholdAmount: yuan('70.00'), amountOff: yuan('3.00') }],
    });
    shopper = await shop.shopper();
  });

  async function buysSevenCups(): Promise<Order> {
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 7 }]);
    expect(order).toMatchObject({ subtotal: yuan('70.00'), discount: yuan('3.00') });
    await shopper.pays(order);
    return order;
  }
  async function receives(order: Order): Promise<void> {
    await shop.warehouse.delivers(await shop.warehouse.sends(order));
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
  }
  const asksBack = async (order: Order, kind: AfterSaleKind, quantity: number, idempotencyKey = newKey()) => {
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity }];
    const input = { orderId: order.id, kind, lines, reason: '与描述不符', idempotencyKey };
    return (await shopper.client.ask(RequestAfterSaleDocument, { input })).requestAfterSale;
  };
  const moneyOf = async (order: Order) => (await shopper.client.ask(OrderMoneyDocument, { id: order.id })).order;
  const approves = async (afterSaleId: string) =>
    (await shop.staff.ask(ApproveAfterSaleDocument, { input: { afterSaleId } })).approveAfterSale;

  test('unit by unit, to exactly what was paid for the goods', async () => {
    const order = await buysSevenCups();
    await receives(order);
    const amounts: string[] = [];
    for (const quantity of [1, 2, 4]) {
      const { id, refundAmount } = accepted(await asksBack(order, 'REFUND_ONLY', quantity), 'afterSale');
      amounts.push(refundAmount.amount);
      accepted(await approves(id), 'afterSale');
    }
    // 67.00 over 7 units, by largest remainder, adds up to 67.00.
    expect(amounts.reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0)).toBe(6700);
    await eventually(async () => {
      expect(await moneyOf(order)).toMatchObject({ refundStatus: 'FULL', refunded: yuan('67.00') });
    });
    expect(codesOf(await asksBack(order, 'REFUND_ONLY', 1))).toEqual(['INVALID_INPUT']);
  });

  test('at once while nothing has left the warehouse', async () => {
    const order = await buysSevenCups();
    await shop.warehouse.findsIn(order);
    const afterSale = accepted(await asksBack(order, 'REFUND_ONLY', 7), 'afterSale');
    expect(['APPROVED', 'REFUNDED']).toContain(afterSale.status);
    await eventually(async () => {
      const money = await moneyOf(order);
      expect(money?.refundStatus).toBe('FULL');
      // The whole order, so its freight too.
      expect(money?.refunded).toEqual(money?.total);
    });
  });

  test('for a return when the goods are back in the warehouse that had sent them', async () => {
    const order = await buysSevenCups();
    await receives(order);
    const before = await shop.warehouse.levelOf(product.sku.code);
    const afterSale = accepted(await asksBack(order, 'RETURN_AND_REFUND', 2), 'afterSale');
    expect(afterSale).toMatchObject({ kind: 'RETURN_AND_REFUND', status: 'REQUESTED' });
    expect(accepted(await approves(afterSale.id), 'afterSale').status).toBe('APPROVED');
    expect((await moneyOf(order))?.refunded).toEqual(yuan('0.00'));

    const { receiveReturnedGoods } = await shop.staff.ask(ReceiveReturnedGoodsDocument, {
      input: { afterSaleId: afterSale.id },
    });
    accepted(receiveReturnedGoods, 'afterSale');

    await eventually(async () => {
      const money = await moneyOf(order);
      expect(money).toMatchObject({ refundStatus: 'PARTIAL', refunded: afterSale.refundAmount });
      expect(money?.afterSales).toMatchObject([{ id: afterSale.id, status: 'REFUNDED' }]);
      const level = await shop.warehouse.levelOf(product.sku.code);
      expect(level.onHand).toBe(before.onHand + 2);
      expect(await shop.warehouse.movedOf(product.sku.code)).toBe(level.onHand);
    });
    const again = await shop.staff.ask(ReceiveReturnedGoodsDocument, { input: { afterSaleId: afterSale.id } });
    expect(codesOf(again.receiveReturnedGoods)).toEqual(['INVALID_STATE']);
  });

  test('not when the shop declines, and then it may be asked for again', async () => {
    const order = await buysSevenCups();
    await receives(order);
    const { id } = accepted(await asksBack(order, 'REFUND_ONLY', 7), 'afterSale');
    const { refuseAfterSale } = await shop.staff.ask(RefuseAfterSaleDocument, {
      input: { afterSaleId: id, reason: '已超出使用痕迹' },
    });
    expect(accepted(refuseAfterSale, 'afterSale')).toMatchObject({ status: 'REFUSED', refusal: '已超出使用痕迹' });
    expect(codesOf(await approves(id))).toEqual(['INVALID_STATE']);
    expect(await moneyOf(order)).toMatchObject({ refundStatus: 'NONE', refunded: yuan('0.00') });
    accepted(await asksBack(order, 'REFUND_ONLY', 7), 'afterSale');
  });

  test('not for more than was bought, of an unpaid order, in exchange for what was not sent, or without the right', async () => {
    const unpaid = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
    expect(codesOf(await asksBack(unpaid, 'REFUND_ONLY', 1))).toEqual(['INVALID_STATE']);
    const order = await buysSevenCups();
    expect(codesOf(await asksBack(order, 'REFUND_ONLY', 8))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await asksBack(order, 'REFUND_ONLY', 0))).toEqual(['INVALID_INPUT']);
    expect(codesOf(await asksBack(order, 'EXCHANGE', 1))).toEqual(['INVALID_STATE']);
    expect(codesOf(await asksBack(order, 'RETURN_AND_REFUND', 1))).toEqual(['INVALID_STATE']);
    const answer = await shopper.client.send(ApproveAfterSaleDocument, { input: { afterSaleId: 'afs_x' } });
    expect(errorCodesOf(answer)).toEqual(['FORBIDDEN']);
    expect(await moneyOf(order)).toMatchObject({ refundStatus: 'NONE', afterSales: [] });
  });

  test('once for one key, and not for a key with another content', async () => {
    const order = await buysSevenCups();
    await receives(order);
    const key = newKey();
    const first = accepted(await asksBack(order, 'REFUND_ONLY', 1, key), 'afterSale');
    expect(accepted(await asksBack(order, 'REFUND_ONLY', 1, key), 'afterSale').id).toBe(first.id);
    expect(codesOf(await asksBack(order, 'REFUND_ONLY', 2, key))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await moneyOf(order))?.afterSales).toHaveLength(1);
  });
});
