import { createVerify } from 'node:crypto';
import { afterAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { deliver } from '#kit/testing/fake-platform.ts';
import { startFakeWeChatPay, type WeChatPayForgery } from '#kit/testing/fake-wechat-pay/fake-wechat-pay.ts';
import { shopIn } from '../../../testing/documents.ts';
import { member, onSale, orderWorld, type Answer } from '../../../testing/order-world.ts';

const platform = await startFakeWeChatPay(() => world.clock.now());
const door = await openCallbackDoor(() => world.subgraph);
afterAll(async () => {
  await platform.stop();
  await door.stop();
});
const world = orderWorld({ ...platform.env, PAYMENT_CALLBACK_URL: door.url });
const { neighbours } = world;
const shop = shopIn(world);

async function placed(minor = 1234) {
  const viewer = member(newId('member'));
  const { order } = await shop.place(viewer, { lines: [{ skuId: onSale(neighbours, { minor }), quantity: 1 }] });
  return { viewer, order };
}

/** An order whose shopper has the code to scan before their eyes. */
async function begun(input: object = {}) {
  const { viewer, order } = await placed();
  const answer = await shop.pay(viewer, order.id, { provider: 'WECHAT_PAY', scene: 'QR_CODE', ...input });
  return { viewer, order, answer, paymentId: String(answer.payment?.id) };
}

const askProviders = async (afterMs = 20_000) => {
  world.clock.advance(afterMs);
  await world.subgraph.runJob('ask-providers');
};

const eventsOf = async (orderId: string) => (await world.eventsOf(orderId)).map(({ name }) => name);

describe('paying by WeChat Pay', () => {
  test('shows a code, waits, and makes the order paid by the callback, once', async () => {
    const { viewer, order, answer, paymentId } = await begun();
    expect(answer.userErrors).toEqual([]);
    expect(answer.payment).toMatchObject({
      status: 'PENDING',
      provider: 'WECHAT_PAY',
      clientParameters: { codeUrl: `weixin://wxpay/bizpayurl?pr=${paymentId}` },
    });
    expect(answer.order.status).toBe('PENDING_PAYMENT');
    expect(platform.payments.get(paymentId)).toMatchObject({
      amount: { total: 1234, currency: 'CNY' },
      attach: order.id,
      notify_url: `${door.url}/callbacks/order/payments/wechat-pay`,
    });
    platform.pay(paymentId);
    const callback = platform.paidCallback(paymentId);
    const answers = await Promise.all([
      deliver(callback),
      deliver(callback),
      deliver(platform.paidCallback(paymentId)),
    ]);
    const success = { status: 200, body: '{"code":"SUCCESS","message":"成功"}' };
    expect(answers).toEqual([success, success, success]);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PAID',
      payments: [{ id: paymentId, status: 'SUCCEEDED', refunded: { amount: '0.00' } }],
    });
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('in a mini-program signs what its sheet needs, for the user that WeChat knows', async () => {
    const { viewer, order } = await placed();
    const input = { provider: 'WECHAT_PAY', scene: 'MINI_PROGRAM' };
    expect((await shop.pay(viewer, order.id, input)).userErrors).toMatchObject([
      { __typename: 'InvalidInputError', code: 'INVALID_INPUT', path: ['scene'] },
    ]);
    neighbours.openIds.set(`${platform.appId} ${viewer.id}`, 'o-somebody');
    const { payment } = await shop.pay(viewer, order.id, input);
    const { timeStamp, nonceStr, package: named, signType, paySign } = payment.clientParameters;
    expect([named, signType]).toEqual([`prepay_id=wx${payment.id}`, 'RSA']);
    const lines = `${platform.appId}\n${timeStamp}\n${nonceStr}\n${named}\n`;
    const key = platform.keys.merchant.publicKey;
    expect(createVerify('RSA-SHA256').update(lines).verify(key, paySign, 'base64')).toBe(true);
  });

  test('in an app, where it is not bound: PAYMENT_PROVIDER_UNAVAILABLE', async () => {
    const { answer } = await begun({ scene: 'APP' });
    expect(answer.userErrors).toMatchObject([{ code: 'PAYMENT_PROVIDER_UNAVAILABLE', provider: 'WECHAT_PAY' }]);
  });

  test('again with the same key after its answer got lost begins one payment', async () => {
    const { viewer, order } = await placed();
    const input = { provider: 'WECHAT_PAY', scene: 'WEB', idempotencyKey: 'lost' };
    platform.loseNextAnswerAbout(order.id);
    await expect(shop.pay(viewer, order.id, input)).rejects.toThrow('BUSY');
    const { payment } = await shop.pay(viewer, order.id, input);
    expect(payment.status).toBe('PENDING');
    expect([...platform.payments.values()].filter(({ attach }) => attach === order.id)).toHaveLength(1);
  });

  test('whose callback never comes is found by asking', async () => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    await askProviders();
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
    expect((await deliver(platform.paidCallback(paymentId))).status).toBe(200);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('is closed at WeChat Pay when its order ends, and no money is taken any more', async () => {
    const { viewer, order, paymentId } = await begun();
    await shop.cancel(viewer, order.id);
    await askProviders(0);
    expect(platform.payments.get(paymentId)?.state).toBe('CLOSED');
    const asked = platform.asked.length;
    await askProviders(60 * 60_000);
    expect(platform.asked.slice(asked).filter((path) => path.includes(paymentId))).toEqual([]);
  });

  test('in the moment in which its order ends sends the money back, though closing came too late', async () => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    await shop.cancel(viewer, order.id);
    await askProviders(0);
    const refund = [...platform.refunds.values()].find(({ out_trade_no }) => out_trade_no === paymentId);
    expect(refund?.amount).toEqual({ refund: 1234, total: 1234, currency: 'CNY' });
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      refunds: [{ id: refund?.out_refund_no, status: 'PENDING', cause: 'LATE_PAYMENT' }],
    });
  });
});

describe('money that goes back by WeChat Pay', () => {
  async function paid() {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    await deliver(platform.paidCallback(paymentId));
    return { viewer, order, paymentId };
  }
  const refundsOf = (paymentId: string) =>
    [...platform.refunds.values()].filter(({ out_trade_no }) => out_trade_no === paymentId);
  const statusOf = async (viewer: ReturnType<typeof member>, orderId: string) =>
    (await shop.order(viewer, orderId)).refunds.map(({ status }: Answer) => status);
  const finishRefunds = async () => {
    world.clock.advance(20_000);
    await world.subgraph.runJob('finish-pending-refunds');
  };

  test('is under way until it says so, and is told once', async () => {
    const { viewer, order, paymentId } = await paid();
    await shop.cancel(viewer, order.id);
    const [refund] = refundsOf(paymentId);
    const id = String(refund?.out_refund_no);
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    // Early: the callback comes before it is done.
    expect((await deliver(platform.refundCallback(id))).status).toBe(200);
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    platform.finishRefund(id);
    const callback = platform.refundCallback(id);
    await Promise.all([deliver(callback), deliver(callback)]);
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    expect((await eventsOf(order.id)).filter((name) => name === 'order.refunded')).toHaveLength(1);
    expect(refundsOf(paymentId)).toHaveLength(1);
  });

  test('goes back once, though the answer got lost: it is asked before it is repeated', async () => {
    const { viewer, order, paymentId } = await paid();
    platform.loseNextAnswerAbout(paymentId);
    await shop.cancel(viewer, order.id);
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    const id = String(refundsOf(paymentId)[0]?.out_refund_no);
    platform.finishRefund(id);
    const asked = platform.asked.length;
    await finishRefunds();
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    const since = platform.asked.slice(asked);
    expect(since).toContain(`GET /v3/refund/domestic/refunds/${id}`);
    expect(since).not.toContain('POST /v3/refund/domestic/refunds');
  });

  test('that WeChat Pay can not give back stays promised', async () => {
    const { viewer, order, paymentId } = await paid();
    await shop.cancel(viewer, order.id);
    const id = String(refundsOf(paymentId)[0]?.out_refund_no);
    platform.finishRefund(id, 'ABNORMAL');
    await deliver(platform.refundCallback(id));
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    platform.finishRefund(id);
    world.clock.advance(60_000);
    await finishRefunds();
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
  });
});

describe('a forged callback of WeChat Pay', () => {
  const { stranger } = platform.keys;

  test.each<[string, () => WeChatPayForgery]>([
    ['another key', () => ({ key: stranger.privateKey })],
    ['a serial number that nobody has', () => ({ serial: 'PUB_KEY_ID_UNKNOWN' })],
    ['SHA-1 instead of SHA-256', () => ({ hash: 'RSA-SHA1' })],
    ['a time of 301 s ago', () => ({ at: new Date(world.clock.now().getTime() - 301_000) })],
    ['a time of 301 s ahead', () => ({ at: new Date(world.clock.now().getTime() + 301_000) })],
    ['another APIv3 key', () => ({ apiV3Key: 'x'.repeat(32) })],
    ['another merchant', () => ({ facts: { mchid: '1900000110' } })],
    ['another app', () => ({ facts: { appid: 'wx0000000000000000' } })],
    ['another amount', () => ({ facts: { amount: { total: 1, currency: 'CNY' } } })],
    ['another currency', () => ({ facts: { amount: { total: 1234, currency: 'USD' } } })],
    ['another order', () => ({ facts: { attach: 'ord_of_somebody' } })],
    ['a payment that nobody began', () => ({ facts: { out_trade_no: 'pay_nobody' } })],
    ['no amount', () => ({ facts: { amount: null } })],
  ])('with %s has no effect', async (_name, forgery) => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    expect(await deliver(platform.paidCallback(paymentId, forgery()))).toEqual({
      status: 401,
      body: '{"code":"FAIL","message":"失败"}',
    });
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PENDING_PAYMENT',
      payments: [{ status: 'PENDING' }],
    });
    expect(await eventsOf(order.id)).toEqual(['order.placed']);
    // The true one still counts.
    expect((await deliver(platform.paidCallback(paymentId))).status).toBe(200);
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
  });

  test('that was truncated, changed, moved to another sender or stripped has no effect', async () => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    const callback = platform.paidCallback(paymentId);
    const { 'wechatpay-signature': _signature, ...unsigned } = callback.headers;
    for (const forged of [
      { ...callback, body: callback.body.slice(0, -1) },
      { ...callback, body: callback.body.replace('TRANSACTION.SUCCESS', 'TRANSACTION.SUCCES5') },
      { ...callback, body: '' },
      { ...callback, headers: unsigned },
      { ...callback, headers: { ...callback.headers, 'wechatpay-signature-type': 'WECHATPAY2-SHA1-RSA2048' } },
      { ...callback, headers: { ...callback.headers, 'wechatpay-nonce': 'another' } },
    ]) {
      expect((await deliver(forged)).status).toBe(401);
    }
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
  });

  test('that is another payment’s, replayed, pays nothing twice', async () => {
    const first = await begun();
    const second = await begun();
    platform.pay(first.paymentId);
    const callback = platform.paidCallback(first.paymentId);
    for (let times = 0; times < 3; times += 1) await deliver(callback);
    expect((await shop.order(second.viewer, second.order.id)).status).toBe('PENDING_PAYMENT');
    expect((await eventsOf(first.order.id)).filter((name) => name === 'order.paid')).toHaveLength(1);
  });

  test('that comes in another order than it was sent has the effect of the right one: the word about a refund before that about its payment', async () => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    const paidFirst = platform.paidCallback(paymentId);
    await deliver(paidFirst);
    await shop.cancel(viewer, order.id);
    const refund = [...platform.refunds.values()].find(({ out_trade_no }) => out_trade_no === paymentId);
    const id = String(refund?.out_refund_no);
    platform.finishRefund(id);
    for (const callback of [platform.refundCallback(id), paidFirst, platform.refundCallback(id), paidFirst]) {
      expect((await deliver(callback)).status).toBe(200);
    }
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'CANCELLED',
      payments: [{ status: 'SUCCEEDED', refunded: { amount: '12.34' } }],
      refunds: [{ status: 'SUCCEEDED', amount: { amount: '12.34' } }],
    });
    expect((await eventsOf(order.id)).filter((name) => name === 'order.paid')).toHaveLength(1);
    expect((await eventsOf(order.id)).filter((name) => name === 'order.refunded')).toHaveLength(1);
  });

  test('is not answered for by an answer that somebody else signed: nothing is believed', async () => {
    const { viewer, order, paymentId } = await begun();
    platform.pay(paymentId);
    world.clock.advance(20_000);
    platform.signAnswersWith(stranger.privateKey);
    await world.subgraph.runJob('ask-providers');
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
    platform.signAnswersWith(platform.keys.platform.privateKey);
    await askProviders(60_000);
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
  });
});
