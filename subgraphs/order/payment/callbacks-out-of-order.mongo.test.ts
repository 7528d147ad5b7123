import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { shopIn } from '../testing/documents.ts';
import { openPaymentsIn } from '../testing/open-payments.ts';
import { member, onSale, orderWorld, testSecret } from '../testing/order-world.ts';
import { signTestNotification } from './providers/test-provider.ts';

const world = orderWorld();
const { neighbours } = world;
const shop = shopIn(world);
const { openPayment } = openPaymentsIn(world);

const said = (paymentId: string, orderId: string, outcome: 'SUCCEEDED' | 'FAILED' = 'SUCCEEDED') => ({
  paymentId,
  orderId,
  transactionId: `t-${paymentId}`,
  outcome,
  amountMinor: 1234,
  currency: 'CNY',
});

/** Delivers a callback of TEST, signed at this moment; the status of the answer. */
async function deliver(body: Buffer, signed: Buffer = body): Promise<number> {
  const { headers } = signTestNotification(testSecret, signed, world.clock.now());
  const log = world.subgraph.log;
  const answer = await world.subgraph.routes[0]?.handle({ rawBody: body, headers, query: {}, log });
  return answer?.status ?? 0;
}
const tell = (fact: object) => deliver(Buffer.from(JSON.stringify(fact)));

async function placed() {
  const viewer = member(newId('member'));
  const { order } = await shop.place(viewer, { lines: [{ skuId: onSale(neighbours, { minor: 1234 }), quantity: 1 }] });
  const orderId = String(order.id);
  const seen = () => shop.order(viewer, orderId);
  const namesOf = async () => (await world.eventsOf(orderId)).map(({ name }) => name);
  return { viewer, orderId, seen, namesOf, paymentId: await openPayment(orderId, 1234) };
}

describe('callbacks of TEST that come in another order than they were sent', () => {
  test('a success behind its failure is the money that came: paid, once', async () => {
    const { orderId, paymentId, seen, namesOf } = await placed();
    for (const outcome of ['FAILED', 'SUCCEEDED', 'FAILED', 'SUCCEEDED'] as const)
      expect(await tell(said(paymentId, orderId, outcome))).toBe(200);
    expect(await seen()).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }], refunds: [] });
    expect(await namesOf()).toEqual(['order.placed', 'order.paid']);
  });

  test('a failure behind its success changes nothing', async () => {
    const { orderId, paymentId, seen } = await placed();
    for (const outcome of ['SUCCEEDED', 'FAILED'] as const)
      expect(await tell(said(paymentId, orderId, outcome))).toBe(200);
    expect(await seen()).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }] });
  });

  test('an early one, of a payment that isn’t stored yet, is not acknowledged, and counts when it comes again', async () => {
    const { orderId, paymentId, seen, namesOf } = await placed();
    const payments = world.db.connection.collection<{ _id: string }>('payments');
    const payment = await payments.findOneAndDelete({ _id: paymentId });
    expect(await tell(said(paymentId, orderId))).toBe(401);
    expect((await seen()).status).toBe('PENDING_PAYMENT');
    await payments.insertOne(payment as { _id: string });
    expect(await tell(said(paymentId, orderId))).toBe(200);
    expect((await seen()).status).toBe('PAID');
    expect(await namesOf()).toEqual(['order.placed', 'order.paid']);
  });

  test('an earlier try’s success behind that of a later one goes back, once', async () => {
    const { orderId, paymentId, seen, namesOf } = await placed();
    const later = await openPayment(orderId, 1234);
    expect(await tell(said(later, orderId))).toBe(200);
    for (let times = 0; times < 3; times += 1) expect(await tell(said(paymentId, orderId))).toBe(200);
    expect(await seen()).toMatchObject({
      status: 'PAID',
      payments: [
        { status: 'SUCCEEDED', refunded: { amount: '12.34' } },
        { status: 'SUCCEEDED', refunded: { amount: '0.00' } },
      ],
      refunds: [{ cause: 'LATE_PAYMENT', amount: { amount: '12.34' }, status: 'SUCCEEDED' }],
    });
    expect(await namesOf()).toEqual(['order.placed', 'order.paid', 'order.refunded']);
  });

  test('a payment’s word behind its refund, and any number of times, pays and refunds nothing again', async () => {
    const { viewer, orderId, paymentId, seen, namesOf } = await placed();
    expect(await tell(said(paymentId, orderId))).toBe(200);
    await shop.cancel(viewer, orderId);
    for (const outcome of ['SUCCEEDED', 'FAILED', 'SUCCEEDED'] as const)
      expect(await tell(said(paymentId, orderId, outcome))).toBe(200);
    expect(await seen()).toMatchObject({
      status: 'CANCELLED',
      payments: [{ status: 'SUCCEEDED', refunded: { amount: '12.34' } }],
      refunds: [{ amount: { amount: '12.34' }, status: 'SUCCEEDED' }],
    });
    const names = await namesOf();
    expect(names.filter((name) => name === 'order.paid')).toHaveLength(1);
    expect(names.filter((name) => name === 'order.refunded')).toHaveLength(1);
  });

  test('a late one, hours behind the end of its order, is money that goes back or buys the goods, once', async () => {
    const { orderId, paymentId, seen } = await placed();
    world.clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    expect((await seen()).status).toBe('CLOSED');
    world.clock.advance(3 * 3_600_000);
    for (let times = 0; times < 2; times += 1) expect(await tell(said(paymentId, orderId))).toBe(200);
    // Everything could be had again.
    expect(await seen()).toMatchObject({ status: 'PAID', payments: [{ status: 'SUCCEEDED' }], refunds: [] });
  });
});

test('a callback of TEST that was truncated, wherever, has no effect, signed anew or not; whole, it has its one', async () => {
  const { orderId, paymentId, seen, namesOf } = await placed();
  const whole = Buffer.from(JSON.stringify(said(paymentId, orderId)));
  for (let length = 0; length < whole.length; length += 1) {
    const part = whole.subarray(0, length);
    expect([length, await deliver(part, whole), await deliver(part)]).toEqual([length, 401, 401]);
  }
  expect(await seen()).toMatchObject({ status: 'PENDING_PAYMENT', payments: [{ status: 'PENDING' }] });
  expect(await deliver(whole)).toBe(200);
  expect(await namesOf()).toEqual(['order.placed', 'order.paid']);
});
