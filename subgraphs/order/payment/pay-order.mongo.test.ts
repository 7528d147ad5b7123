import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, testSecret, type Answer } from '../testing/order-world.ts';
import { signTestNotification } from './providers/test-provider.ts';

const world = orderWorld();
const { neighbours, db } = world;
const shop = shopIn(world);
const someone = () => member(newId('member'));
const route = () => world.subgraph.routes[0];

async function placed(viewer = someone()): Promise<{ viewer: ReturnType<typeof member>; order: Answer }> {
  const { order } = await shop.place(viewer, { lines: [{ skuId: onSale(neighbours, { minor: 1234 }), quantity: 1 }] });
  return { viewer, order };
}

/** An open payment, as a slow provider would leave it. */
async function openPayment(orderId: string, amountMinor = 1234): Promise<string> {
  const _id = newId('payment');
  await db.connection.collection<{ _id: string }>('payments').insertOne({
    _id,
    orderId,
    memberId: null,
    provider: 'TEST',
    status: 'PENDING',
    amountMinor,
    currency: 'CNY',
    clientParameters: null,
    transactionId: null,
    captured: false,
    refundedMinor: 0,
    createdAt: world.clock.now(),
    settledAt: null,
  } as never);
  return _id;
}

async function callback(
  said: object,
  { secret = testSecret, at = world.clock.now(), tamper = (body: Buffer) => body } = {},
): Promise<number> {
  const { rawBody, headers } = signTestNotification(secret, Buffer.from(JSON.stringify(said)), at);
  const answer = await route()?.handle({ rawBody: tamper(rawBody), headers, query: {}, log: world.subgraph.log });
  return answer?.status ?? 0;
}

const said = (paymentId: string, orderId: string, facts: object = {}) => ({
  paymentId,
  orderId,
  transactionId: `t-${paymentId}`,
  outcome: 'SUCCEEDED',
  amountMinor: 1234,
  currency: 'CNY',
  ...facts,
});

describe('paying an order', () => {
  test('with TEST settles at once and tells it', async () => {
    const { viewer, order } = await placed();
    const { payment, order: after, userErrors } = await shop.pay(viewer, order.id);
    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'SUCCEEDED',
      provider: 'TEST',
      amount: { amount: '12.34', currency: 'CNY' },
      clientParameters: null,
    });
    expect(after).toEqual({ id: order.id, status: 'PAID' });
    expect((await world.eventsOf(order.id)).map(({ name, version }) => [name, version])).toEqual([
      ['order.placed', 1],
      ['order.paid', 2],
    ]);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PAID',
      expiresAt: null,
      payments: [{ id: payment.id, status: 'SUCCEEDED' }],
    });
  });

  test('twice: INVALID_STATE; with the same key: the first answer; with the key and another input: IDEMPOTENCY_CONFLICT', async () => {
    const { viewer, order } = await placed();
    const first = await shop.pay(viewer, order.id, { idempotencyKey: 'p' });
    expect(await shop.pay(viewer, order.id, { idempotencyKey: 'p' })).toEqual(first);
    expect((await shop.pay(viewer, order.id)).userErrors).toMatchObject([
      { __typename: 'InvalidStateError', code: 'INVALID_STATE', state: 'PAID', path: ['orderId'] },
    ]);
    expect((await shop.pay(viewer, order.id, { idempotencyKey: 'p', scene: 'APP' })).userErrors).toMatchObject([
      { code: 'IDEMPOTENCY_CONFLICT' },
    ]);
    expect(await db.connection.collection('payments').countDocuments({ orderId: order.id })).toBe(1);
  });

  test('ten times at once with ten keys keeps the money once', async () => {
    const { viewer, order } = await placed();
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.pay(viewer, order.id)));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    const payments = await db.connection.collection('payments').find({ orderId: order.id }).toArray();
    const kept = payments
      .filter(({ status }) => status === 'SUCCEEDED')
      .reduce((total, payment) => total + payment['amountMinor'] - payment['refundedMinor'], 0);
    expect(kept).toBe(1234);
    expect((await world.eventsOf(order.id)).filter(({ name }) => name === 'order.paid')).toHaveLength(1);
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', refundStatus: 'NONE' });
  });

  test('that is cancelled: INVALID_STATE; somebody else’s: NOT_FOUND', async () => {
    const { viewer, order } = await placed();
    expect((await shop.pay(someone(), order.id)).userErrors).toMatchObject([
      { __typename: 'NotFoundError', path: ['orderId'] },
    ]);
    await shop.cancel(viewer, order.id);
    expect((await shop.pay(viewer, order.id)).userErrors).toMatchObject([
      { code: 'INVALID_STATE', state: 'CANCELLED' },
    ]);
  });

  test.each(['WECHAT_PAY', 'ALIPAY', 'STRIPE', 'EXTERNAL'])('by %s: PAYMENT_PROVIDER_UNAVAILABLE', async (provider) => {
    const { viewer, order } = await placed();
    const { payment, userErrors } = await shop.pay(viewer, order.id, { provider });
    expect(payment).toBeNull();
    expect(userErrors).toMatchObject([
      {
        __typename: 'PaymentProviderUnavailableError',
        code: 'PAYMENT_PROVIDER_UNAVAILABLE',
        provider,
        path: ['provider'],
      },
    ]);
  });
});

describe('a callback', () => {
  test('has one effect, however often it comes', async () => {
    const { viewer, order } = await placed();
    const id = await openPayment(order.id);
    const statuses = await Promise.all(Array.from({ length: 5 }, () => callback(said(id, order.id))));
    expect(statuses).toEqual([200, 200, 200, 200, 200]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
    expect((await world.eventsOf(order.id)).map(({ name }) => name)).toEqual(['order.placed', 'order.paid']);
  });

  test.each<[string, object, Parameters<typeof callback>[1]]>([
    ['another amount', { amountMinor: 1 }, {}],
    ['another currency', { currency: 'USD' }, {}],
    ['another order', { orderId: 'ord_other' }, {}],
    ['an operator for an id', { paymentId: { $ne: '' } }, {}],
    ['another secret', {}, { secret: 'the secret of somebody else altogether' }],
    [
      'a body that was changed on its way',
      {},
      { tamper: (body: Buffer) => Buffer.from(body.toString().replace('1234', '1235')) },
    ],
    ['a time of 301 s ago', {}, { at: new Date('2026-11-22T07:54:59Z') }],
    ['a time of 301 s ahead', {}, { at: new Date('2026-11-22T08:05:01Z') }],
  ])('with %s is not believed', async (_name, facts, how) => {
    const { viewer, order } = await placed();
    const id = await openPayment(order.id);
    expect(await callback({ ...said(id, order.id), ...facts }, how)).toBe(401);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PENDING_PAYMENT',
      payments: [{ status: 'PENDING' }],
    });
  });

  test('without signature, or that is no JSON, is not believed', async () => {
    const log = world.subgraph.log;
    expect(await route()?.handle({ rawBody: Buffer.from('{}'), headers: {}, query: {}, log })).toMatchObject({
      status: 401,
    });
    const { rawBody, headers } = signTestNotification(testSecret, Buffer.from('no json'), world.clock.now());
    expect(await route()?.handle({ rawBody, headers, query: {}, log })).toMatchObject({ status: 401 });
  });

  test('is acknowledged only when its effect is stored: one that died before comes again and counts, one that died after counts once', async () => {
    for (const [point, status] of [
      ['order.paying.before-settle', 'PENDING_PAYMENT'],
      ['order.paying.settled', 'PAID'],
    ] as const) {
      const { viewer, order } = await placed();
      const id = await openPayment(order.id);
      const answers: number[] = [];
      await dieAt(point, async () => answers.push(await callback(said(id, order.id))));
      expect(answers).toEqual([]);
      expect((await shop.order(viewer, order.id)).status).toBe(status);
      expect(await callback(said(id, order.id))).toBe(200);
      expect((await shop.order(viewer, order.id)).status).toBe('PAID');
      expect((await world.eventsOf(order.id)).map(({ name }) => name)).toEqual(['order.placed', 'order.paid']);
    }
  });

  test('that says FAILED leaves the order to be paid otherwise', async () => {
    const { viewer, order } = await placed();
    const id = await openPayment(order.id);
    expect(await callback(said(id, order.id, { outcome: 'FAILED' }))).toBe(200);
    expect((await shop.pay(viewer, order.id)).order.status).toBe('PAID');
    expect((await shop.order(viewer, order.id)).payments.map(({ status }: Answer) => status)).toEqual([
      'FAILED',
      'SUCCEEDED',
    ]);
  });

  test('for an order that was cancelled meanwhile sends the money back, once', async () => {
    const { viewer, order } = await placed();
    const id = await openPayment(order.id);
    await shop.cancel(viewer, order.id);
    expect(await callback(said(id, order.id))).toBe(200);
    expect(await callback(said(id, order.id))).toBe(200);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      payments: [{ status: 'SUCCEEDED', refunded: { amount: '12.34' } }],
      refunds: [{ status: 'SUCCEEDED', cause: 'LATE_PAYMENT', amount: { amount: '12.34' } }],
    });
  });

  test('in the same moment as the unpaid timer and a cancellation ends in one of them, and never keeps money without goods', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { viewer, order } = await placed();
      const id = await openPayment(order.id);
      world.clock.advance(31 * 60_000);
      await Promise.allSettled([
        callback(said(id, order.id)),
        world.subgraph.runJob('close-unpaid-orders'),
        shop.cancel(viewer, order.id),
      ]);
      const after = await shop.order(viewer, order.id);
      const kept = after.payments.reduce(
        (total: number, payment: Answer) =>
          total + (payment.status === 'SUCCEEDED' ? 1234 : 0) - Math.round(Number(payment.refunded.amount) * 100),
        0,
      );
      expect(['PAID', 'CLOSED', 'CANCELLED']).toContain(after.status);
      expect(kept).toBe(after.status === 'PAID' ? 1234 : 0);
      const ends = (await world.eventsOf(order.id)).filter(({ name }) => name === 'order.cancelled');
      // Closed first and paid by the late money is a way to PAID, too.
      const closedFirst = after.timeline.some(({ status }: Answer) => status === 'CLOSED');
      expect(ends).toHaveLength(after.status === 'PAID' && !closedFirst ? 0 : 1);
    }
  });
});
