import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { member, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, request, decide, shippedOrder } = afterSalesIn(world);
const someone = () => member(newId('member'));
const clerk = staff('order:read', 'order:write');

describe('a return', () => {
  test('is requested, granted, received and refunded; the goods are in stock again', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer);
    const { afterSale } = await request(viewer, order, {
      kind: 'RETURN_AND_REFUND',
      lines: [{ orderLineId: order.lines[0].id, quantity: 3 }],
    });
    expect(afterSale).toMatchObject({ status: 'REQUESTED', refundAmount: { amount: '6.99' } });
    expect((await decide('receiveReturnedGoods', afterSale.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'REQUESTED' },
    ]);
    expect((await decide('approveAfterSale', afterSale.id)).afterSale.status).toBe('APPROVED');
    const { afterSale: done } = await decide('receiveReturnedGoods', afterSale.id);
    expect(done).toMatchObject({ status: 'REFUNDED', order: { status: 'SHIPPED', refundStatus: 'FULL' } });
    expect(neighbours.takenBack.get(done.receipts[0].id)).toMatchObject([{ restocked: 3, writtenOff: 0 }]);
    expect((await world.eventsOf(order.id)).at(-1)).toMatchObject({
      name: 'order.refunded',
      payload: {
        amountMinor: 699,
        goodsMinor: 699,
        full: true,
        lines: [{ orderLineId: order.lines[0].id, quantity: 3 }],
      },
    });
    expect((await decide('receiveReturnedGoods', afterSale.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'REFUNDED' },
    ]);
  });

  test('whose stock booking can’t be reached is finished by the job, with one refund', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer);
    const { afterSale } = await request(viewer, order, { kind: 'RETURN_AND_REFUND' });
    await decide('approveAfterSale', afterSale.id);
    neighbours.faults.before.set('logistics.takeBackGoods', unreachable('logistics'));
    const query =
      'mutation ($input: ReceiveReturnedGoodsInput!) { receiveReturnedGoods(input: $input) { afterSale { id } } }';
    expect(await world.errorsOf(clerk, query, { input: { afterSaleId: afterSale.id } })).toEqual(['BUSY']);
    neighbours.faults.before.clear();
    clock.advance(16_000);
    await world.subgraph.runJob('finish-after-sales');
    expect(await shop.order(viewer, order.id)).toMatchObject({
      refundStatus: 'PARTIAL',
      refunded: { amount: '2.33' },
      refunds: [{ status: 'SUCCEEDED' }],
    });
  });
});

describe('a return in parts', () => {
  const returning = async (viewer: Viewer, quantity = 3): Promise<{ order: Answer; id: string; lineId: string }> => {
    const order = await shippedOrder(viewer, quantity, 1000);
    const lineId = order.lines[0].id;
    const lines = [{ orderLineId: lineId, quantity }];
    const { afterSale } = await request(viewer, order, { kind: 'RETURN_AND_REFUND', lines });
    await decide('approveAfterSale', afterSale.id);
    return { order, id: afterSale.id, lineId };
  };

  test('pays for what came back, restocked or written off, and ends when all of it has', async () => {
    const viewer = someone();
    const { order, id, lineId } = await returning(viewer);
    const sent = { carrier: '顺丰', trackingNumber: 'SF-1234567' };
    expect((await decide('sendBackGoods', id, sent, viewer)).afterSale).toMatchObject({
      status: 'SENT_BACK',
      returnParcel: sent,
    });
    const first = {
      lines: [{ orderLineId: lineId, restocked: 1, writtenOff: 1, reason: '屏幕碎裂' }],
      idempotencyKey: 'r1',
    };
    for (let time = 0; time < 2; time += 1) {
      expect((await decide('receiveReturnedGoods', id, first)).afterSale).toMatchObject({
        status: 'SENT_BACK',
        lines: [{ quantity: 3, receivedQuantity: 2 }],
        receipts: [{ lines: [{ restocked: 1, writtenOff: 1, reason: '屏幕碎裂' }], refundAmount: { amount: '20.00' } }],
        order: { refundStatus: 'PARTIAL' },
      });
    }
    expect((await decide('receiveReturnedGoods', id)).afterSale).toMatchObject({
      status: 'REFUNDED',
      receipts: [{}, {}],
    });
    expect(await shop.order(viewer, order.id)).toMatchObject({
      refundStatus: 'FULL',
      refunded: { amount: '30.00' },
      refunds: [{ amount: { amount: '20.00' } }, { amount: { amount: '10.00' } }],
    });
    const changed = { ...first, lines: [{ orderLineId: lineId, restocked: 1 }] };
    expect((await decide('receiveReturnedGoods', id, changed)).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
  });

  test('refuses more than is missing, a line twice, a foreign line, and a write-off without a reason', async () => {
    const viewer = someone();
    const { order, id, lineId: orderLineId } = await returning(viewer);
    const refusalOf = async (...lines: object[]) =>
      (await decide('receiveReturnedGoods', id, { lines, idempotencyKey: newId('request') })).userErrors[0];
    expect(await refusalOf({ orderLineId, restocked: 2, writtenOff: 2, reason: '坏' })).toMatchObject({
      code: 'INVALID_INPUT',
      path: ['lines', '0'],
    });
    expect(await refusalOf({ orderLineId, restocked: -1, writtenOff: 2, reason: '坏' })).toMatchObject({
      path: ['lines', '0'],
    });
    expect(await refusalOf({ orderLineId, restocked: 0 })).toMatchObject({ path: ['lines', '0'] });
    expect(await refusalOf({ orderLineId, restocked: 0, writtenOff: 1 })).toMatchObject({
      path: ['lines', '0', 'reason'],
    });
    const one = { orderLineId, restocked: 1 };
    expect((await decide('receiveReturnedGoods', id, { lines: [one] })).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['idempotencyKey'] },
    ]);
    expect(await refusalOf(one, one)).toMatchObject({ code: 'INVALID_INPUT', path: ['lines'] });
    expect(await refusalOf({ orderLineId: 'orl_no', restocked: 1 })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await shop.order(viewer, order.id)).toMatchObject({ refundStatus: 'NONE', refunds: [] });
  });

  test('received by ten at once is booked and paid once', async () => {
    const viewer = someone();
    const { order, id } = await returning(viewer, 2);
    const answers = await Promise.all(Array.from({ length: 10 }, () => decide('receiveReturnedGoods', id)));
    expect(answers.filter(({ afterSale }) => afterSale !== null)).toHaveLength(1);
    expect(await shop.order(viewer, order.id)).toMatchObject({ refunded: { amount: '20.00' }, refunds: [{}] });
  });

  test('ends with what came back when the shop stops waiting; the rest may be asked for again', async () => {
    const viewer = someone();
    const { order, id, lineId } = await returning(viewer);
    await decide('receiveReturnedGoods', id, {
      lines: [{ orderLineId: lineId, restocked: 1 }],
      idempotencyKey: newId('request'),
    });
    expect((await decide('endReturn', id, { reason: '超过退货期限' })).afterSale).toMatchObject({
      status: 'REFUNDED',
      refusal: '超过退货期限',
      refundAmount: { amount: '10.00' },
      lines: [{ quantity: 1, receivedQuantity: 1 }],
    });
    expect((await shop.order(viewer, order.id)).lines[0].afterSaleQuantity).toBe(1);
    const lines = [{ orderLineId: lineId, quantity: 2 }];
    expect((await request(viewer, order, { lines })).afterSale.refundAmount.amount).toBe('20.00');
    expect((await decide('endReturn', id, { reason: '再次' })).userErrors).toMatchObject([{ state: 'REFUNDED' }]);
  });

  test('ends without money when nothing came back', async () => {
    const viewer = someone();
    const { order, id } = await returning(viewer);
    expect((await decide('endReturn', id, { reason: '未寄回' })).afterSale.status).toBe('CANCELLED');
    expect((await shop.order(viewer, order.id)).lines[0].afterSaleQuantity).toBe(0);
  });
});

describe('a shopper who thinks better of it', () => {
  test('gives an own request up, once, and may ask again', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1);
    const { afterSale } = await request(viewer, order, { kind: 'RETURN_AND_REFUND' });
    expect((await decide('cancelAfterSale', afterSale.id, {}, someone())).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);
    expect((await decide('cancelAfterSale', afterSale.id, {}, viewer)).afterSale.status).toBe('CANCELLED');
    expect((await decide('cancelAfterSale', afterSale.id, {}, viewer)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'CANCELLED' },
    ]);
    expect((await request(viewer, order)).afterSale.status).toBe('REQUESTED');
  });

  test('against the shop’s approval in the same moment: money or nothing, never both', async () => {
    const viewer = someone();
    for (let round = 0; round < 4; round += 1) {
      const order = await shippedOrder(viewer, 1, 500);
      const { afterSale } = await request(viewer, order);
      const [approved, cancelled] = await Promise.all([
        decide('approveAfterSale', afterSale.id),
        decide('cancelAfterSale', afterSale.id, {}, viewer),
      ]);
      expect((approved.afterSale === null) !== (cancelled.afterSale === null)).toBe(true);
      const { refundStatus, lines } = await shop.order(viewer, order.id);
      const paid = approved.afterSale !== null;
      expect([refundStatus, lines[0].afterSaleQuantity]).toEqual(paid ? ['FULL', 1] : ['NONE', 0]);
    }
  });

  test('can’t once the goods are on their way or the parcel is nonsense', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer, 1);
    const { afterSale } = await request(viewer, order, { kind: 'RETURN_AND_REFUND' });
    const parcel = { carrier: '顺丰', trackingNumber: 'SF12345' };
    const send = async (more: object, who = viewer) =>
      (await decide('sendBackGoods', afterSale.id, { ...parcel, ...more }, who)).userErrors[0];
    expect(await send({})).toMatchObject({ code: 'INVALID_STATE', state: 'REQUESTED' });
    await decide('approveAfterSale', afterSale.id);
    expect(await send({ carrier: ' ' })).toMatchObject({ code: 'INVALID_INPUT', path: ['carrier'] });
    expect(await send({ trackingNumber: 'a b' })).toMatchObject({ path: ['trackingNumber'] });
    expect(await send({}, someone())).toMatchObject({ code: 'NOT_FOUND' });
    expect(await send({})).toBeUndefined();
    expect(await send({ trackingNumber: 'SF99999' })).toBeUndefined();
    expect((await decide('cancelAfterSale', afterSale.id, {}, viewer)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'SENT_BACK' },
    ]);
  });
});
