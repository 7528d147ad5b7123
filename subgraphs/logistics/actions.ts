import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { ObservedGroup } from '#kit/group-commit/group-commit.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import type { DeliveryPolicy } from './delivery/domain/planning.ts';
import { createPlanOrderDelivery } from './delivery/queries/plan-order-delivery.ts';
import { createShipFulfillment } from './fulfillment/actions/ship-fulfillment.ts';
import { createStopFulfillments } from './fulfillment/actions/stop-fulfillments.ts';
import { createWorkOnFulfillment } from './fulfillment/actions/work-on-fulfillment.ts';
import { createLoadShipments } from './history/actions/load-shipments.ts';
import { createChangeNetwork } from './network/actions/change-network.ts';
import { createNetworkNow } from './network-now.ts';
import { createApplyEdit } from './order-edit/actions/apply-edit.ts';
import { createPlanEdit } from './order-edit/queries/plan-edit.ts';
import { createReaddressOrder } from './readdressing/actions/readdress-order.ts';
import { createRegroupOrders } from './regrouping/actions/regroup-orders.ts';
import { createReservationDesk } from './reservation/actions/reservation-desk.ts';
import { createReserveOrders } from './reservation/actions/reserve-orders.ts';
import { createSettleReservations } from './reservation/actions/settle-reservations.ts';
import { createSendReplacement } from './returns/actions/send-replacement.ts';
import { createTakeBackGoods } from './returns/actions/take-back-goods.ts';
import { createRecordTrackingEvent } from './shipment/actions/record-tracking-event.ts';
import { createAdjustStock, createSetSafetyStock } from './stock/actions/adjust-stock.ts';
import { createLoadStock } from './stock/actions/load-stock.ts';
import { createReceiveStock } from './stock/actions/receive-stock.ts';
import type { AvailabilityCache } from './stock/memory/availability-cache.ts';
import type { Skus } from './stock/neighbours/skus.ts';
import type { Stores } from './stores.ts';
import { createWithdrawUnits } from './withdrawal/actions/withdraw-units.ts';

/** All that the actions of this subgraph are made of. */
export interface Parts {
  readonly stores: Stores;
  readonly transact: Transact;
  /** For groups of calls: gives up when other processes are faster. */
  readonly transactGroup: Transact;
  readonly once: Once;
  readonly skus: Skus;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly policy: DeliveryPolicy;
  readonly log: Logger;
  /** What shoppers are shown. */
  readonly shown: AvailabilityCache;
  /** Told of every group of reservations that was written, for metrics. */
  readonly observeReservations?: (group: ObservedGroup) => void;
}

/** What people, neighbours, events and jobs can have done. */
export type Actions = ReturnType<typeof createActions>;

/** Gives every action its parts. */
export function createActions({ stores, shown, ...rest }: Parts) {
  const parts = { ...stores, ...rest };
  const readNetworkNow = createNetworkNow(parts);
  const networkNow = async () => readNetworkNow();
  const settle = createSettleReservations(parts);
  const desk = createReservationDesk({ ...parts, settle, networkNow });
  const planOrderDelivery = createPlanOrderDelivery({ ...parts, networkNow });
  return {
    readNetworkNow,
    networkNow,
    settle,
    desk,
    reserveOrders: createReserveOrders({ ...parts, desk, networkNow }),
    planOrderDelivery,
    /** The same for a shopper who looks. */
    planShownDelivery: createPlanOrderDelivery({
      ...parts,
      stock: shown,
      networkNow: async () => readNetworkNow(shown.network()),
    }),
    planEdit: createPlanEdit({ ...parts, planOrderDelivery, networkNow }),
    applyEdit: createApplyEdit(parts),
    receiveStock: createReceiveStock(parts),
    adjustStock: createAdjustStock(parts),
    setSafetyStock: createSetSafetyStock(parts),
    loadStock: createLoadStock(parts),
    changeNetwork: createChangeNetwork(parts),
    work: createWorkOnFulfillment(parts),
    shipFulfillment: createShipFulfillment(parts),
    stopFulfillments: createStopFulfillments(parts),
    readdressOrder: createReaddressOrder(parts),
    regroupOrders: createRegroupOrders({ ...parts, networkNow }),
    withdrawUnits: createWithdrawUnits(parts),
    sendReplacement: createSendReplacement({ ...parts, settle, networkNow }),
    takeBackGoods: createTakeBackGoods(parts),
    recordTrackingEvent: createRecordTrackingEvent(parts),
    loadShipments: createLoadShipments(parts),
  };
}
