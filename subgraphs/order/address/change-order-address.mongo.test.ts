import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { unreachable } from '../testing/neighbourhood.ts';
import { address, member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const clerk = staff('order:read', 'order:write');
const elsewhere = { ...address, recipient: '李雷', city: '浦东', line: '世纪大道 100 号' };

const change = (viewer: typeof clerk, orderId: string, to: object = elsewhere): Promise<Answer> =>
  shop.mutate(
    viewer,
    'changeOrderAddress',
    { orderId, address: to },
    `order { address { recipient phone region city line postalCode } timeline { actor note } }
     userErrors { code path ... on InvalidStateError { state } }`,
  );

async function paidOrder() {
  const viewer = member(newId('member'));
  const { id } = await shop.paidOrder(viewer, { skuId: onSale(neighbours), quantity: 1 });
  return { viewer, orderId: String(id) };
}

describe('the address of an order', () => {
  test('is changed by its member and by staff while nothing is packed, and the timeline says so', async () => {
    const { viewer, orderId } = await paidOrder();
    const { order, userErrors } = await change(viewer, orderId);
    expect(userErrors).toEqual([]);
    expect(order.address).toEqual(elsewhere);
    expect(order.timeline.at(-1)).toEqual({ actor: 'member', note: 'ADDRESS_CHANGED' });
    expect((await change(clerk, orderId, address)).order).toMatchObject({ address });
  });

  test('stays when something is packed, shipped or cancelled', async () => {
    const packed = await paidOrder();
    neighbours.packed.add(packed.orderId);
    expect((await change(packed.viewer, packed.orderId)).userErrors).toMatchObject([{ state: 'PACKED' }]);
    const cancelled = await paidOrder();
    await shop.cancel(cancelled.viewer, cancelled.orderId);
    expect((await change(cancelled.viewer, cancelled.orderId)).userErrors).toMatchObject([{ state: 'CANCELLED' }]);
    const { viewer, orderId } = await paidOrder();
    await world.tell('fulfillment.shipped', {
      ...{ orderId, fulfillmentId: 'ful_1', shipmentId: 'shp_1' },
      ...{ remaining: 0, shippedAt: world.clock.now().toISOString() },
    });
    expect((await change(viewer, orderId)).userErrors).toMatchObject([{ state: 'SHIPPED' }]);
  });

  test('is not packed meanwhile, and what a crash leaves is finished by the job, once', async () => {
    for (const operation of ['beginReaddressing', 'endReaddressing'] as const) {
      const { viewer, orderId } = await paidOrder();
      neighbours.faults.after.set(`logistics.${operation}`, unreachable('logistics'));
      const document =
        'mutation ($input: ChangeOrderAddressInput!) { changeOrderAddress(input: $input) { order { id } } }';
      const input = { orderId, address: elsewhere };
      expect(await world.errorsOf(viewer, document, { input })).toEqual(['BUSY']);
      expect((await change(viewer, orderId)).userErrors).toMatchObject([{ state: 'READDRESSING' }]);
      neighbours.faults.after.clear();
      world.clock.advance(15_000);
      await Promise.all([1, 2].map(() => world.subgraph.runJob('finish-address-changes')));
      const query = 'query ($id: ID!) { order(id: $id) { address { line } timeline { note } } }';
      const { order } = await world.ask(viewer, query, { id: orderId });
      expect(order.address.line).toBe(elsewhere.line);
      expect(order.timeline.filter(({ note }: Answer) => note === 'ADDRESS_CHANGED')).toHaveLength(1);
      expect(neighbours.readdressing.has(orderId)).toBe(false);
      expect((await change(viewer, orderId, address)).userErrors).toEqual([]);
    }
  });

  test('stays when the order is cancelled while the warehouses are asked, and nothing stays unpacked for it', async () => {
    const { viewer, orderId } = await paidOrder();
    neighbours.faults.after.set('logistics.beginReaddressing', async () => {
      neighbours.faults.after.clear();
      await shop.cancel(viewer, orderId);
    });
    expect((await change(viewer, orderId)).userErrors).toMatchObject([{ state: 'CANCELLED' }]);
    expect(neighbours.readdressing.has(orderId)).toBe(false);
  });

  test.each([
    ['in another province', { ...elsewhere, region: '北京市' }, 'INVALID_INPUT', ['address', 'region']],
    ['without a telephone number', { ...elsewhere, phone: 'x' }, 'INVALID_INPUT', ['address', 'phone']],
  ])('is refused %s', async (_what, to, code, path) => {
    const { viewer, orderId } = await paidOrder();
    expect((await change(viewer, orderId, to)).userErrors).toMatchObject([{ code, path }]);
  });

  test('is nobody else’s business', async () => {
    const { orderId } = await paidOrder();
    for (const who of [member(newId('member')), staff('order:read')])
      expect((await change(who, orderId)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
  });
});
