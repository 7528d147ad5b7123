import { afterAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { startFakeAlipay, type AlipayForgery } from '#kit/testing/fake-alipay/fake-alipay.ts';
import { deliver } from '#kit/testing/fake-platform.ts';
import { shopIn } from '../../../testing/documents.ts';
import { member, onSale, orderWorld, type Answer } from '../../../testing/order-world.ts';

const platform = await startFakeAlipay(() => world.clock.now());
const door = await openCallbackDoor(() => world.subgraph);
afterAll(async () => {
  await platform.stop();
  await door.stop();
});
const world = orderWorld({ ...platform.env, PAYMENT_CALLBACK_URL: door.url });
const shop = shopIn(world);

async function begun(input: object = {}) {
  const viewer = member(newId('member'));
  const skuId = onSale(world.neighbours, { minor: 1234 });
  const { order } = await shop.place(viewer, { lines: [{ skuId, quantity: 1 }] });
  const pay = () => shop.pay(viewer, order.id, { provider: 'ALIPAY', scene: 'QR_CODE', ...input });
  return { viewer, order, pay, paymentId: '' };
}

/** A payment that Alipay knows of, not yet paid. */
async function begunThere() {
  const start = await begun();
  const { payment } = await start.pay();
  return { ...start, paymentId: String(payment.id) };
}

const askProviders = async (afterMs = 20_000) => {
  world.clock.advance(afterMs);
  await world.subgraph.runJob('ask-providers');
};
const eventsOf = async (orderId: string) => (await world.eventsOf(orderId)).map(({ name }) => name);
const success = { status: 200, body: 'success' };

describe('paying by Alipay', () => {
  test('shows a code, waits, and makes the order paid by the callback, once', async () => {
    const { viewer, order, pay } = await begun();
    const { payment, order: waiting, userErrors } = await pay();
    expect(userErrors).toEqual([]);
    expect(payment).toMatchObject({
      status: 'PENDING',
      clientParameters: { codeUrl: `https://qr.alipay.com/${payment.id}` },
    });
    expect(waiting.status).toBe('PENDING_PAYMENT');
    expect(platform.trades.get(payment.id)).toMatchObject({
      total_amount: '12.34',
      notify_url: `${door.url}/callbacks/order/payments/alipay`,
    });
    platform.pay(payment.id);
    const callback = platform.paidCallback(payment.id);
    const answers = await Promise.all([
      deliver(callback),
      deliver(callback),
      deliver(platform.paidCallback(payment.id)),
    ]);
    expect(answers).toEqual([success, success, success]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test.each([
    ['WEB', 'redirectUrl'],
    ['APP', 'orderString'],
  ])('in the scene %s gives the device what it brings to Alipay (%s)', async (scene, name) => {
    const { viewer, order, pay } = await begun({ scene });
    const { payment } = await pay();
    const signed = String(payment.clientParameters[name]);
    expect(Object.keys(payment.clientParameters)).toEqual([name]);
    // Nobody has heard of it before the device brings it, and asking says so.
    await askProviders();
    expect((await shop.order(viewer, order.id)).payments).toMatchObject([{ status: 'PENDING' }]);
    platform.bring(signed.slice(signed.indexOf('?') + 1));
    platform.pay(payment.id);
    expect(await deliver(platform.paidCallback(payment.id))).toEqual(success);
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
  });

  test('in a mini-program: PAYMENT_PROVIDER_UNAVAILABLE', async () => {
    const { pay } = await begun({ scene: 'MINI_PROGRAM' });
    expect((await pay()).userErrors).toMatchObject([{ code: 'PAYMENT_PROVIDER_UNAVAILABLE', provider: 'ALIPAY' }]);
  });

  test('again with the same key after its answer got lost begins one payment', async () => {
    const { order, pay } = await begun({ idempotencyKey: 'lost' });
    platform.loseNextAnswerAbout(order.id);
    await expect(pay()).rejects.toThrow('BUSY');
    expect((await pay()).payment.status).toBe('PENDING');
    expect([...platform.trades.values()].filter(({ subject }) => subject.includes(order.id))).toHaveLength(1);
  });

  test('whose callback never comes is found by asking, unless somebody else answers', async () => {
    const { viewer, order, paymentId } = await begunThere();
    platform.pay(paymentId);
    const { strangerKey } = platform;
    const restore = platform.signAnswersWith(strangerKey);
    await askProviders();
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
    restore();
    await askProviders(60_000);
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
    expect(await deliver(platform.paidCallback(paymentId))).toEqual(success);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('is closed at Alipay when its order ends', async () => {
    const { viewer, order, paymentId } = await begunThere();
    await shop.cancel(viewer, order.id);
    await askProviders(0);
    expect(platform.trades.get(paymentId)?.trade_status).toBe('TRADE_CLOSED');
  });

  test('by a page that was opened only after the order ended sends the money back', async () => {
    const { viewer, order, pay } = await begun({ scene: 'WEB' });
    const { payment } = await pay();
    await shop.cancel(viewer, order.id);
    await askProviders(0);
    platform.bring(String(payment.clientParameters.redirectUrl).split('?')[1] ?? '');
    platform.pay(payment.id);
    await askProviders(60_000);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      refunds: [{ status: 'SUCCEEDED', cause: 'LATE_PAYMENT', amount: { amount: '12.34' } }],
    });
    expect([...platform.refunds.values()].filter((refund) => refund.out_trade_no === payment.id)).toEqual([
      { out_trade_no: payment.id, out_request_no: expect.stringMatching(/^rfd_/), refund_amount: '12.34' },
    ]);
  });
});

describe('money that goes back by Alipay', () => {
  async function paid() {
    const start = await begunThere();
    platform.pay(start.paymentId);
    await deliver(platform.paidCallback(start.paymentId));
    return start;
  }
  const statusOf = async (viewer: ReturnType<typeof member>, orderId: string) =>
    (await shop.order(viewer, orderId)).refunds.map(({ status }: Answer) => status);

  test('is confirmed at once, and the callback about it changes nothing', async () => {
    const { viewer, order, paymentId } = await paid();
    await shop.cancel(viewer, order.id);
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    const refundId = [...platform.refunds.values()].find((refund) => refund.out_trade_no === paymentId)?.out_request_no;
    expect(await deliver(platform.refundCallback(String(refundId)))).toEqual(success);
    expect((await eventsOf(order.id)).filter((name) => name === 'order.refunded')).toHaveLength(1);
  });

  test('goes back once, though the answer got lost: it is asked before it is repeated', async () => {
    const { viewer, order, paymentId } = await paid();
    platform.loseNextAnswerAbout(paymentId);
    await shop.cancel(viewer, order.id);
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    const asked = platform.methods.length;
    world.clock.advance(20_000);
    await world.subgraph.runJob('finish-pending-refunds');
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    const [refund, ...more] = [...platform.refunds.values()].filter((one) => one.out_trade_no === paymentId);
    expect(more).toEqual([]);
    const about = platform.methods.slice(asked).filter((method) => method.endsWith(` ${refund?.out_request_no}`));
    expect(about).toEqual([`alipay.trade.fastpay.refund.query ${refund?.out_request_no}`]);
  });
});

describe('a forged callback of Alipay', () => {
  const chinaTimeAt = (seconds: number) =>
    new Date(world.clock.now().getTime() + seconds * 1000 + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');

  test.each<[string, () => AlipayForgery]>([
    ['another key', () => ({ key: platform.strangerKey })],
    ['SHA-1 instead of SHA-256', () => ({ hash: 'RSA-SHA1' })],
    ['SHA-1 that calls itself RSA2', () => ({ hash: 'RSA-SHA1', facts: { sign_type: 'RSA2' } })],
    ['a time of 301 s ago', () => ({ facts: { notify_time: chinaTimeAt(-301) } })],
    ['a time of 301 s ahead', () => ({ facts: { notify_time: chinaTimeAt(301) } })],
    ['no time', () => ({ facts: { notify_time: '' } })],
    ['another app', () => ({ facts: { app_id: '2021000000000002' } })],
    ['another seller', () => ({ facts: { seller_id: '2088000000000002' } })],
    ['another amount', () => ({ facts: { total_amount: '0.01' } })],
    ['an amount in another spelling', () => ({ facts: { total_amount: '1.234e1' } })],
    ['another currency', () => ({ facts: { trans_currency: 'USD' } })],
    ['another order', () => ({ facts: { subject: 'Order ord_of_somebody' } })],
    ['a payment that nobody began', () => ({ facts: { out_trade_no: 'pay_nobody' } })],
    ['another charset', () => ({ facts: { charset: 'gbk' } })],
  ])('with %s has no effect', async (_name, forgery) => {
    const { viewer, order, paymentId } = await begunThere();
    platform.pay(paymentId);
    expect(await deliver(platform.paidCallback(paymentId, forgery()))).toEqual({ status: 401, body: 'failure' });
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PENDING_PAYMENT',
      payments: [{ status: 'PENDING' }],
    });
    // The true one still counts.
    expect(await deliver(platform.paidCallback(paymentId))).toEqual(success);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('that was truncated, changed, stripped or has a name twice has no effect', async () => {
    const { viewer, order, paymentId } = await begunThere();
    platform.pay(paymentId);
    const callback = platform.paidCallback(paymentId);
    for (const body of [
      callback.body.slice(0, -20),
      callback.body.replace('total_amount=12.34', 'total_amount=12.35'),
      callback.body.replace(/&sign=[^&]*/, ''),
      callback.body.replace('sign_type=RSA2', 'sign_type=RSA'),
      `${callback.body}&out_trade_no=pay_other`,
      '',
    ]) {
      expect((await deliver({ ...callback, body })).status).toBe(401);
    }
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
  });

  test('early, about a payment that waits, says nothing; later the true one counts, in any order', async () => {
    const { viewer, order, paymentId } = await begunThere();
    const waiting = platform.paidCallback(paymentId);
    expect(await deliver(waiting)).toEqual(success);
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
    platform.pay(paymentId);
    const done = platform.paidCallback(paymentId);
    for (const callback of [done, waiting, done]) expect(await deliver(callback)).toEqual(success);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });
});
