import type { Clock } from '#kit/clock/clock.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { returnBenefits } from '../steps/return-benefits.ts';

/** A wholly refunded order gives everything back; a partial refund leaves coupons and budgets used. */
export function returnBenefitsWhenOrderRefunded(stores: BenefitStores, clock: Clock): Reaction {
  return reaction({
    name: 'return-benefits-when-order-refunded',
    on: 'order.refunded',
    async react({ payload: { orderId, full, editedBy = [] } }, session) {
      for (const id of full ? [orderId, ...editedBy] : []) {
        const lock = await stores.locks.byOrder(id, session);
        if (!lock || lock.state === 'RELEASED') continue;
        await returnBenefits(stores, session, { lock, from: lock.state, at: clock.now() });
      }
    },
  });
}
