import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { openCallbackDoor } from '#kit/testing/callback-door.ts';
import { startFakeAlipay, type AlipayBillForgery } from '#kit/testing/fake-alipay/fake-alipay.ts';
import { deliver } from '#kit/testing/fake-platform.ts';
import { shopIn } from '../../../testing/documents.ts';
import { member, onSale, orderWorld, staff, type Answer } from '../../../testing/order-world.ts';

const platform = await startFakeAlipay(() => world.clock.now());
const door = await openCallbackDoor(() => world.subgraph);
afterAll(async () => {
  await platform.stop();
  await door.stop();
});
const world = orderWorld({ ...platform.env, PAYMENT_CALLBACK_URL: door.url });
const shop = shopIn(world);

const document = `query ($date: String!) {
  paymentReconciliation(date: $date, provider: ALIPAY) {
    paymentCount refundCount differences { reason subject id here { amount } atProvider { amount } }
  }
}`;
const reconciled = async (date: string) =>
  (await world.ask(staff('order:read'), document, { date })).paymentReconciliation;
const payments = () => world.db.connection.collection<{ _id: string }>('payments');

/** Paid at Alipay; told to us unless said otherwise. */
async function paid({ isTold = true } = {}) {
  const viewer = member(newId('member'));
  const skuId = onSale(world.neighbours, { minor: 1234 });
  const { order } = await shop.place(viewer, { lines: [{ skuId, quantity: 1 }] });
  const { payment } = await shop.pay(viewer, order.id, { provider: 'ALIPAY', scene: 'QR_CODE' });
  platform.pay(payment.id);
  if (isTold) await deliver(platform.paidCallback(payment.id));
  return { viewer, order, paymentId: String(payment.id) };
}

/** Compares everything up to the day before a morning. */
async function compareOnTheMorningOf(day: string) {
  world.clock.set(`${day}T03:00:00Z`);
  await world.subgraph.runJob('reconcile-payments');
}

beforeEach(() => platform.forgeBills({}));

describe('comparing a day with Alipay’s bill', () => {
  test('finds every kind of difference, and nothing else', async () => {
    await paid();
    const refunded = await paid();
    await shop.cancel(refunded.viewer, refunded.order.id);
    const [gone, unknown, other, unheard] = [await paid(), await paid(), await paid(), await paid({ isTold: false })];
    await payments().updateOne({ _id: other.paymentId }, { $set: { amountMinor: 1 } });
    // Nobody asks about what was never told, on no later day either: this is what a comparison is for.
    await payments().updateOne({ _id: unheard.paymentId }, { $unset: { 'task.askAt': '' } });
    await payments().deleteOne({ _id: unknown.paymentId });
    platform.forgeBills({
      bill: (bill) => ({ ...bill, rows: bill.rows.filter(({ paymentId }) => paymentId !== gone.paymentId) }),
    });
    await compareOnTheMorningOf('2026-11-23');
    const whole = { amount: '12.34' };
    const { differences, ...counts } = await reconciled('2026-11-22');
    expect(counts).toEqual({ paymentCount: 5, refundCount: 1 });
    expect(differences.sort((a: Answer, b: Answer) => a.reason.localeCompare(b.reason))).toEqual([
      {
        reason: 'AMOUNT_DIFFERS',
        subject: 'PAYMENT',
        id: other.paymentId,
        here: { amount: '0.01' },
        atProvider: whole,
      },
      { reason: 'MISSING_AT_PROVIDER', subject: 'PAYMENT', id: gone.paymentId, here: whole, atProvider: null },
      { reason: 'MISSING_HERE', subject: 'PAYMENT', id: unknown.paymentId, here: null, atProvider: whole },
      { reason: 'STATUS_DIFFERS', subject: 'PAYMENT', id: unheard.paymentId, here: whole, atProvider: whole },
    ]);
  });

  test('takes a day of which Alipay has no bill for one without trades', async () => {
    await compareOnTheMorningOf('2026-11-25');
    expect(await reconciled('2026-11-24')).toEqual({ paymentCount: 0, refundCount: 0, differences: [] });
  });

  const forgeries: readonly [string, () => AlipayBillForgery][] = [
    ['lies on another host', () => ({ address: 'http://169.254.169.254/latest/meta-data' })],
    [
      'is somewhere else by now',
      () => ({ answer: () => ({ status: 302, headers: { location: `${door.url}/bill` }, body: '' }) }),
    ],
    ['can’t be had any more', () => ({ answer: () => ({ status: 404, body: 'expired' }) })],
    ['breaks off', () => ({ answer: (zip) => ({ status: 200, body: zip.slice(0, zip.length / 2) }) })],
    ['is a page', () => ({ answer: () => ({ status: 200, body: '<html>Sign in</html>' }) })],
    ['is another day’s', () => ({ bill: (bill) => ({ ...bill, day: '2026-11-01' }) })],
    ['is another seller’s', () => ({ bill: (bill) => ({ ...bill, sellerId: '2088000000000009' }) })],
    ['is larger than any bill', () => ({ answer: () => ({ status: 200, body: new Uint8Array(65 * 1024 * 1024) }) })],
  ];
  test.each(forgeries)('waits while the bill %s, and catches up', async (_, forgery) => {
    const day = new Date(world.clock.now().getTime() + 86_400_000);
    world.clock.set(day.toISOString());
    await paid();
    const [date, morning] = [0, 1].map((later) =>
      new Date(day.getTime() + 8 * 3_600_000 + later * 86_400_000).toISOString().slice(0, 10),
    ) as [string, string];
    platform.forgeBills(forgery());
    await compareOnTheMorningOf(morning);
    expect(await reconciled(date)).toBeNull();
    platform.forgeBills({});
    await compareOnTheMorningOf(morning);
    expect(await reconciled(date)).toEqual({ paymentCount: 1, refundCount: 0, differences: [] });
  });
});
