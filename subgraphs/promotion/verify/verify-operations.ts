import type { Clock } from '#kit/clock/clock.ts';
import { verifyMerges } from '#kit/member-merges/verify-merges.ts';
import { onItsWayMs, promotionVerification } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices, pageOfOrders, verifyBy } from '#kit/verification/verify-door.ts';
import { heldText } from '#kit/verification/held-text.ts';
import type { BenefitLockStore } from '../benefits/store/benefit-locks.ts';
import { verifyCoupons } from './verify-coupons.ts';
import { verifyFlashSales } from './verify-flash-sales.ts';
import { verifyPresales } from './verify-presales.ts';
import { verifyOffers } from './verify-offers.ts';

/** Where it is said whose something is. */
const ofMembers = ['coupons', 'benefitLocks', 'flashTickets'];

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly locks: Pick<BenefitLockStore, 'byOrders'>;
}) {
  return provide(promotionVerification, {
    ...verifyBy(parts, [verifyOffers, verifyCoupons, verifyFlashSales, verifyPresales, verifyMerges(ofMembers)]),

    async heldFor({ orderIds }, call) {
      onlyOurServices(call);
      const locks = [...(await parts.locks.byOrders(orderIds)).values()].filter(({ state }) => state !== 'RELEASED');
      const orders = locks.map(({ _id: orderId, promotions, coupons }) => {
        const held = [
          ...promotions.map(({ promotionId, amountMinor }) => [promotionId, amountMinor] as const),
          ...coupons.map(({ templateId, amountMinor }) => [templateId, amountMinor] as const),
        ];
        return { orderId, held: heldText(held) };
      });
      return { orders };
    },

    async openHolds({ after }, call) {
      onlyOurServices(call);
      const before = new Date(parts.clock.now().getTime() - onItsWayMs);
      const filter = { state: 'LOCKED', lockedAt: { $lt: before } };
      return pageOfOrders(parts.outbox, { collection: 'benefitLocks', filter, after });
    },
  });
}
