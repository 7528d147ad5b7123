import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, request, decide, shippedOrder, afterSalesOf } = afterSalesIn(world);
const someone = () => member(newId('member'));
const clerk = staff('order:read', 'order:write');

/** Another SKU of the product that an order's first line is of. */
const sibling = (order: Answer, minor: number, units = 100): string => {
  const bought = neighbours.skus.get(order.lines[0].sku.id);
  const skuId = onSale(neighbours, { minor, units });
  const sku = neighbours.skus.get(skuId);
  if (sku !== undefined && bought !== undefined) neighbours.skus.set(skuId, { ...sku, productId: bought.productId });
  return skuId;
};
const exchange = (viewer: Viewer, order: Answer, replacementSkuId?: string, quantity = 1): Promise<Answer> =>
  request(viewer, order, {
    kind: 'EXCHANGE',
    lines: [{ orderLineId: order.lines[0].id, quantity, ...(replacementSkuId && { replacementSkuId }) }],
  });
const leaves = (afterSaleId: string, orderId: string): Promise<unknown> =>
  world.tell('replacement.shipped', {
    orderId,
    afterSaleId,
    fulfillmentId: 'ful_2',
    shipmentId: 'shp_2',
    remaining: 0,
    shippedAt: clock.now().toISOString(),
  });
const stockOf = (skuId: string) => neighbours.stock.get(skuId);

describe('an exchange', () => {
  test('for the same SKU is even: reserved when granted, sent when the goods are back, and open to another request', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 2, 1000);
    const skuId = order.lines[0].sku.id;
    const { afterSale } = await exchange(viewer, order);
    expect(afterSale).toMatchObject({
      status: 'REQUESTED',
      refundAmount: { amount: '0.00' },
      lines: [{ paidAmount: { amount: '10.00' }, replacementSku: { id: skuId } }],
    });
    expect((await decide('approveAfterSale', afterSale.id)).afterSale).toMatchObject({
      status: 'APPROVED',
      replacement: 'HELD',
    });
    expect(stockOf(skuId)).toBe(97);
    expect((await decide('receiveReturnedGoods', afterSale.id)).afterSale).toMatchObject({
      status: 'RETURNED',
      replacement: 'SENT',
    });
    expect(neighbours.replaced.has(afterSale.id)).toBe(true);
    await leaves(afterSale.id, order.id);
    await leaves(afterSale.id, order.id);
    expect((await afterSalesOf(viewer, order))[0].status).toBe('EXCHANGED');
    const after = await shop.order(viewer, order.id);
    expect(after).toMatchObject({ status: 'SHIPPED', refundStatus: 'NONE', refunds: [] });
    expect(after.lines[0].afterSaleQuantity).toBe(0);
    expect(after.timeline.filter(({ note }: Answer) => note === `EXCHANGED:${afterSale.id}`)).toHaveLength(1);
    expect((await request(viewer, order, { kind: 'RETURN_AND_REFUND' })).afterSale.status).toBe('REQUESTED');
  });

  test('for a cheaper SKU of the product brings the difference back when the goods are back, never more than was paid', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 3, 1000);
    const { afterSale } = await exchange(viewer, order, sibling(order, 880), 2);
    expect(afterSale.refundAmount.amount).toBe('2.40');
    await decide('approveAfterSale', afterSale.id);
    expect(await shop.order(viewer, order.id)).toMatchObject({ refunded: { amount: '0.00' } });
    await decide('receiveReturnedGoods', afterSale.id);
    await leaves(afterSale.id, order.id);
    const after = await shop.order(viewer, order.id);
    expect(after).toMatchObject({ refunded: { amount: '2.40' }, refundStatus: 'PARTIAL', refunds: [{}] });
    expect(after.lines[0].afterSaleQuantity).toBe(2);

    neighbours.codes.set('NEARLY', 990);
    const skuId = onSale(neighbours, { minor: 1000 });
    const cart = await shop.cart(viewer, { skuId, quantity: 1 });
    await shop.mutate(viewer, 'applyCouponCode', { cartId: cart.id, code: 'NEARLY' }, 'cart { id }');
    const { order: cheap } = await shop.place(viewer, { cartId: cart.id });
    await shop.pay(viewer, cheap.id);
    await world.tell('fulfillment.shipped', {
      orderId: cheap.id,
      fulfillmentId: 'f',
      shipmentId: 's',
      remaining: 0,
      shippedAt: clock.now().toISOString(),
    });
    expect((await exchange(viewer, cheap, sibling(cheap, 500))).afterSale.refundAmount.amount).toBe('0.10');
  });

  test('is refused for a dearer SKU, one of another product, one not sold here, and where nothing was shipped', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 2, 1000);
    const refusalOf = async (skuId: string) => (await exchange(viewer, order, skuId, 2)).userErrors[0];
    const path = ['lines', '0', 'replacementSkuId'];
    expect(await refusalOf(sibling(order, 1050))).toMatchObject({
      __typename: 'ReplacementDearerError',
      code: 'REPLACEMENT_DEARER',
      difference: { amount: '1.00' },
      path,
    });
    expect(await refusalOf(onSale(neighbours, { minor: 900 }))).toMatchObject({ code: 'INVALID_INPUT', path });
    expect(await refusalOf('sku_unknown')).toMatchObject({ code: 'SKU_UNAVAILABLE', path });
    const lines = [{ orderLineId: order.lines[0].id, quantity: 1, replacementSkuId: sibling(order, 900) }];
    expect((await request(viewer, order, { lines })).userErrors[0]).toMatchObject({ code: 'INVALID_INPUT', path });
    const unsent = await shop.paidOrder(viewer, { skuId: onSale(neighbours), quantity: 1 });
    expect((await exchange(viewer, unsent)).userErrors[0]).toMatchObject({ code: 'INVALID_STATE', path: ['kind'] });
  });

  test('is not granted without stock, and then may become a return', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1, 1000);
    const other = sibling(order, 1000, 0);
    const { afterSale } = await exchange(viewer, order, other);
    expect((await decide('approveAfterSale', afterSale.id)).userErrors).toMatchObject([
      { code: 'INSUFFICIENT_STOCK', path: ['afterSaleId'], skuId: other, requested: 1, available: 0 },
    ]);
    expect((await decide('turnExchangeIntoRefund', afterSale.id, {}, someone())).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await decide('turnExchangeIntoRefund', afterSale.id, {}, viewer)).afterSale).toMatchObject({
      kind: 'RETURN_AND_REFUND',
      status: 'REQUESTED',
      refundAmount: { amount: '10.00' },
    });
    await decide('approveAfterSale', afterSale.id);
    expect((await decide('receiveReturnedGoods', afterSale.id)).afterSale.status).toBe('REFUNDED');
    expect(await shop.order(viewer, order.id)).toMatchObject({ refundStatus: 'FULL', refunded: { amount: '10.00' } });
  });

  test('whose replacement is gone when the goods are back is paid instead, the difference counted once', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1, 1000);
    const { afterSale } = await exchange(viewer, order, sibling(order, 900));
    await decide('approveAfterSale', afterSale.id);
    neighbours.reservations.delete(afterSale.id);
    expect((await decide('receiveReturnedGoods', afterSale.id)).afterSale).toMatchObject({
      status: 'RETURNED',
      replacement: 'SHORT',
    });
    const answers = await Promise.all([
      decide('turnExchangeIntoRefund', afterSale.id, {}, viewer),
      decide('turnExchangeIntoRefund', afterSale.id, {}, clerk),
    ]);
    expect(answers.filter((answer) => answer.afterSale !== null)).toHaveLength(1);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      refunded: { amount: '10.00' },
      refunds: [{ amount: { amount: '1.00' } }, { amount: { amount: '9.00' } }],
    });
  });

  test('that is off gives back what was reserved, also when logistics was away meanwhile', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1, 1000);
    const other = sibling(order, 1000, 1);
    const { afterSale } = await exchange(viewer, order, other);
    await decide('approveAfterSale', afterSale.id);
    expect(stockOf(other)).toBe(0);
    expect((await decide('cancelAfterSale', afterSale.id, {}, viewer)).afterSale.status).toBe('CANCELLED');
    neighbours.faults.before.set('logistics.releaseStock', unreachable('logistics'));
    clock.advance(16_000);
    await world.subgraph.runJob('finish-after-sales');
    expect(stockOf(other)).toBe(0);
    neighbours.faults.before.clear();
    await world.subgraph.runJob('finish-after-sales');
    await world.subgraph.runJob('finish-after-sales');
    expect(stockOf(other)).toBe(1);
    expect((await afterSalesOf(viewer, order))[0].replacement).toBeNull();
  });

  test('comes back whole, and its replacement is sent by the job when the warehouse could not be told', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 2, 1000);
    const { afterSale } = await exchange(viewer, order, undefined, 2);
    await decide('approveAfterSale', afterSale.id);
    const part = { lines: [{ orderLineId: order.lines[0].id, restocked: 1 }], idempotencyKey: 'part' };
    expect((await decide('receiveReturnedGoods', afterSale.id, part)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['lines'] },
    ]);
    neighbours.faults.before.set('logistics.sendReplacement', unreachable('logistics'));
    const query =
      'mutation ($input: ReceiveReturnedGoodsInput!) { receiveReturnedGoods(input: $input) { afterSale { id } } }';
    expect(await world.errorsOf(clerk, query, { input: { afterSaleId: afterSale.id } })).toEqual(['BUSY']);
    neighbours.faults.before.clear();
    clock.advance(16_000);
    await world.subgraph.runJob('finish-after-sales');
    expect(neighbours.replaced.has(afterSale.id)).toBe(true);
    expect((await afterSalesOf(viewer, order))[0]).toMatchObject({ status: 'RETURNED', replacement: 'SENT' });
    expect((await decide('turnExchangeIntoRefund', afterSale.id, {}, viewer)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'RETURNED' },
    ]);
  });
});
