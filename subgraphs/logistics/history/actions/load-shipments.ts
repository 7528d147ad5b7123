import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidInput, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Clock } from '#kit/clock/clock.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { Shipments } from '../../shipment/store/shipments.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { recordsOf, UnlikelyPastError, type PastFulfillment, type PastRecords } from '../domain/past-order.ts';

/** A past fulfillment by the code of its warehouse, as it is handed over. */
export type ShipmentDraft = Omit<PastFulfillment, 'warehouseId'> & { readonly warehouseCode: string };

/** Writes orders of the past with one transaction; answers how many fulfillments are new. */
export type LoadShipments = (drafts: readonly ShipmentDraft[]) => Promise<Outcome<number>>;

export function createLoadShipments(deps: {
  readonly transact: Transact;
  readonly network: Pick<NetworkStore, 'network'>;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly shipments: Shipments;
  readonly stock: StockBook;
  readonly clock: Clock;
}): LoadShipments {
  const { transact, network, reservations, fulfillments, shipments, stock, clock } = deps;

  return async (drafts) => {
    const located = await locate(drafts);
    if (!located.ok) return located;
    const rebuilt = rebuild(located.value);
    if (!rebuilt.ok) return rebuilt;
    return accepted(await transact((session) => write(session, rebuilt.value)));
  };

  async function locate(drafts: readonly ShipmentDraft[]): Promise<Outcome<PastFulfillment[]>> {
    const { warehouses, carriers } = await network.network();
    const idByCode = new Map(warehouses.map((warehouse) => [warehouse.code, warehouse.id]));
    const carrierCodes = new Set(carriers.map((carrier) => carrier.code));
    const missing: Refusal[] = [];
    const located = drafts.map(({ warehouseCode, ...past }, index) => {
      const path = ['shipments', String(index)];
      const warehouseId = idByCode.get(warehouseCode) ?? '';
      if (warehouseId === '') missing.push(notFound([...path, 'warehouseCode'], 'warehouse'));
      if (past.shipment !== null && !carrierCodes.has(past.shipment.carrierCode)) {
        missing.push(notFound([...path, 'carrierCode'], 'carrier'));
      }
      return { ...past, warehouseId };
    });
    return missing.length > 0 ? refused(...missing) : accepted(located);
  }

  async function write(session: Parameters<Parameters<Transact>[0]>[0], orders: readonly PastRecords[]) {
    const known = await reservations.byOrders(
      session,
      orders.map(({ reservation }) => reservation.orderId),
    );
    const fresh = orders.filter(({ reservation }) => !known.has(reservation.orderId));
    if (fresh.length === 0) return 0;
    const changes = fresh.flatMap((order) => order.changes);
    const sheet = await stock.sheet(
      session,
      changes.map((change) => change.skuId),
    );
    for (const change of changes) sheet.change(change);
    const news = fresh.flatMap((order) => order.fulfillments);
    await reservations.save(
      session,
      fresh.map((order) => order.reservation),
    );
    await fulfillments.add(session, news);
    await shipments.add(
      session,
      fresh.flatMap((order) => order.shipments),
    );
    await stock.write(session, sheet, { movements: fresh.flatMap((order) => order.movements), at: clock.now() });
    return news.length;
  }
}

function rebuild(parts: readonly PastFulfillment[]): Outcome<PastRecords[]> {
  try {
    const orders = Map.groupBy(parts, (past) => past.orderId).values();
    return accepted([...orders].flatMap(([first, ...others]) => (first ? [recordsOf([first, ...others])] : [])));
  } catch (error) {
    if (!(error instanceof UnlikelyPastError)) throw error;
    return refused(invalidInput(['shipments'], error.message));
  }
}
