import type { Clock } from '#kit/clock/clock.ts';
import { idTime, isId } from '#kit/ids/ids.ts';
import { memberVerification, onItsWayMs } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices, pageOfOrders, verifyBy } from '#kit/verification/verify-door.ts';
import { verifyPoints } from './verify-points.ts';

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: { readonly outbox: Outbox; readonly clock: Clock }) {
  return provide(memberVerification, {
    ...verifyBy(parts, [verifyPoints]),

    async openHolds({ after }, call) {
      onlyOurServices(call);
      const filter = { 'tender.state': 'HELD' };
      const { orderIds, next } = await pageOfOrders(parts.outbox, { collection: 'order_points', filter, after });
      // A hold has no time of its own, but it is made within seconds of its order, whose id tells when that was.
      const before = parts.clock.now().getTime() - onItsWayMs;
      return { orderIds: orderIds.filter((id) => !isId('order', id) || idTime(id).getTime() < before), next };
    },
  });
}
