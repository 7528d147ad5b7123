import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { startFakeNuonuo, type FakeNuonuo } from '#kit/testing/fake-nuonuo/fake-nuonuo.ts';
import { systemViewer, type Viewer } from '#kit/viewer/viewer.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const env: Record<string, string> = {};
let nuonuo: FakeNuonuo;
beforeAll(async () => {
  nuonuo = await startFakeNuonuo(() => world.clock.now());
  Object.assign(env, nuonuo.env);
});
const world = orderWorld(env);
afterAll(() => nuonuo.stop());
const { clock, neighbours, db } = world;
const { shop, request, decide, shippedOrder } = afterSalesIn(world);
const clerk = staff('order:read', 'order:write');
const someone = () => member(newId('member'));
const idOf = (viewer: Viewer) => viewer.id ?? '';
const merged = (from: Viewer, into: Viewer) => world.tell('member.merged', { memberId: idOf(from), into: idOf(into) });
const erased = (viewer: Viewer) => world.tell('member.erased', { memberId: idOf(viewer) });
const look = () => world.subgraph.runJob('follow-merged-members');
const minute = 60_000;
/** Until the key of the merged member is needed no more, as several looks of the job find it. */
async function settle() {
  await look();
  for (const waitMs of [61 * minute, 5 * minute]) {
    clock.advance(waitMs);
    await world.subgraph.runJob('close-unpaid-orders');
    await look();
  }
}
const rowsOf = (collection: string) => db.connection.collection<Answer>(collection);
const countOf = async (viewer: Viewer) => {
  const counts = ['orders', 'afterSales', 'invoices', 'payments', 'carts'].map((name) =>
    rowsOf(name).countDocuments({ memberId: viewer.id }),
  );
  return Promise.all(counts);
};
const unfinished = async (viewer: Viewer): Promise<number> => {
  const call = { viewer: systemViewer('member'), requestId: newId('request') };
  const answer = await world.subgraph.call('/internal/unfinishedOrders', { memberId: viewer.id }, call);
  return orderOperations.contracts.unfinishedOrders.output.parse(answer).orders;
};
const discrepancies = async () => {
  const call = { viewer: systemViewer('verify'), requestId: newId('request') };
  const { discrepancies: found } = (await world.subgraph.call('/internal/verify', {}, call)) as Answer;
  return found.filter(({ invariant }: Answer) => !invariant.startsWith('audit'));
};
const parts = `id status note total { amount } address { recipient line } timeline { status note }
  afterSales { reason refusal returnParcel { trackingNumber } } invoices { status buyer { title } }`;
const read = async (viewer: Viewer, id: string): Promise<Answer> =>
  (await world.ask(viewer, `query ($id: ID!) { order(id: $id) { ${parts} } }`, { id })).order;
const notesOf = async (id: string): Promise<Answer> =>
  (await world.ask(clerk, 'query ($id: ID!) { order(id: $id) { staffNotes { text } } }', { id })).order.staffNotes;
const listed = async (viewer: Viewer): Promise<string[]> => {
  const reference = `{ _entities(representations: [{ __typename: "Member", id: "${viewer.id}" }]) { ... on Member { orders(first: 50) { nodes { id } } } } }`;
  const [found] = (await world.ask(viewer, reference))._entities;
  return found.orders.nodes.map(({ id }: Answer) => id);
};
const buy = async (viewer: Viewer): Promise<Answer> =>
  (await shop.place(viewer, { lines: [{ skuId: onSale(neighbours), quantity: 1 }], note: '请放门口' })).order;
const pay = (viewer: Viewer, quantity = 2): Promise<Answer> =>
  shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity });

/** Orders in every state, with all that somebody can write about one. */
async function ordersInEveryState(viewer: Viewer) {
  const unpaid = await buy(viewer);
  const paid = await pay(viewer);
  const buyer = { kind: 'PERSONAL', title: '王芳' };
  await shop.mutate(
    viewer,
    'requestInvoice',
    { orderId: paid.id, buyer, idempotencyKey: newId('request') },
    'userErrors { code }',
  );
  const note = { orderId: paid.id, text: '王女士来电', idempotencyKey: newId('request') };
  await shop.mutate(clerk, 'addOrderNote', note, 'userErrors { code }');
  const cancelled = await buy(viewer);
  await shop.cancel(viewer, cancelled.id, { reason: '王芳不想要了' });
  const shipped = await shippedOrder(viewer, 3, 1000);
  const refusedOne = await shippedOrder(viewer, 3, 1000);
  await shop.receive(viewer, refusedOne.id);
  const { afterSale: no } = await request(viewer, refusedOne, { reason: '王芳说有瑕疵' });
  await decide('refuseAfterSale', no.id, { reason: '王芳的退货超期' });
  const goingBack = await shippedOrder(viewer, 3, 1000);
  await shop.receive(viewer, goingBack.id);
  const { afterSale } = await request(viewer, goingBack, { kind: 'RETURN_AND_REFUND', reason: '尺码不对' });
  await decide('approveAfterSale', afterSale.id);
  return { unpaid, paid, cancelled, shipped, refusedOne, goingBack, afterSale };
}

beforeEach(() => neighbours.stock.clear());

describe('orders of a member who turns out to be another one', () => {
  test('in every state are the other one’s by every path, with all that is written in them, and nobody else’s', async () => {
    const [from, into] = [someone(), someone()];
    const all = await ordersInEveryState(from);
    const own = await buy(into);
    const ids = [all.unpaid, all.paid, all.cancelled, all.shipped, all.refusedOne, all.goingBack].map(({ id }) => id);
    const before = await Promise.all(ids.map((id) => read(from, id)));
    await merged(from, into);

    expect(await Promise.all(ids.map((id) => read(into, id)))).toEqual(before);
    expect(await Promise.all(ids.map((id) => read(from, id)))).toEqual(ids.map(() => null));
    expect((await listed(into)).toSorted()).toEqual([...ids, own.id].toSorted());
    expect(await listed(from)).toEqual([]);
    expect(await countOf(from)).toEqual([0, 0, 0, 0, 0]);
    expect(await read(someone(), all.paid.id)).toBeNull();
    expect(await notesOf(all.paid.id)).toEqual([{ text: '王女士来电' }]);
    await settle();
    // Nobody has paid the first one in time.
    expect((await Promise.all(ids.map((id) => read(into, id)))).slice(1)).toEqual(before.slice(1));
    expect(await notesOf(all.paid.id)).toEqual([{ text: '王女士来电' }]);
    expect(await discrepancies()).toEqual([]);
  });

  test('go on and end as they would have: paid, received, sent back, and their money returned', async () => {
    const [from, into] = [someone(), someone()];
    const { unpaid, shipped, goingBack, afterSale } = await ordersInEveryState(from);
    const elsewhere = await buy(from);
    await merged(from, into);
    expect((await shop.pay(from, unpaid.id)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect((await shop.pay(into, unpaid.id)).order).toMatchObject({ status: 'PAID' });
    expect((await shop.cancel(into, elsewhere.id)).order).toMatchObject({ status: 'CANCELLED' });
    expect((await shop.receive(into, shipped.id)).order).toMatchObject({ status: 'COMPLETED' });
    const parcel = { carrier: 'SF', trackingNumber: 'SF-1001' };
    const sent = await shop.mutate(
      into,
      'sendBackGoods',
      { afterSaleId: afterSale.id, ...parcel },
      'afterSale { status } userErrors { code }',
    );
    expect(sent).toEqual({ afterSale: { status: 'SENT_BACK' }, userErrors: [] });
    await settle();
    expect((await read(into, goingBack.id)).afterSales).toEqual([
      { reason: '尺码不对', refusal: null, returnParcel: { trackingNumber: 'SF-1001' } },
    ]);
    const events = (await world.eventsOf(shipped.id)).filter(({ name }) => name === 'order.completed');
    expect(events.map(({ payload }) => payload.memberId)).toEqual([into.id]);
    expect(await discrepancies()).toEqual([]);
  });

  test('move in bounded steps when there are many, and after a crash at each of them, none is lost or twice', async () => {
    await look();
    const [from, into] = [someone(), someone()];
    const order = await pay(from);
    const row = await rowsOf('orders').findOne({ _id: order.id });
    const copies = Array.from({ length: 500 }, (_, index) => ({
      ...row,
      _id: newId('order'),
      number: `N${from.id}${index}`,
      placementId: newId('request'),
    }));
    await rowsOf('orders').insertMany(copies);
    await merged(from, into);
    await dieAt('member-merges.before-commit', look);
    await dieAt('member-merges.moved', look);
    await look();
    expect([(await countOf(from))[0], (await countOf(into))[0]]).toEqual([0, 501]);
    await rowsOf('orders').deleteMany({ _id: { $in: copies.map(({ _id }) => _id) } });
  });

  test('that are placed and paid in the same moment are all there afterwards, once, and the other one’s', async () => {
    const [from, into] = [someone(), someone()];
    const unpaid = await Promise.all([1, 2, 3].map(() => buy(from)));
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    const [, ...answers] = await Promise.all([
      merged(from, into),
      ...unpaid.map(({ id }) => shop.pay(from, id)),
      ...[1, 2, 3, 4].map(() => shop.place(from, { lines })),
    ]);
    await settle();
    // Whoever was overtaken is told that there is no such order; nobody is told anything else.
    for (const { userErrors } of answers)
      expect(userErrors.filter(({ code }: Answer) => code !== 'NOT_FOUND')).toEqual([]);
    const known = [...unpaid, ...answers.flatMap(({ order }) => order ?? [])].map(({ id }) => id);
    expect((await listed(into)).toSorted()).toEqual([...new Set(known)].toSorted());
    for (const { payment, order } of answers) {
      if (payment) expect((await read(into, order.id)).status).toBe('PAID');
    }
    expect(await countOf(from)).toEqual([0, 0, 0, 0, 0]);
    expect(await discrepancies()).toEqual([]);
  });

  test('are read through indexes that begin with their member', async () => {
    const plan = await rowsOf('orders').find({ memberId: 'mbr_1' }).limit(200).explain('queryPlanner');
    expect(JSON.stringify(plan)).not.toContain('COLLSCAN');
  });
});

describe('what is sealed for a merged member', () => {
  const sealedBy = async (viewer: Viewer, text: string, id: string) => {
    const secrets = ['the personal data key of the order tests and long enough'];
    const fresh = createPersonalData(db.connection, { scope: 'order', secrets });
    return fresh.open(text, { owner: idOf(viewer), field: 'orders.address', of: id }).catch(() => 'nothing');
  };

  test('opens with the other one’s key alone once that is settled, and the first key is gone', async () => {
    const [from, into] = [someone(), someone()];
    const { paid } = await ordersInEveryState(from);
    await merged(from, into);
    const old = (await rowsOf('orders').findOne({ _id: paid.id })).address.sealed;
    await settle();
    const now = (await rowsOf('orders').findOne({ _id: paid.id })).address.sealed;
    expect(now).not.toBe(old);
    expect(await sealedBy(from, old, paid.id)).toBeNull();
    expect(await sealedBy(into, old, paid.id)).toBe('nothing');
    expect(JSON.parse(String(await sealedBy(into, now, paid.id)))).toMatchObject({ recipient: '王芳' });
    const key = await rowsOf('personal_data_keys').findOne({ _id: from.id });
    expect(key).toEqual({ _id: from.id, heir: into.id, createdAt: expect.any(Date), destroyedAt: expect.any(Date) });
    const everything = await Promise.all(
      ['orders', 'afterSales', 'invoices', 'outbox'].map((name) => rowsOf(name).find({}).toArray()),
    );
    expect(JSON.stringify(everything)).not.toMatch(/王芳|王女士/);
  });

  test('is sealed anew from where a crash left it', async () => {
    await settle();
    const [from, into] = [someone(), someone()];
    const { paid } = await ordersInEveryState(from);
    await merged(from, into);
    clock.advance(61 * minute);
    await dieAt('member-merges.settled', look);
    await settle();
    expect(await read(into, paid.id)).toMatchObject({ address: { recipient: '王芳' } });
    expect(await discrepancies()).toEqual([]);
  });

  test('also by whoever wrote about an order, or began to pay it, while it moved', async () => {
    const [from, into] = [someone(), someone()];
    const order = await buy(from);
    const row = await rowsOf('orders').findOne({ _id: order.id });
    await merged(from, into);
    // As a process does that read the order before and writes afterwards.
    const secrets = ['the personal data key of the order tests and long enough'];
    const late = createPersonalData(db.connection, { scope: 'order', secrets });
    const note = await late.seal(JSON.stringify('改送单位'), { owner: idOf(from), field: 'orders.note', of: order.id });
    await rowsOf('orders').updateOne({ _id: order.id }, { $set: { note } });
    expect(row.memberId).toBe(from.id);
    const payment = { _id: newId('payment'), orderId: order.id, memberId: from.id, createdAt: clock.now() };
    await rowsOf('payments').insertOne({ ...payment, status: 'FAILED', captured: false });
    expect((await read(into, order.id)).note).toBe('改送单位');
    await settle();
    expect((await read(into, order.id)).note).toBe('改送单位');
    expect(await rowsOf('payments').findOne({ _id: payment._id })).toMatchObject({ memberId: into.id });
  });
});

describe('erasing the one who has everything', () => {
  test('forgets what both wrote, also before anything was sealed anew', async () => {
    const [from, into] = [someone(), someone()];
    const order = await shippedOrder(from);
    await shop.receive(from, order.id);
    await merged(from, into);
    expect(await unfinished(into)).toBe(0);
    await erased(into);
    expect(await read(clerk, order.id)).toMatchObject({ address: null });
    await settle();
    expect(await read(clerk, order.id)).toMatchObject({ address: null });
    expect(
      await rowsOf('personal_data_keys').countDocuments({
        _id: { $in: [from.id, into.id] },
        wrapped: { $exists: true },
      }),
    ).toBe(0);
  });

  test('waits for orders of the other that aren’t over, whichever of the two is heard of first', async () => {
    const [from, into] = [someone(), someone()];
    const order = await shippedOrder(from);
    await erased(into);
    await merged(from, into);
    expect(await unfinished(into)).toBe(1);
    expect(await read(clerk, order.id)).toMatchObject({ address: { recipient: '王芳' } });
    await shop.receive(into, order.id);
    clock.advance(61 * minute);
    await world.subgraph.runJob('forget-erased-shoppers');
    expect(await read(clerk, order.id)).toMatchObject({ address: null });
    await settle();
    expect(await read(clerk, order.id)).toMatchObject({ address: null });
  });
});
