import { afterAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { deliver } from '#kit/testing/fake-platform.ts';
import { startFakeStripe, type StripeForgery } from '#kit/testing/fake-stripe/fake-stripe.ts';
import { shopIn } from '../../../testing/documents.ts';
import { member, onSale, orderWorld, type Answer } from '../../../testing/order-world.ts';

const platform = await startFakeStripe(() => world.clock.now());
const door = await openCallbackDoor(() => world.subgraph);
afterAll(async () => {
  await platform.stop();
  await door.stop();
});
const world = orderWorld(platform.env);
const shop = shopIn(world);
const url = `${door.url}/callbacks/order/payments/stripe`;
const success = { status: 200, body: '{"received":true}' };
const refusal = { status: 401, body: '{"received":false}' };

async function placed(input: object = {}) {
  const viewer = member(newId('member'));
  const skuId = onSale(world.neighbours, { minor: 1234 });
  const { order } = await shop.place(viewer, { lines: [{ skuId, quantity: 1 }] });
  const pay = () => shop.pay(viewer, order.id, { provider: 'STRIPE', scene: 'WEB', ...input });
  return { viewer, order, pay };
}

/** A payment that Stripe knows of, not yet paid. */
async function begun() {
  const start = await placed();
  const { payment } = await start.pay();
  return { ...start, paymentId: String(payment.id), secret: String(payment.clientParameters.clientSecret) };
}

async function paid() {
  const start = await begun();
  platform.pay(start.secret);
  await deliver(platform.intentWebhook(url, start.paymentId));
  return start;
}

const askProviders = async (afterMs = 20_000) => {
  world.clock.advance(afterMs);
  await world.subgraph.runJob('ask-providers');
};
const eventsOf = async (orderId: string) => (await world.eventsOf(orderId)).map(({ name }) => name);
const refundsOf = (paymentId: string) =>
  [...platform.refunds.values()].filter((refund) => refund.payment_intent === platform.intentOf(paymentId).id);
const statusOf = async (viewer: ReturnType<typeof member>, orderId: string) =>
  (await shop.order(viewer, orderId)).refunds.map(({ status }: Answer) => status);

describe('paying by Stripe', () => {
  test('gives the client the secret, waits, and makes the order paid by the webhook, once', async () => {
    const { viewer, order, paymentId, secret } = await begun();
    expect(platform.intentOf(paymentId)).toMatchObject({
      amount: 1234,
      currency: 'cny',
      client_secret: secret,
      metadata: { paymentId, orderId: order.id },
    });
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
    platform.pay(secret);
    const webhook = platform.intentWebhook(url, paymentId);
    const answers = await Promise.all([
      deliver(webhook),
      deliver(webhook),
      deliver(platform.intentWebhook(url, paymentId)),
    ]);
    expect(answers).toEqual([success, success, success]);
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('may be tried with another card: a declined one ends nothing, in whatever order the webhooks come', async () => {
    const { viewer, order, paymentId, secret } = await begun();
    const declined = platform.intentWebhook(url, paymentId, 'payment_intent.payment_failed');
    expect(await deliver(declined)).toEqual(success);
    expect((await shop.order(viewer, order.id)).payments).toMatchObject([{ status: 'PENDING' }]);
    platform.pay(secret);
    for (const webhook of [platform.intentWebhook(url, paymentId), declined]) {
      expect(await deliver(webhook)).toEqual(success);
    }
    expect(await shop.order(viewer, order.id)).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
  });

  test.each(['QR_CODE', 'MINI_PROGRAM'])('in the scene %s: PAYMENT_PROVIDER_UNAVAILABLE', async (scene) => {
    const { pay } = await placed({ scene });
    expect((await pay()).userErrors).toMatchObject([{ code: 'PAYMENT_PROVIDER_UNAVAILABLE', provider: 'STRIPE' }]);
  });

  test('again with the same key after its answer got lost begins one intent', async () => {
    const { order, pay } = await placed({ idempotencyKey: 'lost' });
    platform.loseNextAnswerAbout(order.id);
    await expect(pay()).rejects.toThrow('BUSY');
    expect((await pay()).payment.clientParameters.clientSecret).toMatch(/^pi_/);
    const made = [...platform.intents.values()].filter(({ metadata }) => metadata['orderId'] === order.id);
    expect(made).toHaveLength(1);
  });

  test('whose webhook never comes is found by asking', async () => {
    const { viewer, order, paymentId, secret } = await begun();
    platform.pay(secret);
    await askProviders();
    expect((await shop.order(viewer, order.id)).status).toBe('PAID');
    expect(await deliver(platform.intentWebhook(url, paymentId))).toEqual(success);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('is cancelled at Stripe when the order’s time to pay is over, and asked about no more', async () => {
    const { viewer, order, paymentId } = await begun();
    world.clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await shop.order(viewer, order.id)).status).toBe('CLOSED');
    await askProviders(0);
    const { id, status } = platform.intentOf(paymentId);
    expect(status).toBe('canceled');
    const asked = platform.asked.length;
    await askProviders(3_600_000);
    expect(platform.asked.slice(asked).filter((path) => path.includes(id))).toEqual([]);
  });

  test('after the order’s end sends the money back', async () => {
    const { viewer, order, paymentId, secret } = await begun();
    platform.pay(secret);
    await shop.cancel(viewer, order.id);
    expect(await deliver(platform.intentWebhook(url, paymentId))).toEqual(success);
    expect(refundsOf(paymentId)).toMatchObject([{ amount: 1234, currency: 'cny' }]);
    expect((await shop.order(viewer, order.id)).refunds).toMatchObject([{ status: 'PENDING', cause: 'LATE_PAYMENT' }]);
  });
});

describe('money that goes back by Stripe', () => {
  test('is under way until it says so, and is told once', async () => {
    const { viewer, order, paymentId } = await paid();
    await shop.cancel(viewer, order.id);
    const id = String(refundsOf(paymentId)[0]?.metadata['refundId']);
    expect(await statusOf(viewer, order.id)).toEqual(['PENDING']);
    platform.finishRefund(id);
    const webhook = platform.refundWebhook(url, id);
    await Promise.all([deliver(webhook), deliver(webhook)]);
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    expect((await eventsOf(order.id)).filter((name) => name === 'order.refunded')).toHaveLength(1);
  });

  test('goes back once, though the answer got lost: it is asked before it is repeated', async () => {
    const { viewer, order, paymentId } = await paid();
    platform.loseNextAnswerAbout(order.id);
    await shop.cancel(viewer, order.id);
    platform.finishRefund(String(refundsOf(paymentId)[0]?.metadata['refundId']));
    const asked = platform.asked.length;
    world.clock.advance(20_000);
    await world.subgraph.runJob('finish-pending-refunds');
    expect(await statusOf(viewer, order.id)).toEqual(['SUCCEEDED']);
    expect(refundsOf(paymentId)).toHaveLength(1);
    expect(platform.asked.slice(asked)).not.toContain('POST /v1/refunds');
  });
});

describe('a forged webhook of Stripe', () => {
  const ago = (seconds: number) => new Date(world.clock.now().getTime() - seconds * 1000);

  test.each<[string, () => StripeForgery]>([
    ['another secret', () => ({ secret: 'whsec_of_somebody_else_altogether' })],
    ['a scheme that is not to be trusted', () => ({ scheme: 'v0' })],
    ['SHA-1 instead of SHA-256', () => ({ hash: 'sha1' })],
    ['a time of 301 s ago', () => ({ at: ago(301) })],
    ['a time of 301 s ahead', () => ({ at: ago(-301) })],
    ['another account', () => ({ event: { account: 'acct_1SomebodyElse' } })],
    ['play money as if it were real', () => ({ event: { livemode: true } })],
    ['another amount', () => ({ object: { amount_received: 1 } })],
    ['another currency', () => ({ object: { currency: 'usd' } })],
    ['another order', () => ({ object: { metadata: { paymentId: 'pay_nobody', orderId: 'ord_nobody' } } })],
    ['nothing of ours', () => ({ object: { metadata: {} } })],
    ['an intent that is still under way', () => ({ object: { status: 'processing' } })],
    ['no intent', () => ({ event: { data: { object: null } } })],
  ])('with %s has no effect', async (_name, forgery) => {
    const { viewer, order, paymentId, secret } = await begun();
    platform.pay(secret);
    expect(await deliver(platform.intentWebhook(url, paymentId, undefined, forgery()))).toEqual(refusal);
    expect(await shop.order(viewer, order.id)).toMatchObject({
      status: 'PENDING_PAYMENT',
      payments: [{ status: 'PENDING' }],
    });
    // The true one still counts.
    expect(await deliver(platform.intentWebhook(url, paymentId))).toEqual(success);
    expect(await eventsOf(order.id)).toEqual(['order.placed', 'order.paid']);
  });

  test('that was truncated, changed, stripped or has two times has no effect', async () => {
    const { viewer, order, paymentId, secret } = await begun();
    platform.pay(secret);
    const webhook = platform.intentWebhook(url, paymentId);
    const header = String(webhook.headers['stripe-signature']);
    const withHeader = (signature: string) => ({ ...webhook, headers: { 'stripe-signature': signature } });
    for (const forged of [
      { ...webhook, body: webhook.body.slice(0, -1) },
      { ...webhook, body: webhook.body.replace('1234', '1235') },
      { ...webhook, body: '' },
      withHeader(''),
      withHeader(`t=1,${header}`),
      withHeader(header.replace('v1=', 'v1=00')),
    ]) {
      expect(await deliver(forged)).toEqual(refusal);
    }
    expect((await shop.order(viewer, order.id)).status).toBe('PENDING_PAYMENT');
  });
});
