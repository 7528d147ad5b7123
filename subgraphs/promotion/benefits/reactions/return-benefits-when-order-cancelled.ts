import type { Clock } from '#kit/clock/clock.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { returnBenefits } from '../steps/return-benefits.ts';

/** A cancelled or closed order gives everything back, paid or not: a coupon is free again if it is still valid. What a later attempt holds stays. Its edits give back what they used. */
export function returnBenefitsWhenOrderCancelled(stores: BenefitStores, clock: Clock): Reaction {
  return reaction({
    name: 'return-benefits-when-order-cancelled',
    on: 'order.cancelled',
    async react({ payload: { orderId, attempt = 1, editedBy = [] } }, session) {
      for (const id of [orderId, ...editedBy]) {
        const lock = await stores.locks.byOrder(id, session);
        if (!lock || lock.state === 'RELEASED' || lock.attempt > attempt) continue;
        await returnBenefits(stores, session, { lock, from: lock.state, at: clock.now() });
      }
    },
  });
}
