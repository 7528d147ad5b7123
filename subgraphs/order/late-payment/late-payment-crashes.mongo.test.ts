import { beforeEach, describe, expect, test } from '@jest/globals';
import type { CrashPointName } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { shopIn } from '../testing/documents.ts';
import { latePaymentsIn } from '../testing/late-payments.ts';
import { orderWorld, type Answer } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const shop = shopIn(world);
const { units, closedOrder, moneyCame } = latePaymentsIn(world);

beforeEach(() => {
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
});

/** What the others do once the dead one's lease is over. */
async function finish(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    clock.advance(16_000);
    for (const job of ['finish-late-payments', 'finish-pending-refunds', 'seal-audit-entries'])
      await world.subgraph.runJob(job);
  }
}

async function discrepancies(): Promise<unknown[]> {
  clock.advance(15 * 60_000);
  const call = { viewer: systemViewer('verify'), requestId: newId('request') };
  return ((await world.subgraph.call('/internal/verify', {}, call)) as Answer).discrepancies;
}

describe('a process that dies while money for a closed order is dealt with', () => {
  test.each<CrashPointName>([
    'order.paying.before-settle',
    'order.paying.settled',
    'order.late-payment.held',
    'order.late-payment.before-keep',
    'order.late-payment.kept',
  ])('at %s, with the goods still there, leaves an order that is paid once', async (point) => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    await dieAt(point, () => moneyCame(paymentIds[0] ?? '', orderId));
    await finish();
    // The platform calls back until it is answered.
    expect(await moneyCame(paymentIds[0] ?? '', orderId)).toBe(200);
    await finish();
    expect(await shop.order(viewer, orderId)).toMatchObject({ status: 'PAID', refunds: [] });
    expect(neighbours.stock.get(skuId)).toBe(0);
    expect((await world.eventsOf(orderId)).map(({ name }) => name)).toEqual([
      'order.placed',
      'order.cancelled',
      'order.paid',
    ]);
    expect(await discrepancies()).toEqual([]);
  });

  test.each<CrashPointName>([
    'order.paying.settled',
    'order.late-payment.held',
    'order.late-payment.before-refund',
    'order.late-payment.refund-decided',
    'order.refunding.noted',
    'order.refunding.money-back',
    'order.refunding.before-record',
    'order.late-payment.given-back',
  ])('at %s, with the goods gone, leaves one refund and nothing held', async (point) => {
    const { viewer, orderId, skuId, paymentIds } = await closedOrder();
    neighbours.stock.set(skuId, units - 1);
    await dieAt(point, () => moneyCame(paymentIds[0] ?? '', orderId));
    await finish();
    const order = await shop.order(viewer, orderId);
    expect(order.status).toBe('CLOSED');
    expect(order.refunds).toMatchObject([{ cause: 'LATE_PAYMENT', status: 'SUCCEEDED', amount: { amount: '25.00' } }]);
    expect(neighbours.stock.get(skuId)).toBe(units - 1);
    expect(neighbours.locks.get(orderId)).toMatchObject({ attempt: 2, state: 'RELEASED' });
    expect(neighbours.points.get(viewer.id ?? '')).toBe(200);
    expect(await discrepancies()).toEqual([]);
  });
});
