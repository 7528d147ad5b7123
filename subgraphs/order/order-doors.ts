import { forbidden } from '#kit/graphql/errors.ts';
import type { MemberMerges } from '#kit/member-merges/member-merges.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import { provide } from '#kit/transport/neighbours.ts';
import { onlyOurServices } from '#kit/verification/verify-door.ts';
import type { OrderConfig } from './config.ts';
import { unfinishedOrders } from './erasure/actions/forget-shopper.ts';
import { createLoadOrders } from './history/actions/load-orders.ts';
import type { WiredActions } from './wire-actions.ts';
import type { Stores } from './wire-stores.ts';

const instantOf = (text: string | null) => (text === null ? null : new Date(text));

/** The doors that the order subgraph opens to its neighbours. */
export function orderDoors(
  { transact, privacy }: WiredActions,
  stores: Stores,
  merges: MemberMerges,
  { unpaidMs }: OrderConfig,
) {
  const loadOrders = createLoadOrders({
    transact,
    ordersPlaced: stores.orders.byPlacements,
    insertOrders: stores.orders.insertMany,
    insertPayments: stores.payments.insertMany,
    insertRefunds: stores.refunds.insertMany,
    insertChanges: stores.feed.insertMany,
    privacy,
    unpaidMs,
  });
  return provide(orderOperations, {
    async unfinishedOrders({ memberId }, call) {
      onlyOurServices(call);
      return { orders: (await unfinishedOrders({ ...stores, merges }, memberId)).length };
    },

    async loadOrders({ orders }, { viewer }) {
      if (viewer.kind !== 'SYSTEM') throw forbidden();
      const loaded = await loadOrders(
        orders.map((order) => ({
          ...order,
          placedAt: new Date(order.placedAt),
          paidAt: instantOf(order.paidAt),
          shippedAt: instantOf(order.shippedAt),
          deliveredAt: instantOf(order.deliveredAt),
          completedAt: instantOf(order.completedAt),
          endedAt: instantOf(order.endedAt),
        })),
      );
      return {
        orders: loaded.map((order) => ({
          orderId: order._id,
          number: order.number,
          lineIds: order.lines.map((line) => line.lineId),
        })),
      };
    },
  });
}
