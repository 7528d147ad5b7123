import { beforeAll, expect, test } from '@jest/globals';
import {
  CancelOrderDocument,
  PackFulfillmentDocument,
  PickFulfillmentDocument,
  PlaceOrderDocument,
  ReceiveStockDocument,
  ShipFulfillmentDocument,
  type PlaceOrderInput,
} from '../__generated__/operations.ts';
import { accepted, codesOf } from '../world/client.ts';
import { inBothTopologies } from '../world/in-both-topologies.ts';
import { aShop, type Shop } from '../world/shop.ts';
import type { Shopper } from '../world/shopper.ts';
import { newKey, uniqueCode } from '../world/unique.ts';

inBothTopologies('the same key has one effect, and another input is refused', (graph) => {
  let shop: Shop;
  let shopper: Shopper;
  beforeAll(async () => {
    shop = await aShop(graph);
    shopper = await shop.shopper();
  });

  test('of placing an order, also at the same moment, also from the cart that it emptied', async () => {
    const product = await shop.product({ stock: 9 });
    const places = async (input: Omit<PlaceOrderInput, 'idempotencyKey'>, key: string) =>
      (await shopper.client.ask(PlaceOrderDocument, { input: { ...input, idempotencyKey: key } })).placeOrder;
    const lines = [{ skuId: product.sku.id, quantity: 2 }];
    const key = newKey();
    const answers = await Promise.all([1, 2, 3, 4].map(() => places({ lines }, key)));
    expect(new Set(answers.map((answer) => accepted(answer, 'order').id)).size).toBe(1);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 2, available: 7 });
    expect(codesOf(await places({ lines: [{ skuId: product.sku.id, quantity: 3 }] }, key))).toEqual([
      'IDEMPOTENCY_CONFLICT',
    ]);

    const { id: cartId } = await shopper.adds(product.sku.id, 1);
    const cartKey = newKey();
    const first = accepted(await places({ cartId }, cartKey), 'order');
    expect(accepted(await places({ cartId }, cartKey), 'order').id).toBe(first.id);
    expect(codesOf(await places({ cartId, note: '请轻放' }, cartKey))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ reserved: 3, available: 6 });
  });

  test('of another member is another key', async () => {
    const product = await shop.product({ stock: 9 });
    const other = await shop.shopper();
    const idempotencyKey = newKey();
    const lines = [{ skuId: product.sku.id, quantity: 1 }];
    const one = await shopper.places(lines, { idempotencyKey });
    const two = await other.places(lines, { idempotencyKey });
    expect(one.id).not.toBe(two.id);
  });

  test('of cancelling', async () => {
    const product = await shop.product();
    const [one, two] = [
      await shopper.places([{ skuId: product.sku.id, quantity: 1 }]),
      await shopper.places([{ skuId: product.sku.id, quantity: 1 }]),
    ];
    const key = newKey();
    const cancels = async (orderId: string) =>
      (await shopper.client.ask(CancelOrderDocument, { input: { orderId, idempotencyKey: key } })).cancelOrder;
    expect(accepted(await cancels(one.id), 'order').status).toBe('CANCELLED');
    expect(accepted(await cancels(one.id), 'order').status).toBe('CANCELLED');
    expect(codesOf(await cancels(two.id))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect((await shopper.sees(two)).status).toBe('PENDING_PAYMENT');
  });

  test('of receiving stock', async () => {
    const product = await shop.product({ stock: 0 });
    const key = newKey();
    const receives = async (quantity: number) => {
      const lines = [{ skuCode: product.sku.code, quantity }];
      const input = { warehouseCode: shop.warehouse.code, lines, idempotencyKey: key };
      return (await shop.staff.ask(ReceiveStockDocument, { input })).receiveStock;
    };
    const answers = await Promise.all([receives(5), receives(5), receives(5)]);
    for (const answer of answers) accepted(answer, 'stockLevels');
    expect(codesOf(await receives(6))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 5, available: 5 });
    expect(await shop.warehouse.movedOf(product.sku.code)).toBe(5);
  });

  test('of picking, packing and shipping, which also keep their order', async () => {
    const product = await shop.product({ stock: 5 });
    const order = await shopper.places([{ skuId: product.sku.id, quantity: 1 }]);
    await shopper.pays(order);
    const { id: fulfillmentId } = await shop.warehouse.findsIn(order);
    const pack = async (idempotencyKey = newKey()) =>
      (await shop.staff.ask(PackFulfillmentDocument, { input: { fulfillmentId, idempotencyKey } })).packFulfillment;
    const pick = async (idempotencyKey = newKey()) =>
      (await shop.staff.ask(PickFulfillmentDocument, { input: { fulfillmentId, idempotencyKey } })).pickFulfillment;
    const ship = async (trackingNumber: string, idempotencyKey = newKey()) => {
      const input = { fulfillmentId, carrierCode: 'SF', trackingNumber, idempotencyKey };
      return (await shop.staff.ask(ShipFulfillmentDocument, { input })).shipFulfillment;
    };
    const trackingNumber = `SF${uniqueCode()}`;

    expect(codesOf(await pack())).toEqual(['INVALID_STATE']);
    expect(codesOf(await ship(trackingNumber))).toEqual(['INVALID_STATE']);
    const [pickKey, packKey, shipKey] = [newKey(), newKey(), newKey()];
    for (const _ of [1, 2]) expect(accepted(await pick(pickKey), 'fulfillment').status).toBe('PICKING');
    expect(codesOf(await pick())).toEqual(['INVALID_STATE']);
    for (const _ of [1, 2]) expect(accepted(await pack(packKey), 'fulfillment').status).toBe('PACKED');
    for (const _ of [1, 2]) expect(accepted(await ship(trackingNumber, shipKey), 'fulfillment').status).toBe('SHIPPED');
    expect(codesOf(await ship(`SF${uniqueCode()}`, shipKey))).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await shop.warehouse.levelOf(product.sku.code)).toMatchObject({ onHand: 4, reserved: 0 });
    expect(await shop.warehouse.movedOf(product.sku.code)).toBe(4);
  });
});
