import { newId } from '#kit/ids/ids.ts';
import { shopIn } from './documents.ts';
import { openPaymentsIn } from './open-payments.ts';
import { member, onSale, type OrderWorld } from './order-world.ts';

/** Orders that were closed for want of payment, and money that comes for them. */
export function latePaymentsIn(world: OrderWorld) {
  const { neighbours, clock } = world;
  const { openPayment, moneyCame } = openPaymentsIn(world);
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
    const paymentIds = await Promise.all(Array.from({ length: payments }, () => openPayment(order.id, 2500)));
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

  return { units, closedOrder, moneyCame: (paymentId: string, orderId: string) => moneyCame(paymentId, orderId, 2500) };
}
