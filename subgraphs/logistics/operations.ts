import { badInput, forbidden } from '#kit/graphql/errors.ts';
import { callerOf } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { logisticsOperations, type ShipmentToLoad } from '#kit/neighbours/logistics.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { Actions } from './actions.ts';
import type { Delivery } from './delivery/domain/planning.ts';
import type { ShipmentDraft } from './history/actions/load-shipments.ts';
import { networkCurrency } from './network/domain/network.ts';
import type { Stores } from './stores.ts';

/** The doors of the logistics subgraph for its neighbours. */
export function provideOperations(actions: Actions, stores: Stores, transact: Transact): ProvidedOperations {
  return provide(logisticsOperations, {
    planDelivery: async ({ channel, currency, region, lines, forDisplay }) => {
      if (currency !== networkCurrency) throw badInput(`freight is known in ${networkCurrency} only`);
      const plan = forDisplay === true ? actions.planShownDelivery : actions.planOrderDelivery;
      const { deliveries, shortages } = await plan({ channel, region }, lines);
      return {
        deliveries: deliveries.map(travelling),
        shortages: shortages.map((shortage) => ({ ...shortage })),
      };
    },

    reserveStock: async ({ orderId, attempt, channel, region, lines, expiresAt }, { signal }) => {
      const request = { orderId, attempt, lines, expiresAt: new Date(expiresAt) };
      const settled = await actions.desk({ kind: 'RESERVE', request, destination: { channel, region } }, signal);
      if (!settled.ok) return answerOf(settled);
      const reserved = settled.value.reservation?.lines ?? [];
      return accepted({ reservationIds: reserved.map((line) => line.id) });
    },

    releaseStock: async ({ orderId, attempt }, { signal }) => {
      const settled = await actions.desk({ kind: 'RELEASE', orderId, attempt, because: 'UNDONE' }, signal);
      return { released: settled.ok ? settled.value.released : 0 };
    },

    stopFulfillments: (order, { viewer }) =>
      transact((session) => actions.stopFulfillments(session, order, callerOf(viewer))),

    receiveStock: async (receipt, call) => {
      const received = await actions.receiveStock({ ...receipt, caller: callerOf(call.viewer) }, call);
      return received.ok ? accepted({ received: received.value.units }) : answerOf(received);
    },

    warehouseByCode: async ({ warehouseCode }) => {
      const warehouse = await stores.network.warehouseByCode(warehouseCode);
      return { warehouse: warehouse === null ? null : { id: warehouse.id, code: warehouse.code } };
    },

    knowsCarrier: async ({ carrierCode }) => ({
      known: (await stores.network.carriersByCodes([carrierCode])).length > 0,
    }),

    loadNetwork: async ({ carriers, warehouses }, call) => {
      onlyOurServices(call);
      const loaded = await actions.changeNetwork.load({
        carriers: carriers.map(({ code, name, nameEn, rates }) => ({ code, name: { zh: name, en: nameEn }, rates })),
        warehouses: warehouses.map(({ name, nameEn, ...draft }) => ({ ...draft, name: { zh: name, en: nameEn } })),
      });
      if (!loaded.ok) return answerOf(loaded);
      return accepted({ warehouses: loaded.value.map(({ id, code }) => ({ code, warehouseId: id })) });
    },

    loadStock: async ({ at, ...command }, call) => {
      onlyOurServices(call);
      const caller = callerOf(call.viewer);
      const loaded = await actions.loadStock({ ...command, at: new Date(at), caller });
      return loaded.ok ? accepted({ loaded: loaded.value }) : answerOf(loaded);
    },

    loadShipments: async ({ shipments }, call) => {
      onlyOurServices(call);
      const loaded = await actions.loadShipments(shipments.map(draftOf));
      return loaded.ok ? accepted({ loaded: loaded.value }) : answerOf(loaded);
    },
  });
}

/** A planned parcel in the shape of the wire. */
export function travelling({ warehouse, arrival, freightMinor, lines }: Delivery) {
  return {
    warehouseId: warehouse.id,
    earliest: arrival.earliest.toISOString(),
    latest: arrival.latest.toISOString(),
    freightMinor,
    lines: lines.map((line) => ({ ...line })),
  };
}

function draftOf({ carrierCode, trackingNumber, events, ...past }: ShipmentToLoad): ShipmentDraft {
  const { allocatedAt, pickedAt, packedAt, shippedAt, deliveredAt, cancelledAt } = past;
  return {
    ...past,
    allocatedAt: new Date(allocatedAt),
    pickedAt: dateOf(pickedAt),
    packedAt: dateOf(packedAt),
    shippedAt: dateOf(shippedAt),
    deliveredAt: dateOf(deliveredAt),
    cancelledAt: dateOf(cancelledAt),
    shipment: carrierCode === null || trackingNumber === null ? null : { carrierCode, trackingNumber },
    events: events.map((event) => ({ ...event, at: new Date(event.at) })),
  };
}

function dateOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function onlyOurServices({ viewer }: Call): void {
  if (viewer.kind !== 'SYSTEM') throw forbidden();
}

/** An outcome in the shape of the wire, where lists are plain. */
export function answerOf<T>(outcome: Outcome<T>) {
  if (outcome.ok) return outcome;
  const refusals = outcome.refusals.map(({ path, ...rest }) => ({
    ...rest,
    ...(path === undefined ? {} : { path: [...path] }),
  }));
  return { ok: false as const, refusals };
}
