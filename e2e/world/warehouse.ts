import { eventually } from '#kit/testing/eventually.ts';
import {
  PackFulfillmentDocument,
  PickFulfillmentDocument,
  PickQueueDocument,
  RecordTrackingEventDocument,
  ShipFulfillmentDocument,
  StockLedgerDocument,
  StockLevelsDocument,
  type PickQueueQuery,
  type StockLevelsQuery,
} from '../__generated__/operations.ts';
import { accepted, type Client } from './client.ts';
import { newKey, uniqueCode } from './unique.ts';

type QueuedFulfillment = PickQueueQuery['fulfillments']['nodes'][number];
type Level = StockLevelsQuery['stockLevels'][number];

/** The people of one warehouse, at work. */
export interface WarehouseDesk {
  readonly code: string;
  /** The order's fulfillment here, once the payment has reached the warehouse. */
  findsIn(order: { readonly id: string }): Promise<QueuedFulfillment>;
  picks(fulfillmentId: string): Promise<void>;
  packs(fulfillmentId: string): Promise<void>;
  /** Hands it to SF; gives the tracking number. */
  ships(fulfillmentId: string): Promise<string>;
  /** The carrier says that the parcel was handed over. */
  delivers(trackingNumber: string): Promise<void>;
  /** Finds, picks, packs and ships what this warehouse sends of an order; gives the tracking number. */
  sends(order: { readonly id: string }): Promise<string>;
  /** The books of a SKU in this warehouse. */
  levelOf(skuCode: string): Promise<Level>;
  /** Sum of all movements of a SKU in this warehouse: must be its units on hand. */
  movedOf(skuCode: string): Promise<number>;
}

/** The warehouse with this code, worked by `staff`. */
export function createWarehouseDesk(staff: Client, code: string): WarehouseDesk {
  const desk: WarehouseDesk = {
    code,
    findsIn: ({ id }) =>
      eventually(async () => {
        const { fulfillments } = await staff.ask(PickQueueDocument, { warehouseCode: code, first: 100 });
        const found = fulfillments.nodes.find(({ order }) => order?.id === id);
        if (found === undefined) throw new Error(`${code} has nothing to pick for order ${id}`);
        return found;
      }),
    async picks(fulfillmentId) {
      const { pickFulfillment } = await staff.ask(PickFulfillmentDocument, {
        input: { fulfillmentId, idempotencyKey: newKey() },
      });
      accepted(pickFulfillment, 'fulfillment');
    },
    async packs(fulfillmentId) {
      const { packFulfillment } = await staff.ask(PackFulfillmentDocument, {
        input: { fulfillmentId, idempotencyKey: newKey() },
      });
      accepted(packFulfillment, 'fulfillment');
    },
    async ships(fulfillmentId) {
      const trackingNumber = `SF${uniqueCode()}`;
      const { shipFulfillment } = await staff.ask(ShipFulfillmentDocument, {
        input: { fulfillmentId, carrierCode: 'SF', trackingNumber, idempotencyKey: newKey() },
      });
      accepted(shipFulfillment, 'fulfillment');
      return trackingNumber;
    },
    async delivers(trackingNumber) {
      const { recordTrackingEvent } = await staff.ask(RecordTrackingEventDocument, {
        input: { trackingNumber, status: 'DELIVERED', at: new Date().toISOString(), description: '已签收' },
      });
      accepted(recordTrackingEvent, 'shipment');
    },
    async sends(order) {
      const { id } = await desk.findsIn(order);
      await desk.picks(id);
      await desk.packs(id);
      return desk.ships(id);
    },
    async levelOf(skuCode) {
      const { stockLevels } = await staff.ask(StockLevelsDocument, { skuCodes: [skuCode] });
      const level = stockLevels.find(({ warehouse }) => warehouse.code === code);
      if (level === undefined) throw new Error(`${code} has no books of ${skuCode}`);
      return level;
    },
    async movedOf(skuCode) {
      const { stockLedger } = await staff.ask(StockLedgerDocument, { skuCode, warehouseCode: code });
      return stockLedger.nodes.reduce((sum, { onHand }) => sum + onHand, 0);
    },
  };
  return desk;
}
