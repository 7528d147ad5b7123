import { forbidden } from '#kit/graphql/errors.ts';
import { callerOf } from '#kit/idempotency/once.ts';
import { regrouping } from '#kit/neighbours/regrouping.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import { hasScope } from '#kit/viewer/viewer.ts';
import { answerOf } from '../operations.ts';
import type { ReaddressOrder } from '../readdressing/actions/readdress-order.ts';
import type { Reservations } from '../reservation/store/reservations.ts';
import type { RegroupOrders } from './actions/regroup-orders.ts';

/** The doors for orders that are changed before they are sent. */
export function regroupingDoors(deps: {
  readonly regroupOrders: RegroupOrders;
  readonly reservations: Pick<Reservations, 'ofOrders'>;
  readonly readdressOrder: ReaddressOrder;
}): ProvidedOperations {
  return provide(regrouping, {
    async reservedGoods({ orderId }, call) {
      onlyStaff(call);
      const held = (await deps.reservations.ofOrders([orderId])).get(orderId);
      const open = held?.lines.filter((line) => line.state === 'OPEN') ?? [];
      return {
        lines: open.map(({ orderLineId, skuId, warehouseId, quantity }) => ({
          orderLineId,
          skuId,
          warehouseId,
          quantity,
        })),
      };
    },

    async beginReaddressing(change, { viewer }) {
      const begun = await deps.readdressOrder.begin(change, callerOf(viewer));
      return begun.ok ? accepted({ orderId: change.orderId }) : answerOf(begun);
    },

    async endReaddressing(change) {
      await deps.readdressOrder.end(change);
      return { orderId: change.orderId };
    },

    async regroupOrders(command, call) {
      onlyStaff(call);
      const regrouped = await deps.regroupOrders(command, callerOf(call.viewer));
      return regrouped.ok ? accepted({ orders: regrouped.value.map((order) => ({ ...order })) }) : answerOf(regrouped);
    },
  });
}

function onlyStaff({ viewer }: Call): void {
  if (!hasScope(viewer, 'order:write')) throw forbidden();
}
