import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const errors = 'userErrors { code path ... on InvalidStateError { state } }';

const add = (orderId: string, text: string, idempotencyKey = newId('request')): Promise<Answer> =>
  shop.mutate(
    clerk,
    'addOrderNote',
    { orderId, text, idempotencyKey },
    `order { staffNotes { text author } } ${errors}`,
  );
const wish = (viewer: typeof clerk, orderId: string, note: string | null): Promise<Answer> =>
  shop.mutate(viewer, 'changeOrderNote', { orderId, note }, `order { note } ${errors}`);

async function placedOrder() {
  const viewer = member(newId('member'));
  const lines = [{ skuId: onSale(world.neighbours), quantity: 1 }];
  const { order } = await shop.place(viewer, { lines, note: '请用纸箱' });
  return { viewer, orderId: String(order.id) };
}

describe('notes of staff', () => {
  test('are added one after the other, each once for its key, with their author', async () => {
    const { viewer, orderId } = await placedOrder();
    await Promise.all([add(orderId, '已致电', 'k1'), add(orderId, '已致电', 'k1')]);
    const { order } = await add(orderId, '改地址后再发');
    expect(order.staffNotes).toEqual([
      { text: '已致电', author: 'stf_1' },
      { text: '改地址后再发', author: 'stf_1' },
    ]);
    expect((await add(orderId, 'other', 'k1')).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
    const asShopper = 'query ($id: ID!) { order(id: $id) { staffNotes { text } } }';
    expect(await world.errorsOf(viewer, asShopper, { id: orderId })).toEqual(['FORBIDDEN']);
  });

  test('are refused without text, on unknown orders, and when an order has 200', async () => {
    const { orderId } = await placedOrder();
    expect((await add(orderId, ' ')).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['text'] }]);
    expect((await add(orderId, 'x'.repeat(1001))).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    expect((await add('ord_none', 'x')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    await add(orderId, 'x');
    const orders = world.db.connection.collection<Answer>('orders');
    const stored = await orders.findOne({ _id: orderId });
    const staffNotes = Array.from({ length: 199 }, () => stored?.['staffNotes'][0]);
    await orders.updateOne({ _id: orderId }, { $set: { staffNotes } });
    const answers = await Promise.all([add(orderId, 'a'), add(orderId, 'b')]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([{ state: 'NOTES_FULL' }]);
  });
});

describe('what a shopper asked for', () => {
  test('can be changed and taken back by themselves alone, until something is shipped', async () => {
    const { viewer, orderId } = await placedOrder();
    expect((await wish(viewer, orderId, ' 请放门口 ')).order.note).toBe('请放门口');
    expect((await wish(member(newId('member')), orderId, 'x')).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await wish(viewer, orderId, 'x'.repeat(501))).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    await shop.pay(viewer, orderId);
    expect((await wish(viewer, orderId, null)).order.note).toBeNull();
    await world.tell('fulfillment.shipped', {
      orderId,
      fulfillmentId: 'ful_1',
      shipmentId: 'shp_1',
      remaining: 1,
      shippedAt: world.clock.now().toISOString(),
    });
    expect((await wish(viewer, orderId, 'x')).userErrors).toMatchObject([{ state: 'PARTIALLY_SHIPPED' }]);
  });
});
