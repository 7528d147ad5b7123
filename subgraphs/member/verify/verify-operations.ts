import type { Clock } from '#kit/clock/clock.ts';
import { idTime, isId } from '#kit/ids/ids.ts';
import { memberVerification, onItsWayMs, ordersAtOnce } from '#kit/neighbours/verification.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices, pageOfOrders, verifyBy } from '#kit/verification/verify-door.ts';
import { heldText } from '#kit/verification/held-text.ts';
import type { MergesStore } from '../merge/store/merges-store.ts';
import type { PointsStore } from '../points/store/points-store.ts';
import { verifyMergedMembers } from './verify-merged-members.ts';
import { verifyPoints } from './verify-points.ts';

/** The doors for whoever compares the books of the whole graph. */
export function verifyOperations(parts: {
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly points: Pick<PointsStore, 'ordersByIds'>;
  readonly merges: Pick<MergesStore, 'page'>;
}) {
  return provide(memberVerification, {
    ...verifyBy(parts, [verifyPoints, verifyMergedMembers]),

    async mergedMembers({ after }, call) {
      onlyOurServices(call);
      const page = await parts.merges.page(after ?? '', ordersAtOnce);
      const merges = page.map(({ mergedId, memberId }) => ({ memberId: mergedId, into: memberId }));
      return { merges, next: page.length < ordersAtOnce ? null : (page.at(-1)?.id ?? null) };
    },

    async heldFor({ orderIds }, call) {
      onlyOurServices(call);
      const found = await parts.points.ordersByIds(orderIds);
      const orders = [...found.values()].flatMap(({ orderId, tender }) =>
        tender === null || tender.state === 'RELEASED'
          ? []
          : [{ orderId, held: heldText([['points', tender.points - tender.returned]]) }],
      );
      return { orders };
    },

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
