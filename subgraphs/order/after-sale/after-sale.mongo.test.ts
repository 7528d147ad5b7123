import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, onSale, orderWorld, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, request, decide, afterSalesOf, shippedOrder } = afterSalesIn(world);
const someone = () => member(newId('member'));

describe('before anything has left a warehouse', () => {
  test('a refund of the whole order is granted at once, freight included, and stops the warehouses', async () => {
    neighbours.freightMinor = 600;
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity: 1 });
    neighbours.freightMinor = 0;
    const { afterSale } = await request(viewer, order);
    expect(afterSale).toMatchObject({
      status: 'REFUNDED',
      refundAmount: { amount: '16.00' },
      order: { status: 'CANCELLED', refundStatus: 'FULL' },
    });
    expect(neighbours.withdrawn.get(afterSale.id)).toMatchObject([{ quantity: 1 }]);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      refunds: [{ cause: 'AFTER_SALE', status: 'SUCCEEDED', amount: { amount: '16.00' } }],
    });
  });

  test('waits for a decision when the parcel leaves in the same moment', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours), quantity: 1 });
    neighbours.shipped.add(order.id);
    expect((await request(viewer, order)).afterSale).toMatchObject({
      status: 'REQUESTED',
      order: { status: 'PAID', refundStatus: 'NONE' },
    });
  });

  test('a refund of a part is granted at once', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity: 2 });
    expect((await request(viewer, order)).afterSale).toMatchObject({
      status: 'REFUNDED',
      refundAmount: { amount: '10.00' },
      order: { status: 'PAID', refundStatus: 'PARTIAL' },
    });
    expect(neighbours.withdrawn.get((await afterSalesOf(viewer, order))[0].id)).toEqual([
      { orderLineId: order.lines[0].id, quantity: 1 },
    ]);
  });

  test('the last of several refunds cancels the order, its freight goes back too, and no cent is left or over', async () => {
    neighbours.freightMinor = 600;
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 999 }), quantity: 3 });
    neighbours.freightMinor = 0;
    const amounts: string[] = [];
    for (let unit = 0; unit < 3; unit += 1) amounts.push((await request(viewer, order)).afterSale.refundAmount.amount);
    expect(amounts).toEqual(['9.99', '9.99', '15.99']);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      refundStatus: 'FULL',
      refunded: { amount: '35.97' },
      payments: [{ refunded: { amount: '35.97' } }],
      refunds: [{ amount: { amount: '9.99' } }, { amount: { amount: '9.99' } }, { amount: { amount: '15.99' } }],
    });
    expect((await afterSalesOf(viewer, order)).at(-1)).toMatchObject({
      status: 'REFUNDED',
      refundAmount: { amount: '15.99' },
    });
    const lines = (await world.eventsOf(order.id)).flatMap(({ name, payload }) =>
      name === 'order.refunded' ? payload.lines : [],
    );
    expect(lines.map(({ quantity }: Answer) => quantity)).toEqual([1, 1, 1]);
  });

  test('a refund whose warehouse can’t be reached is finished by the job, once', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity: 2 });
    neighbours.faults.after.set('logistics.withdrawUnits', unreachable('logistics'));
    const query = 'mutation ($input: RequestAfterSaleInput!) { requestAfterSale(input: $input) { afterSale { id } } }';
    const lines = [{ orderLineId: order.lines[0].id, quantity: 1 }];
    const input = { orderId: order.id, kind: 'REFUND_ONLY', lines, reason: '不想要了', idempotencyKey: 'lost' };
    expect(await world.errorsOf(viewer, query, { input })).toEqual(['BUSY']);
    neighbours.faults.after.clear();
    const [waiting] = await afterSalesOf(viewer, order);
    expect(waiting.status).toBe('REQUESTED');
    expect((await decide('approveAfterSale', waiting.id)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }]);
    clock.advance(16_000);
    await world.subgraph.runJob('finish-after-sales');
    await world.subgraph.runJob('finish-after-sales');
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PAID',
      refunded: { amount: '10.00' },
      refunds: [{ status: 'SUCCEEDED' }],
    });
    expect(neighbours.withdrawn.get(waiting.id)).toMatchObject([{ quantity: 1 }]);
  });

  test('what is still waiting when the order is cancelled is closed with it, and paid once', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity: 2 });
    neighbours.shipped.add(order.id);
    await request(viewer, order);
    neighbours.shipped.delete(order.id);
    await shop.cancel(viewer, order.id);
    const [closed] = await afterSalesOf(viewer, order);
    expect(closed.status).toBe('CANCELLED');
    expect((await decide('approveAfterSale', closed.id)).userErrors).toMatchObject([{ state: 'CANCELLED' }]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ refunded: { amount: '20.00' }, refunds: [{}] });
  });

  test('a return is INVALID_STATE', async () => {
    const viewer = someone();
    const order = await shop.paidOrder(viewer, { skuId: onSale(neighbours), quantity: 1 });
    expect((await request(viewer, order, { kind: 'RETURN_AND_REFUND' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'PAID', path: ['kind'] },
    ]);
  });
});

describe('the money of a line', () => {
  test('goes back in shares that add up to what was paid for it', async () => {
    const viewer = someone();
    neighbours.codes.set('OFF1', 100);
    const skuId = onSale(neighbours, { minor: 600 });
    const cart = await shop.cart(viewer, { skuId, quantity: 3 });
    await shop.mutate(viewer, 'applyCouponCode', { cartId: cart.id, code: 'OFF1' }, 'cart { id }');
    const { order } = await shop.place(viewer, { cartId: cart.id });
    await shop.pay(viewer, order.id);
    await world.tell('fulfillment.shipped', {
      orderId: order.id,
      fulfillmentId: 'f',
      shipmentId: 's',
      remaining: 0,
      shippedAt: clock.now().toISOString(),
    });
    const amounts: string[] = [];
    for (let unit = 0; unit < 3; unit += 1) {
      const { afterSale } = await request(viewer, order);
      amounts.push(afterSale.refundAmount.amount);
      expect((await decide('approveAfterSale', afterSale.id)).afterSale.status).toBe('REFUNDED');
    }
    expect(amounts).toEqual(['5.66', '5.67', '5.67']);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      refundStatus: 'FULL',
      refunded: { amount: '17.00' },
      payments: [{ refunded: { amount: '17.00' } }],
    });
    expect((await request(viewer, order)).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] },
    ]);
  });

  test('is promised once when ten requests come at once for one unit', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1);
    const answers = await Promise.all(Array.from({ length: 10 }, () => request(viewer, order)));
    expect(answers.filter(({ afterSale }) => afterSale !== null)).toHaveLength(1);
    for (const { userErrors } of answers.filter(({ afterSale }) => afterSale === null))
      expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await shop.order(viewer, order.id)).lines[0].afterSaleQuantity).toBe(1);
  });

  test('is free again after a refusal, with the reason for the shopper to read', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1);
    const { afterSale } = await request(viewer, order);
    expect((await decide('refuseAfterSale', afterSale.id, { reason: ' ' })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['reason'] },
    ]);
    expect((await decide('refuseAfterSale', afterSale.id, { reason: '已超出范围' })).afterSale).toMatchObject({
      status: 'REFUSED',
      refusal: '已超出范围',
    });
    expect((await decide('approveAfterSale', afterSale.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'REFUSED' },
    ]);
    expect((await request(viewer, order)).afterSale).toMatchObject({
      status: 'REQUESTED',
      refundAmount: { amount: '2.33' },
    });
  });

  test('granted by two clerks at once goes back once', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1);
    const { afterSale } = await request(viewer, order);
    await Promise.all([decide('approveAfterSale', afterSale.id), decide('approveAfterSale', afterSale.id)]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ refunded: { amount: '2.33' }, refunds: [{}] });
  });

  test('returns spent points by share, and all of them in the end', async () => {
    const viewer = someone();
    neighbours.points.set(viewer.id ?? '', 100);
    const { order } = await shop.place(viewer, {
      lines: [{ skuId: onSale(neighbours, { minor: 500 }), quantity: 3 }],
      pointsToSpend: 100,
    });
    await shop.pay(viewer, order.id);
    await world.tell('fulfillment.shipped', {
      orderId: order.id,
      fulfillmentId: 'f',
      shipmentId: 's',
      remaining: 0,
      shippedAt: clock.now().toISOString(),
    });
    for (let unit = 0; unit < 3; unit += 1)
      await decide('approveAfterSale', (await request(viewer, order)).afterSale.id);
    const returned = (await world.eventsOf(order.id))
      .filter(({ name }) => name === 'order.refunded')
      .map(({ payload }) => payload.pointsReturned);
    expect(returned).toHaveLength(3);
    expect(returned.reduce((total, points) => total + points, 0)).toBe(100);
  });
});

describe('what can’t be asked for', () => {
  test('no reason, no lines, a line twice: INVALID_INPUT; an unknown line: NOT_FOUND', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer);
    const [line] = [{ orderLineId: order.lines[0].id, quantity: 1 }];
    const refusalOf = async (input: Record<string, unknown>) => (await request(viewer, order, input)).userErrors;
    expect(await refusalOf({ reason: '  ' })).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }]);
    expect(await refusalOf({ lines: [] })).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines'] }]);
    expect(await refusalOf({ lines: [line, line] })).toMatchObject([{ code: 'INVALID_INPUT', path: ['lines'] }]);
    expect(await refusalOf({ lines: [{ orderLineId: 'orl_no', quantity: 1 }] })).toMatchObject([
      { code: 'NOT_FOUND', path: ['lines', '0', 'orderLineId'] },
    ]);
    for (const quantity of [0, -1, 4, 10 ** 9]) {
      expect(await refusalOf({ lines: [{ ...line, quantity }] })).toMatchObject([
        { code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] },
      ]);
    }
  });

  test('for an unpaid or somebody else’s order', async () => {
    const viewer = someone();
    const { order } = await shop.place(viewer, { lines: [{ skuId: onSale(neighbours), quantity: 1 }] });
    expect((await request(viewer, order)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'PENDING_PAYMENT' },
    ]);
    expect((await request(someone(), order)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
  });

  test('seven days after the receipt: AFTER_SALE_WINDOW_CLOSED, also when the call is repeated', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer);
    await shop.receive(viewer, order.id);
    const closedAt = new Date(clock.now().getTime() + 7 * 86_400_000).toISOString();
    clock.advance(7 * 86_400_000 - 1);
    expect((await request(viewer, order)).afterSale).toMatchObject({ status: 'REQUESTED' });
    clock.advance(1);
    const late = { idempotencyKey: 'late' };
    const refusal = [
      { __typename: 'AfterSaleWindowClosedError', code: 'AFTER_SALE_WINDOW_CLOSED', path: ['orderId'], closedAt },
    ];
    expect((await request(viewer, order, late)).userErrors).toMatchObject(refusal);
    expect((await request(viewer, order, late)).userErrors).toMatchObject(refusal);
  });

  test('decisions are for staff', async () => {
    const query = 'mutation ($input: ApproveAfterSaleInput!) { approveAfterSale(input: $input) { afterSale { id } } }';
    expect(await world.errorsOf(someone(), query, { input: { afterSaleId: 'afs_1' } })).toEqual(['FORBIDDEN']);
    expect((await decide('approveAfterSale', 'afs_no')).userErrors).toMatchObject([
      { code: 'NOT_FOUND', path: ['afterSaleId'] },
    ]);
  });
});
