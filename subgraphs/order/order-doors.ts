import type { z } from 'zod';
import { forbidden } from '#kit/graphql/errors.ts';
import { orderOperations } from '#kit/neighbours/order.ts';
import type { refusalShape } from '#kit/neighbours/shapes.ts';
import { provide } from '#kit/transport/neighbours.ts';
import type { Refusal } from '#kit/user-error/user-error.ts';
import type { OrderConfig } from './config.ts';
import { createLoadOrders } from './history/actions/load-orders.ts';
import type { WiredActions } from './wire-actions.ts';
import type { Stores } from './wire-stores.ts';

const instantOf = (text: string | null) => (text === null ? null : new Date(text));

/** A refusal on its way to a neighbour: paths are lists of their own there. */
function travelling(refusal: Refusal): z.input<typeof refusalShape> {
  return { ...refusal, path: refusal.path === undefined ? undefined : [...refusal.path] };
}

/** The doors that the order subgraph opens to its neighbours. */
export function orderDoors({ placeFlashSaleOrder, transact }: WiredActions, stores: Stores, { unpaidMs }: OrderConfig) {
  const loadOrders = createLoadOrders({
    transact,
    ordersPlaced: stores.orders.byPlacements,
    insertOrders: stores.orders.insertMany,
    insertPayments: stores.payments.insertMany,
    insertRefunds: stores.refunds.insertMany,
    insertChanges: stores.feed.insertMany,
    unpaidMs,
  });
  return provide(orderOperations, {
    async placeFlashSaleOrder(input, call) {
      const placed = await placeFlashSaleOrder(input, call);
      if (placed.ok) return placed;
      return { ok: false as const, refusals: placed.refusals.map(travelling) };
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
