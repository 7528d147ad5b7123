import { beforeAll, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import {
  AfterSaleProgressDocument,
  ApproveAfterSaleDocument,
  ReceiveReturnedGoodsDocument,
  RequestAfterSaleDocument,
  TurnExchangeIntoRefundDocument,
  type AfterSaleLineInput,
} from '../__generated__/operations.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Order, Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode, yuan } from '../world/unique.ts';

inBothTopologies('goods are exchanged, or not sent after all', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });

  const asks = async (order: Order, kind: 'REFUND_ONLY' | 'EXCHANGE', line: Partial<AfterSaleLineInput> = {}) => {
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1, ...line }];
    const input = { orderId: order.id, kind, lines, reason: '不合适', idempotencyKey: newKey() };
    return accepted((await shopper.client.ask(RequestAfterSaleDocument, { input })).requestAfterSale, 'afterSale');
  };
  const progressOf = async ({ id: orderId }: Order) => {
    const { order } = await shopper.client.ask(AfterSaleProgressDocument, { orderId });
    if (order === null) throw new Error(`no order ${orderId}`);
    return order;
  };
  const approves = async (afterSaleId: string) =>
    (await shop.staff.ask(ApproveAfterSaleDocument, { input: { afterSaleId } })).approveAfterSale;
  /** A product of two sizes; only the first is in stock, and both cost the same. */
  async function inTwoSizes() {
    const code = uniqueCode();
    const skus = ['S', 'M'].map((size) => ({
      code: `TEE-${code}-${size}`,
      options: [{ name: '尺码', value: size }],
      price: yuan('80.00'),
      weightGrams: 200,
    }));
    const options = [{ name: '尺码', values: ['S', 'M'] }];
    const product = await shop.product({
      title: `T 恤 ${code}`,
      slug: `tee-${code.toLowerCase()}`,
      options,
      skus,
      stock: 0,
    });
    const [small, medium] = product.skus;
    if (small === undefined || medium === undefined) throw new Error('two sizes');
    await shop.receives(small.code, 5);
    return { small, medium };
  }
  async function receivesAtHome(order: Order): Promise<void> {
    await shop.warehouse.delivers(await shop.warehouse.sends(order));
    await eventually(async () => expect((await shopper.sees(order)).status).toBe('DELIVERED'));
  }

  test('a refund of a part before shipping makes the parcel smaller, and the last one cancels the order with its freight', async () => {
    const product = await shop.product({ price: '20.00', stock: 10 });
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 3 }]);
    await shopper.pays(order);
    await shop.warehouse.findsIn(order);
    expect((await asks(order, 'REFUND_ONLY')).refundAmount).toEqual(yuan('20.00'));
    await eventually(async () => {
      expect(await progressOf(order)).toMatchObject({
        status: 'PAID',
        refunded: yuan('20.00'),
        afterSales: [{ status: 'REFUNDED' }],
        fulfillments: [{ status: 'ALLOCATED', lines: [{ quantity: 2 }] }],
      });
    });
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 10, reserved: 2, available: 8 });

    await asks(order, 'REFUND_ONLY', { quantity: 2 });
    await eventually(async () => {
      const { status, refunded, fulfillments } = await progressOf(order);
      expect({ status, refunded }).toEqual({ status: 'CANCELLED', refunded: order.total });
      expect(fulfillments).toMatchObject([{ status: 'CANCELLED' }]);
      expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 10, reserved: 0 });
    });
  });

  test('an exchange sends the other size when the first is back, and nothing is charged', async () => {
    const { small, medium } = await inTwoSizes();
    const order = await shopper.places([{ skuId: small.id, quantity: 1 }]);
    await shopper.pays(order);
    await receivesAtHome(order);
    const { id } = await asks(order, 'EXCHANGE', { replacementSkuId: medium.id });
    expect(codesOf(await approves(id))).toEqual(['INSUFFICIENT_STOCK']);
    await shop.receives(medium.code, 1);
    expect(accepted(await approves(id), 'afterSale').status).toBe('APPROVED');
    expect(await shop.warehouse.levelOf(medium.code)).toMatchObject({ onHand: 1, reserved: 1 });

    const { receiveReturnedGoods } = await shop.staff.ask(ReceiveReturnedGoodsDocument, { input: { afterSaleId: id } });
    expect(accepted(receiveReturnedGoods, 'afterSale').status).toBe('RETURNED');
    await shop.warehouse.delivers(await shop.warehouse.sends(order));
    await eventually(async () => {
      expect(await progressOf(order)).toMatchObject({
        status: 'DELIVERED',
        refunded: yuan('0.00'),
        afterSales: [{ status: 'EXCHANGED', replacement: 'SENT' }],
        fulfillments: [{ afterSale: null }, { afterSale: { id }, lines: [{ sku: { code: medium.code } }] }],
      });
    });
    expect(await shop.warehouse.levelOf(small.code)).toMatchObject({ onHand: 5, reserved: 0 });
    expect(await shop.warehouse.levelOf(medium.code)).toMatchObject({ onHand: 0, reserved: 0 });
  });

  test('an exchange for what isn’t to be had becomes a return', async () => {
    const { small, medium } = await inTwoSizes();
    const order = await shopper.places([{ skuId: small.id, quantity: 1 }]);
    await shopper.pays(order);
    await receivesAtHome(order);
    const { id } = await asks(order, 'EXCHANGE', { replacementSkuId: medium.id });
    const turn = { input: { afterSaleId: id } };
    const { turnExchangeIntoRefund } = await shopper.client.ask(TurnExchangeIntoRefundDocument, turn);
    expect(accepted(turnExchangeIntoRefund, 'afterSale')).toMatchObject({
      kind: 'RETURN_AND_REFUND',
      refundAmount: yuan('80.00'),
    });
    accepted(await approves(id), 'afterSale');
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', restocked: 0, writtenOff: 1, reason: '有破洞' }];
    const received = { input: { afterSaleId: id, lines, idempotencyKey: newKey() } };
    accepted((await shop.staff.ask(ReceiveReturnedGoodsDocument, received)).receiveReturnedGoods, 'afterSale');
    await eventually(async () => expect((await progressOf(order)).refunded).toEqual(yuan('80.00')));
    expect(await shop.warehouse.levelOf(small.code)).toMatchObject({ onHand: 5, damaged: 1, available: 4 });
  });
});
