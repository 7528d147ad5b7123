import type { Outbox } from '#kit/outbox/outbox.ts';
import { createFulfillments, fulfillmentModel } from './fulfillment/store/fulfillments.ts';
import { createNetworkStore } from './network/store/network.ts';
import { createReservations, reservationModel } from './reservation/store/reservations.ts';
import { createFillSetAsides } from './set-aside/steps/fill-set-asides.ts';
import { createShipments, shipmentModel } from './shipment/store/shipments.ts';
import { createStockAudit } from './stock/store/stock-audit.ts';
import { createStockBook } from './stock/store/stock-book.ts';
import { createStockLedger } from './stock/store/stock-ledger.ts';
import { stockModels } from './stock/store/stock-models.ts';
import { createWithdrawals } from './withdrawal/store/withdrawals.ts';

/** Everything that logistics keeps. */
export type Stores = ReturnType<typeof createStores>;

/** Opens the stores in the database of the outbox; call it once for a connection, before `migrate`. */
export function createStores(outbox: Outbox) {
  const { connection } = outbox;
  const stock = stockModels(connection);
  const model = reservationModel(connection);
  const reservations = createReservations(model);
  return {
    network: createNetworkStore(connection),
    stock: createStockBook(stock, outbox, createFillSetAsides(reservations)),
    ledger: createStockLedger(stock),
    audit: createStockAudit(stock, model),
    reservations,
    fulfillments: createFulfillments(fulfillmentModel(connection)),
    shipments: createShipments(shipmentModel(connection)),
    withdrawals: createWithdrawals(connection),
  };
}
