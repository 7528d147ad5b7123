import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { startFakeNuonuo, type FakeNuonuo } from '#kit/testing/fake-nuonuo/fake-nuonuo.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
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
const { neighbours, clock } = world;
const { shop, request, decide } = afterSalesIn(world);
const someone = () => member(newId('member'));
const clerk = staff('order:read', 'order:write');

const facts = `id status code number url failure voidReason amount { amount } replaces { id }
  buyer { kind title taxNumber email } order { id }`;
const parts = `invoice { ${facts} } userErrors { __typename code message path ... on InvoiceExistsError { invoiceId }
  ... on InvalidStateError { state } }`;
const person = { kind: 'PERSONAL', title: '王芳' };
const company = { kind: 'COMPANY', title: '茶叶有限公司', taxNumber: '91350100m000100y43 ', email: 'a@tea.example' };
const asks = (viewer: Viewer, order: Answer, more: object = {}): Promise<Answer> =>
  shop.mutate(
    viewer,
    'requestInvoice',
    { orderId: order.id, buyer: person, idempotencyKey: newId('request'), ...more },
    parts,
  );
const voids = (invoiceId: string, reason = '抬头有误', viewer = clerk): Promise<Answer> =>
  shop.mutate(viewer, 'voidInvoice', { invoiceId, reason }, parts);
const invoicesOf = async (viewer: Viewer, order: Answer): Promise<Answer> =>
  (await world.ask(viewer, `query ($id: ID!) { order(id: $id) { invoices { ${facts} } } }`, { id: order.id })).order
    .invoices;
const paid = (viewer: Viewer, quantity = 2): Promise<Answer> =>
  shop.paidOrder(viewer, { skuId: onSale(neighbours, { minor: 1000 }), quantity });
/** Tells ourselves of refunds as the relay does, and lets the job ask the issuer. */
const hearsOfRefunds = async (order: Answer): Promise<void> => {
  for (const { name, payload } of await world.eventsOf(order.id))
    if (name === 'order.refunded') await world.tell('order.refunded', payload);
  await world.subgraph.runJob('ask-invoice-issuer');
};
const amountOf = ({ invoiceDetail }: FakeNuonuo['documents'][number]) => invoiceDetail[0]?.taxIncludedAmount;

describe('an invoice', () => {
  test('is issued over what was paid, once for its key, and one order has one', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    const key = { buyer: company, idempotencyKey: 'invoice-1' };
    const { invoice } = await asks(viewer, order, key);
    expect(invoice).toMatchObject({
      status: 'ISSUED',
      code: '031002200111',
      number: expect.stringMatching(/^\d{8}$/),
      amount: { amount: '20.00' },
      buyer: { taxNumber: '91350100M000100Y43', email: 'a@tea.example' },
    });
    expect((await asks(viewer, order, key)).invoice.id).toBe(invoice.id);
    expect((await asks(viewer, order)).userErrors).toMatchObject([
      { code: 'INVOICE_EXISTS', invoiceId: invoice.id, path: ['orderId'] },
    ]);
    expect((await asks(viewer, order, { idempotencyKey: 'invoice-1' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
    expect(nuonuo.documents).toMatchObject([
      { invoiceType: '1', buyerName: '茶叶有限公司', invoiceDetail: [{ taxIncludedAmount: '20.00' }] },
    ]);
    expect((await shop.order(viewer, order.id)).timeline.at(-1).note).toBe(`INVOICED:${invoice.id}`);
  });

  test('asked for ten times at once is one', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    const before = nuonuo.documents.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => asks(viewer, order)));
    expect(answers.filter(({ invoice }) => invoice !== null)).toHaveLength(1);
    expect(nuonuo.documents).toHaveLength(before + 1);
  });

  test('follows a refund: a red letter, then one over the rest; nothing after a full one', async () => {
    const viewer = someone();
    const order = await paid(viewer, 3);
    const { invoice } = await asks(viewer, order);
    const before = nuonuo.documents.length;
    await request(viewer, order);
    await hearsOfRefunds(order);
    await hearsOfRefunds(order);
    expect(await invoicesOf(viewer, order)).toMatchObject([
      { id: invoice.id, status: 'VOIDED', voidReason: '退款', amount: { amount: '30.00' } },
      { status: 'ISSUED', replaces: { id: invoice.id }, amount: { amount: '20.00' } },
    ]);
    expect(nuonuo.documents.slice(before).map((one) => [one.invoiceType, amountOf(one)])).toEqual([
      ['2', '-30.00'],
      ['1', '20.00'],
    ]);
    await shop.cancel(viewer, order.id);
    await hearsOfRefunds(order);
    expect((await invoicesOf(viewer, order)).map(({ status }: Answer) => status)).toEqual(['VOIDED', 'VOIDED']);
    expect((await asks(viewer, order)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'CANCELLED' }]);
  });

  test('that the issuer takes its time with is corrected when money went back meanwhile', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    nuonuo.takeTime();
    const { invoice } = await asks(viewer, order);
    expect(invoice.status).toBe('REQUESTED');
    await request(viewer, order);
    await hearsOfRefunds(order);
    nuonuo.finishAll();
    clock.advance(16_000);
    await world.subgraph.runJob('ask-invoice-issuer');
    expect(await invoicesOf(viewer, order)).toMatchObject([
      { status: 'VOIDED', amount: { amount: '20.00' } },
      { status: 'ISSUED', amount: { amount: '10.00' } },
    ]);
  });

  test('whose answer got lost is asked about, not asked for again', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    const before = nuonuo.documents.length;
    nuonuo.loseNextAnswerAbout(order.number);
    const { invoice } = await asks(viewer, order);
    expect(invoice.status).toBe('REQUESTED');
    nuonuo.forgetTokens();
    for (const wait of [16_000, 31_000, 61_000]) {
      clock.advance(wait);
      await world.subgraph.runJob('ask-invoice-issuer');
    }
    expect((await invoicesOf(viewer, order))[0].status).toBe('ISSUED');
    expect(nuonuo.documents).toHaveLength(before + 1);
  });

  test('that the issuer refuses may be asked for again', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    nuonuo.refuseNext('购方税号有误');
    expect((await asks(viewer, order)).invoice).toMatchObject({ status: 'FAILED', failure: '购方税号有误' });
    expect((await asks(viewer, order)).invoice.status).toBe('ISSUED');
  });

  test('is voided by staff, once, and another one may be asked for', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    const { invoice } = await asks(viewer, order);
    expect((await voids(invoice.id, ' ')).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['reason'] }]);
    const answers = await Promise.all([voids(invoice.id), voids(invoice.id)]);
    expect(answers.filter((answer) => answer.invoice !== null)).toHaveLength(1);
    expect(await invoicesOf(viewer, order)).toMatchObject([{ status: 'VOIDED', voidReason: '抬头有误' }]);
    expect((await asks(viewer, order, { buyer: company })).invoice.status).toBe('ISSUED');
    expect((await voids('inv_no')).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['invoiceId'] }]);
  });

  test('is refused for nonsense, for others’ orders, for unpaid ones and for nothing', async () => {
    const viewer = someone();
    const order = await paid(viewer, 1);
    const refusalOf = async (buyer: object) => (await asks(viewer, order, { buyer })).userErrors[0];
    expect(await refusalOf({ ...person, title: ' ' })).toMatchObject({ path: ['buyer', 'title'] });
    expect(await refusalOf({ ...person, taxNumber: '91350100M000100Y43' })).toMatchObject({
      path: ['buyer', 'taxNumber'],
    });
    expect(await refusalOf({ ...company, taxNumber: '91350100M000100Y44' })).toMatchObject({
      path: ['buyer', 'taxNumber'],
    });
    expect(await refusalOf({ ...company, taxNumber: null })).toMatchObject({ path: ['buyer', 'taxNumber'] });
    expect(await refusalOf({ ...person, email: 'a b@c' })).toMatchObject({ path: ['buyer', 'email'] });
    expect((await asks(someone(), order)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['orderId'] }]);
    const { order: unpaid } = await shop.place(viewer, { lines: [{ skuId: onSale(neighbours), quantity: 1 }] });
    expect((await asks(viewer, unpaid)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'PENDING_PAYMENT' },
    ]);
    await world.tell('fulfillment.shipped', {
      orderId: order.id,
      fulfillmentId: 'f',
      shipmentId: 's',
      remaining: 0,
      shippedAt: clock.now().toISOString(),
    });
    neighbours.shipped.add(order.id);
    await decide('approveAfterSale', (await request(viewer, order)).afterSale.id);
    expect((await asks(viewer, order)).userErrors).toMatchObject([{ code: 'NOTHING_TO_INVOICE' }]);
  });

  test('is seen by its member and by staff, who also list them; to others it doesn’t exist', async () => {
    const viewer = someone();
    const { invoice } = await asks(viewer, await paid(viewer));
    const see = async (who: Viewer) =>
      (await world.ask(who, `query ($id: ID!) { invoice(id: $id) { ${facts} } }`, { id: invoice.id })).invoice;
    expect((await see(viewer)).id).toBe(invoice.id);
    expect((await see(clerk)).id).toBe(invoice.id);
    expect(await see(someone())).toBeNull();
    const list = '{ invoices(status: [ISSUED], first: 1) { nodes { id } totalCount pageInfo { hasNextPage } } }';
    expect((await world.ask(clerk, list)).invoices).toMatchObject({
      nodes: [{ id: invoice.id }],
      pageInfo: { hasNextPage: true },
    });
    expect(await world.errorsOf(viewer, list)).toEqual(['FORBIDDEN']);
    expect(
      await world.errorsOf(
        viewer,
        'mutation ($input: VoidInvoiceInput!) { voidInvoice(input: $input) { invoice { id } } }',
        { input: { invoiceId: invoice.id, reason: 'x' } },
      ),
    ).toEqual(['FORBIDDEN']);
  });
});

describe('an invoiced order', () => {
  const split = (order: Answer): Promise<Answer> => {
    const parts = [{ lines: [{ orderLineId: order.lines[0].id, quantity: 1 }] }];
    const input = { orderId: order.id, by: 'LINES', parts, idempotencyKey: newId('request') };
    return shop.mutate(
      clerk,
      'splitOrder',
      input,
      'parts { id } userErrors { code ... on InvalidStateError { state } }',
    );
  };

  test('is not split until its invoice is void, so that nothing is invoiced twice', async () => {
    const viewer = someone();
    const order = await paid(viewer);
    const { invoice } = await asks(viewer, order);
    expect(await split(order)).toEqual({ parts: [], userErrors: [{ code: 'INVALID_STATE', state: 'INVOICED' }] });
    await voids(invoice.id);
    const { parts: made } = await split(order);
    expect((await asks(viewer, order)).userErrors).toMatchObject([{ code: 'INVALID_STATE', state: 'SPLIT' }]);
    expect((await asks(viewer, made[0])).invoice).toMatchObject({ amount: { amount: '10.00' } });
  });

  test('that is split in the same moment is invoiced or split, never both', async () => {
    for (let round = 0; round < 6; round += 1) {
      const viewer = someone();
      const order = await paid(viewer);
      await Promise.allSettled([asks(viewer, order), split(order)]);
      const { status } = await shop.order(viewer, order.id);
      const live = (await invoicesOf(viewer, order)).filter((one: Answer) => one.status !== 'FAILED');
      expect([status, live.length]).toEqual(status === 'SPLIT' ? ['SPLIT', 0] : ['PAID', 1]);
    }
  });
});
