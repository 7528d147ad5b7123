import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { address, member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { shop, request, decide, shippedOrder } = afterSalesIn(world);
const clerk = staff('order:read', 'order:write');
const unfinished = async (memberId: string): Promise<number> => {
  const call = { viewer: systemViewer('member'), requestId: newId('request') };
  const answer = (await world.subgraph.call('/internal/unfinishedOrders', { memberId }, call)) as Answer;
  return orderOperations.contracts.unfinishedOrders.output.parse(answer).orders;
};
const erased = (viewer: Viewer) => world.tell('member.erased', { memberId: viewer.id ?? '' });
const someone = () => member(newId('member'));
const parts = `id address { recipient line } note staffNotes { text } total { amount } timeline { status note } afterSales { reason refusal returnParcel { trackingNumber } }`;
const read = async (id: string): Promise<Answer> =>
  (await world.ask(clerk, `query ($id: ID!) { order(id: $id) { ${parts} } }`, { id })).order;
const keyOf = (viewer: Viewer) =>
  world.db.connection.collection<Answer>('personal_data_keys').findOne({ _id: viewer.id ?? '' });
const buy = async (viewer: Viewer): Promise<Answer> =>
  (await shop.place(viewer, { lines: [{ skuId: onSale(world.neighbours), quantity: 1 }], note: '请放门口' })).order;
const discrepancies = async () => {
  const call = { viewer: systemViewer('verify'), requestId: newId('request') };
  return ((await world.subgraph.call('/internal/verify', {}, call)) as Answer).discrepancies;
};

describe('a member who was erased', () => {
  test('leaves orders that keep their amounts and say nothing of them', async () => {
    const viewer = someone();
    const done = await shippedOrder(viewer, 3, 1000);
    const note = { orderId: done.id, text: '王女士来电', idempotencyKey: newId('request') };
    await shop.mutate(clerk, 'addOrderNote', note, 'userErrors { code }');
    await shop.receive(viewer, done.id);
    const { afterSale } = await request(viewer, done, { reason: '王芳说有瑕疵' });
    await decide('refuseAfterSale', afterSale.id, { reason: '王芳的退货超期' });
    const given = await buy(viewer);
    await shop.cancel(viewer, given.id, { reason: '王芳不想要了' });
    expect(await unfinished(viewer.id ?? '')).toBe(0);
    expect(await read(done.id)).toMatchObject({ address: { recipient: '王芳' }, staffNotes: [{ text: '王女士来电' }] });

    await erased(viewer);
    expect(await read(done.id)).toEqual({
      id: done.id,
      address: null,
      note: null,
      staffNotes: [],
      total: { amount: '30.00' },
      timeline: expect.any(Array),
      afterSales: [{ reason: '', refusal: null, returnParcel: null }],
    });
    const cancelled = await read(given.id);
    expect(cancelled).toMatchObject({ address: null, note: null, total: { amount: '10.00' } });
    expect(cancelled.timeline.at(-1)).toEqual({ status: 'CANCELLED', note: null });
    expect(await keyOf(viewer)).toEqual({
      _id: viewer.id,
      createdAt: expect.any(Date),
      destroyedAt: expect.any(Date),
    });
    const rows = await world.db.connection.collection('orders').find({ memberId: viewer.id }).toArray();
    expect(JSON.stringify([rows, await world.db.connection.collection('afterSales').find({}).toArray()])).not.toMatch(
      /王/,
    );
    expect(await world.db.connection.collection('outbox').countDocuments({ 'payload.reason': /王/ })).toBe(0);
    expect(await discrepancies()).toEqual([]);
  });

  test('is forgotten once, however often one hears of it, and again after a restart', async () => {
    const viewer = someone();
    const order = await buy(viewer);
    await shop.cancel(viewer, order.id);
    await Promise.all([erased(viewer), erased(viewer), erased(viewer)]);
    const once = await keyOf(viewer);
    await erased(viewer);
    expect(await keyOf(viewer)).toEqual(once);
    const fresh = await world.restart();
    const query = 'query ($id: ID!) { order(id: $id) { address { line } } }';
    const { data } = await fresh.execute({ query, variables: { id: order.id } }, { viewer: clerk, requestId: 'req_1' });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ order: { address: null } });
  });

  test('is still reached by an order that was placed meanwhile, and forgotten when that is over', async () => {
    const viewer = someone();
    const order = await shippedOrder(viewer);
    await erased(viewer);
    expect(await read(order.id)).toMatchObject({ address: { line: '人民路 1 号' } });
    await world.subgraph.runJob('forget-erased-shoppers');
    expect((await keyOf(viewer))?.destroyedAt).toBeUndefined();
    await shop.receive(viewer, order.id);
    world.clock.advance(3600_000);
    await world.subgraph.runJob('forget-erased-shoppers');
    expect(await read(order.id)).toMatchObject({ address: null });
    expect(await world.db.connection.collection('erasures').countDocuments({ _id: viewer.id as never })).toBe(0);
  });

  test('can place no order any more, and staff can write nothing about them', async () => {
    const viewer = someone();
    const order = await buy(viewer);
    await shop.cancel(viewer, order.id);
    await erased(viewer);
    const lines = [{ skuId: onSale(world.neighbours), quantity: 1 }];
    const input = { lines, address, idempotencyKey: newId('request') };
    const place = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { id } } }';
    expect(await world.errorsOf(viewer, place, { input })).toEqual(['FORBIDDEN']);
    const note = { orderId: order.id, text: 'x', idempotencyKey: newId('request') };
    const write = 'mutation ($input: AddOrderNoteInput!) { addOrderNote(input: $input) { order { id } } }';
    expect(await world.errorsOf(clerk, write, { input: note })).toEqual(['FORBIDDEN']);
    expect(await unfinished(viewer.id ?? '')).toBe(0);
  });
});

describe('orders count as unfinished', () => {
  test('from their placing to their receipt, while something is put right, and not when they were given up', async () => {
    const viewer = someone();
    const count = () => unfinished(viewer.id ?? '');
    expect(await count()).toBe(0);
    const given = await buy(viewer);
    expect(await count()).toBe(1);
    await shop.cancel(viewer, given.id);
    expect(await count()).toBe(0);
    const order = await shippedOrder(viewer);
    expect(await count()).toBe(1);
    await shop.receive(viewer, order.id);
    expect(await count()).toBe(0);
    const { afterSale } = await request(viewer, order);
    expect(await count()).toBe(1);
    await decide('refuseAfterSale', afterSale.id, { reason: '超期' });
    expect(await count()).toBe(0);
  });

  test('for our own services only', async () => {
    const call = { viewer: someone(), requestId: newId('request') };
    await expect(world.subgraph.call('/internal/unfinishedOrders', { memberId: 'mbr_1' }, call)).rejects.toMatchObject({
      reason: 'FORBIDDEN',
    });
  });
});
