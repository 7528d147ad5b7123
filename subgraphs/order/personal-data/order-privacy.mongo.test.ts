import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { startFakeNuonuo, type FakeNuonuo } from '#kit/testing/fake-nuonuo/fake-nuonuo.ts';
import { afterSalesIn } from '../testing/after-sales.ts';
import { member, onSale, orderWorld, partner, staff, type Answer } from '../testing/order-world.ts';

const env: Record<string, string> = {};
let nuonuo: FakeNuonuo;
beforeAll(async () => {
  nuonuo = await startFakeNuonuo(() => world.clock.now());
  Object.assign(env, nuonuo.env);
});
const world = orderWorld(env);
afterAll(() => nuonuo.stop());
const { neighbours } = world;
const { shop, request, decide, shippedOrder } = afterSalesIn(world);
const clerk = staff('order:read', 'order:write');
const analyst = { ...clerk, kind: 'ANALYST' as const };

/** What nobody may find in the database, each in the spelling it is given in. */
const secret = {
  recipient: '欧阳不可见',
  phone: '13977778888',
  city: '无锡市秘',
  line: '隐私路 4711 号',
  postalCode: '214999',
  wish: '请交给邻居司马藏',
  staffNote: '已致电慕容密',
  title: '上官隐有限公司',
  taxNumber: '91350100M000100Y43',
  email: 'zhuge.hidden@example.net',
};
const { recipient, phone, city, line, postalCode } = secret;
const address = { recipient, phone, region: '上海市', city, line, postalCode };
const parts = `id address { recipient phone region city line postalCode } note staffNotes { text }
  invoices { buyer { title taxNumber email } }`;
const read = async (viewer: ReturnType<typeof member>, id: string): Promise<Answer> =>
  (await world.ask(viewer, `query ($id: ID!) { order(id: $id) { ${parts} } }`, { id })).order;
const orders = () => world.db.connection.collection<Answer>('orders');

/** Every row of every collection of the database, as text. */
async function dump(): Promise<string> {
  const collections = await world.db.connection.listCollections();
  const all = await Promise.all(collections.map(({ name }) => world.db.connection.collection(name).find({}).toArray()));
  return JSON.stringify(all);
}

/** An order that says everything about its shopper that an order can say. */
async function tellingOrder(viewer = member(newId('member')), { invoiced = true } = {}) {
  const lines = [{ skuId: onSale(neighbours), quantity: 2 }];
  const { order } = await shop.place(viewer, { lines, address, note: secret.wish });
  await shop.pay(viewer, order.id);
  const note = { orderId: order.id, text: secret.staffNote, idempotencyKey: newId('request') };
  await shop.mutate(clerk, 'addOrderNote', note, 'userErrors { code }');
  const { title, taxNumber, email } = secret;
  const buyer = { kind: 'COMPANY', title, taxNumber, email };
  const asked = { orderId: order.id, buyer, idempotencyKey: newId('request') };
  if (invoiced) await shop.mutate(viewer, 'requestInvoice', asked, 'userErrors { code }');
  return { viewer, id: String(order.id), lineId: String(order.lines[0].id) };
}

const told = {
  address,
  note: secret.wish,
  staffNotes: [{ text: secret.staffNote }],
  invoices: [{ buyer: { title: secret.title, taxNumber: secret.taxNumber, email: secret.email } }],
};

describe('what an order says of a person', () => {
  test('is read by its member and by staff, and not by analysts', async () => {
    const { viewer, id } = await tellingOrder();
    const { staffNotes: _, ...ofMember } = told;
    const asMember = `query ($id: ID!) { order(id: $id) { ${parts.replace('staffNotes { text }', '')} } }`;
    expect((await world.ask(viewer, asMember, { id })).order).toEqual({ id, ...ofMember });
    expect(await read(clerk, id)).toEqual({ id, ...told });
    expect(await read(analyst, id)).toEqual({
      id,
      address: null,
      note: null,
      staffNotes: [],
      invoices: [{ buyer: null }],
    });
  });

  test('is nowhere in the database, also after it was changed, split, merged, and for a partner’s order', async () => {
    await tellingOrder();
    const { viewer, id, lineId } = await tellingOrder(undefined, { invoiced: false });
    const moved = { ...address, line: `${line} 二楼` };
    await shop.mutate(viewer, 'changeOrderAddress', { orderId: id, address: moved }, 'userErrors { code }');
    await shop.mutate(viewer, 'changeOrderNote', { orderId: id, note: `${secret.wish}。` }, 'userErrors { code }');
    const split = {
      orderId: id,
      by: 'LINES',
      parts: [[{ orderLineId: lineId, quantity: 1 }]].map((of) => ({ lines: of })),
    };
    const { parts: made, userErrors } = await shop.mutate(
      clerk,
      'splitOrder',
      { ...split, idempotencyKey: newId('request') },
      'parts { id } userErrors { __typename code message }',
    );
    expect(userErrors).toEqual([]);
    const ids = made.map((one: Answer) => String(one.id));
    for (const part of ids) expect(await read(clerk, part)).toMatchObject({ address: moved, note: `${secret.wish}。` });
    const merge = { orderIds: ids, idempotencyKey: newId('request') };
    const { order: merged } = await shop.mutate(clerk, 'mergeOrders', merge, 'order { id } userErrors { code }');
    expect(await read(clerk, merged.id)).toMatchObject({ address: moved, note: `${secret.wish}。` });

    const external = {
      system: 'marketplace',
      externalId: newId('request'),
      placedAt: world.clock.now().toISOString(),
      address,
      lines: [{ skuCode: `C-${onSale(neighbours)}`, quantity: 1, unitPrice: { amount: '10.00', currency: 'CNY' } }],
      total: { amount: '10.00', currency: 'CNY' },
      paid: true,
    };
    const from = partner('ptn_1');
    const { order } = await shop.mutate(from, 'importExternalOrder', external, 'order { id } userErrors { code path }');
    expect((await world.ask(from, `query ($id: ID!) { order(id: $id) { address { line } } }`, order)).order).toEqual({
      address: { line },
    });

    const everything = await dump();
    expect(everything).toContain(id);
    expect(Object.values(secret).filter((value) => everything.includes(value))).toEqual([]);
  });

  test('holds too for every reason that somebody writes, for a parcel on its way back, and for what the issuer says', async () => {
    const viewer = member(newId('member'));
    const words = (of: string) => `${of}：夏侯某人`;
    const held = (await shop.paidOrder(viewer, { skuId: onSale(neighbours), quantity: 2 })).id;
    await shop.mutate(clerk, 'putOrderOnHold', { orderId: held, reason: words('扣留') }, 'userErrors { code }');
    const lineId = (await shop.order(viewer, held)).lines[0].id;
    const split = { orderId: held, by: 'LINES', parts: [{ lines: [{ orderLineId: lineId, quantity: 1 }] }] };
    const { parts: made } = await shop.mutate(
      clerk,
      'splitOrder',
      { ...split, idempotencyKey: newId('request') },
      'parts { id } userErrors { code }',
    );
    const given = (await shop.place(viewer, { lines: [{ skuId: onSale(neighbours), quantity: 1 }] })).order;
    await shop.cancel(viewer, given.id, { reason: words('取消') });
    const sent = await shippedOrder(viewer);
    const back = { kind: 'RETURN_AND_REFUND', reason: words('退货') };
    const { afterSale } = await request(viewer, sent, back);
    await decide('approveAfterSale', afterSale.id);
    const parcel = { carrier: words('某快递'), trackingNumber: 'SECRET-4711' };
    await decide('sendBackGoods', afterSale.id, parcel, viewer);
    const lines = [{ orderLineId: sent.lines[0].id, restocked: 0, writtenOff: 1, reason: words('破损') }];
    await decide('receiveReturnedGoods', afterSale.id, { lines, idempotencyKey: newId('request') });
    const second = (await request(viewer, sent, back)).afterSale;
    await decide('refuseAfterSale', second.id, { reason: words('拒绝') });

    const query = `query ($id: ID!) { order(id: $id) { hold { reason } timeline { status note }
      afterSales { reason refusal returnParcel { carrier trackingNumber } receipts { lines { reason } } } } }`;
    const told = async (as: ReturnType<typeof member>, id: string): Promise<Answer> =>
      (await world.ask(as, query, { id })).order;
    for (const { id } of made) expect((await told(clerk, id)).hold).toEqual({ reason: words('扣留') });
    expect((await told(clerk, given.id)).timeline.at(-1)).toEqual({ status: 'CANCELLED', note: words('取消') });
    expect((await told(clerk, sent.id)).afterSales).toEqual([
      {
        reason: words('退货'),
        refusal: null,
        returnParcel: parcel,
        receipts: [{ lines: [{ reason: words('破损') }] }],
      },
      { reason: words('退货'), refusal: words('拒绝'), returnParcel: null, receipts: [] },
    ]);
    expect((await told(analyst, made[0].id)).hold).toEqual({ reason: '' });
    expect((await told(analyst, given.id)).timeline.at(-1)).toEqual({ status: 'CANCELLED', note: null });
    expect((await told(analyst, sent.id)).afterSales[0]).toEqual({
      reason: '',
      refusal: null,
      returnParcel: { carrier: '', trackingNumber: '' },
      receipts: [{ lines: [{ reason: null }] }],
    });
    const everything = await dump();
    expect(everything).toContain(sent.id);
    expect(everything).not.toMatch(/夏侯|SECRET-4711/);
  });

  test('fails as a fault without a word of it once it was changed, moved from another order, or put back from before', async () => {
    const one = await tellingOrder();
    const other = await tellingOrder(one.viewer);
    const stored: Answer = await orders().findOne({ _id: one.id });
    const others: Answer = await orders().findOne({ _id: other.id });
    const flipped = Buffer.from(stored.address.sealed, 'base64url');
    flipped.writeUInt8(flipped.readUInt8(30) ^ 1, 30);
    for (const sealed of [flipped.toString('base64url'), others.address.sealed, stored.note, JSON.stringify(address)]) {
      await orders().updateOne({ _id: one.id }, { $set: { 'address.sealed': sealed } });
      const query = 'query ($id: ID!) { order(id: $id) { id address { line } } }';
      const { data, errors } = await world.subgraph.execute(
        { query, variables: { id: one.id } },
        { viewer: one.viewer, requestId: 'req_1' },
      );
      expect(JSON.parse(JSON.stringify(data))).toEqual({ order: { id: one.id, address: null } });
      expect(errors).toEqual([
        {
          message: 'Something went wrong on our side.',
          path: ['order', 'address'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'req_1' },
        },
      ]);
    }
    // As it was, for whoever lists it after this.
    await orders().updateOne({ _id: one.id }, { $set: { 'address.sealed': stored.address.sealed } });
  });

  test('costs no read of a key in a process that has seen the member, and one for all the orders of a page', async () => {
    const { viewer } = await tellingOrder();
    for (let more = 0; more < 3; more += 1) await tellingOrder(viewer);
    for (let more = 0; more < 3; more += 1) await tellingOrder();
    const reads: string[] = [];
    const fresh = await world.restart({ reads });
    const query = '{ orders(first: 20) { nodes { address { line } } } }';
    for (let look = 0; look < 2; look += 1) await fresh.execute({ query }, { viewer: clerk, requestId: 'req_1' });
    expect(reads.filter((collection) => collection === 'personal_data_keys')).toHaveLength(1);
  });
});

test('placing an order reads the key of its member once in a process, and never again while it is remembered', async () => {
  const viewer = member(newId('member'));
  await tellingOrder(viewer);
  const reads: string[] = [];
  const fresh = await world.restart({ reads });
  const query = 'mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { address { line } } } }';
  const readsOfPlacing = async () => {
    reads.length = 0;
    const lines = [{ skuId: onSale(neighbours), quantity: 1 }];
    const input = { lines, address, note: secret.wish, idempotencyKey: newId('request') };
    const { data } = await fresh.execute({ query, variables: { input } }, { viewer, requestId: 'req_1' });
    expect(JSON.parse(JSON.stringify(data))).toEqual({ placeOrder: { order: { address: { line } } } });
    return reads.filter((collection) => collection === 'personal_data_keys').length;
  };
  expect([await readsOfPlacing(), await readsOfPlacing(), await readsOfPlacing()]).toEqual([1, 0, 0]);
});
