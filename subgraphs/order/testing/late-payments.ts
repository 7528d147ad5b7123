import { newId } from '#kit/ids/ids.ts';
import { signTestNotification } from '../payment/providers/test-provider.ts';
import { shopIn } from './documents.ts';
import { member, onSale, testSecret, type OrderWorld } from './order-world.ts';

/** Orders that were closed for want of payment, and money that comes for them. */
export function latePaymentsIn(world: OrderWorld) {
  const { neighbours, db, clock } = world;
  const shop = shopIn(world);
  /** Of one SKU: all that there are. */
  const units = 3;

  /** An order of 3 units with a coupon and 200 points that was closed for want of payment, and as many payments under way. */
  async function closedOrder({ payments = 1 } = {}) {
    const viewer = member(newId('member'));
    const skuId = onSale(neighbours, { minor: 1000, units });
    const couponId = newId('coupon');
    neighbours.coupons.set(couponId, { memberId: viewer.id ?? '', amountMinor: 300 });
    neighbours.points.set(viewer.id ?? '', 200);
    const lines = [{ skuId, quantity: units }];
    const { order } = await shop.place(viewer, { lines, couponIds: [couponId], pointsToSpend: 200 });
    const paymentIds = await Promise.all(Array.from({ length: payments }, () => openPayment(order.id)));
    clock.advance(31 * 60_000);
    await world.subgraph.runJob('close-unpaid-orders');
    // What the neighbours do when they hear of it.
    const call = { viewer, requestId: 'req_1' };
    const released = { orderId: order.id };
    await neighbours.transport.call('logistics', '/internal/releaseStock', released, call);
    await neighbours.transport.call('promotion', '/internal/releaseBenefits', released, call);
    await neighbours.transport.call('member', '/internal/releasePoints', released, call);
    return { viewer, orderId: String(order.id), skuId, paymentIds };
  }

  async function openPayment(orderId: string): Promise<string> {
    const _id = newId('payment');
    const row = {
      _id,
      orderId,
      memberId: null,
      provider: 'TEST',
      status: 'PENDING',
      amountMinor: 2500,
      currency: 'CNY',
    };
    const open = { clientParameters: null, transactionId: null, captured: false, refundedMinor: 0, settledAt: null };
    await db.connection
      .collection<{ _id: string }>('payments')
      .insertOne({ ...row, ...open, createdAt: clock.now() } as never);
    return _id;
  }

  async function moneyCame(paymentId: string, orderId: string): Promise<number> {
    const said = { paymentId, orderId, transactionId: `t-${paymentId}`, outcome: 'SUCCEEDED' };
    const body = Buffer.from(JSON.stringify({ ...said, amountMinor: 2500, currency: 'CNY' }));
    const { rawBody, headers } = signTestNotification(testSecret, body, clock.now());
    const answer = await world.subgraph.routes[0]?.handle({ rawBody, headers, query: {}, log: world.subgraph.log });
    return answer?.status ?? 0;
  }

  return { units, closedOrder, moneyCame };
}
