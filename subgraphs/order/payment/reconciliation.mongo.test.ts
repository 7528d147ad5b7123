import { afterAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { deliver } from '#kit/testing/fake-platform.ts';
import { startFakeStripe } from '#kit/testing/fake-stripe/fake-stripe.ts';
import { startFakeWeChatPay } from '#kit/testing/fake-wechat-pay/fake-wechat-pay.ts';
import { shopIn } from '../testing/documents.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../testing/order-world.ts';

const weChatPay = await startFakeWeChatPay(() => world.clock.now());
const stripe = await startFakeStripe(() => world.clock.now());
const door = await openCallbackDoor(() => world.subgraph);
afterAll(async () => {
  for (const one of [weChatPay, stripe, door]) await one.stop();
});
const world = orderWorld({ ...weChatPay.env, ...stripe.env, PAYMENT_CALLBACK_URL: door.url });
const shop = shopIn(world);

const document = `query ($date: String!, $provider: PaymentProvider!) {
  paymentReconciliation(date: $date, provider: $provider) {
    provider date paymentCount refundCount
    differences { reason subject id here { amount currency } atProvider { amount currency } }
  }
}`;
const read = async (provider: string, date = '2026-11-22') =>
  (await world.ask(staff('order:read'), document, { date, provider })).paymentReconciliation;

async function paid(provider: 'WECHAT_PAY' | 'STRIPE') {
  const viewer = member(newId('member'));
  const skuId = onSale(world.neighbours, { minor: 1234 });
  const { order } = await shop.place(viewer, { lines: [{ skuId, quantity: 1 }] });
  const { payment } = await shop.pay(viewer, order.id, { provider, scene: 'WEB' });
  if (provider === 'STRIPE') stripe.pay(payment.clientParameters.clientSecret);
  else weChatPay.pay(payment.id);
  return { viewer, order, paymentId: String(payment.id) };
}
const tell = (paymentId: string) => deliver(weChatPay.paidCallback(paymentId));
const tellByStripe = (paymentId: string) =>
  deliver(stripe.intentWebhook(`${door.url}/callbacks/order/payments/stripe`, paymentId));
const payments = () => world.db.connection.collection<{ _id: string }>('payments');

describe('comparing a day with the statements of the providers', () => {
  test('finds every kind of difference, and nothing else, in the morning after', async () => {
    const [right, unheard, unknown, other] = [
      await paid('WECHAT_PAY'),
      await paid('WECHAT_PAY'),
      await paid('WECHAT_PAY'),
      await paid('WECHAT_PAY'),
    ];
    const gone = await paid('WECHAT_PAY');
    for (const { paymentId } of [right, unknown, other, gone]) await tell(paymentId);
    await payments().updateOne({ _id: other.paymentId }, { $set: { amountMinor: 1 } });
    await payments().deleteOne({ _id: unknown.paymentId });
    weChatPay.changeBills((rows) => rows.filter(({ paymentId }) => paymentId !== gone.paymentId));

    const refunded = await paid('WECHAT_PAY');
    await tell(refunded.paymentId);
    await shop.cancel(refunded.viewer, refunded.order.id);
    const [refund] = weChatPay.refunds.values();
    weChatPay.finishRefund(String(refund?.out_refund_no));
    await deliver(weChatPay.refundCallback(String(refund?.out_refund_no)));

    const byStripe = [await paid('STRIPE'), await paid('STRIPE'), await paid('STRIPE')];
    for (const { paymentId } of byStripe.slice(1)) await tellByStripe(paymentId);

    // Nobody asks about what was never told, when its order's time runs out neither: this is what a comparison is for.
    const untold = [unheard.paymentId, String(byStripe[0]?.paymentId)];
    for (const _id of untold) await payments().updateOne({ _id }, { $unset: { 'task.askAt': '' } });
    world.clock.set('2026-11-23T02:29:00Z');
    await world.subgraph.runJob('reconcile-payments');
    expect(await read('WECHAT_PAY')).toBeNull();
    world.clock.set('2026-11-23T02:31:00Z');
    await world.subgraph.runJob('reconcile-payments');

    const whole = { amount: '12.34', currency: 'CNY' };
    const found = await read('WECHAT_PAY');
    expect(found).toMatchObject({ provider: 'WECHAT_PAY', date: '2026-11-22', paymentCount: 5, refundCount: 1 });
    const sorted = found.differences.sort((one: Answer, two: Answer) => one.reason.localeCompare(two.reason));
    expect(sorted).toEqual([
      {
        reason: 'AMOUNT_DIFFERS',
        subject: 'PAYMENT',
        id: other.paymentId,
        here: { ...whole, amount: '0.01' },
        atProvider: whole,
      },
      { reason: 'MISSING_AT_PROVIDER', subject: 'PAYMENT', id: gone.paymentId, here: whole, atProvider: null },
      { reason: 'MISSING_HERE', subject: 'PAYMENT', id: unknown.paymentId, here: null, atProvider: whole },
      { reason: 'STATUS_DIFFERS', subject: 'PAYMENT', id: unheard.paymentId, here: whole, atProvider: whole },
    ]);
    expect(await read('STRIPE')).toMatchObject({
      paymentCount: 3,
      refundCount: 0,
      differences: [{ reason: 'STATUS_DIFFERS', id: byStripe[0]?.paymentId }],
    });
  });

  test('agrees on a payment that was booked there before midnight and told here after it', async () => {
    world.clock.set('2026-11-24T15:59:59Z');
    const late = await paid('WECHAT_PAY');
    world.clock.set('2026-11-24T16:00:30Z');
    await tell(late.paymentId);
    world.clock.set('2026-11-26T03:00:00Z');
    await world.subgraph.runJob('reconcile-payments');
    expect(await read('WECHAT_PAY', '2026-11-24')).toMatchObject({ paymentCount: 1, differences: [] });
    expect(await read('WECHAT_PAY', '2026-11-25')).toMatchObject({ paymentCount: 0, differences: [] });
  });

  test('is kept from whoever may not see orders, and takes a day only', async () => {
    const variables = { date: '2026-11-22', provider: 'WECHAT_PAY' };
    expect(await world.errorsOf(staff('stock:read'), document, variables)).toEqual(['FORBIDDEN']);
    expect(await world.errorsOf(staff('order:read'), document, { ...variables, date: '2026-11-31' })).toEqual([
      'BAD_USER_INPUT',
    ]);
  });
});
