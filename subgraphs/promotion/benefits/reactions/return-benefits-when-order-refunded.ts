import type { Clock } from '#kit/clock/clock.ts';
import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import { returnBenefits } from '../steps/return-benefits.ts';

/** A wholly refunded order gives everything back; a partial refund leaves coupons and budgets used. */
export function returnBenefitsWhenOrderRefunded(stores: BenefitStores, clock: Clock): Reaction {
  return reaction({
    name: 'return-benefits-when-order-refunded',
    on: 'order.refunded',
    async react({ payload: { orderId, full } }, session) {
      const lock = full ? await stores.locks.byOrder(orderId, session) : null;
      if (!lock || lock.state === 'RELEASED') return;
      await returnBenefits(stores, session, { lock, from: lock.state, at: clock.now() });
    },
  });
}
