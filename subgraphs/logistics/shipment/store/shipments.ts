import type { Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Shipment } from '../domain/shipment.ts';

type ShipmentRow = Omit<Shipment, 'id'> & { _id: string };

export interface Shipments {
  byIds(ids: readonly string[]): Promise<Shipment[]>;
  byFulfillments(fulfillmentIds: readonly string[]): Promise<Shipment[]>;
  /** All shipments of that number, or that carrier's only one. */
  byNumber(trackingNumber: string, carrierCode: string | null, session?: Session): Promise<Shipment[]>;
  byId(session: Session, id: string): Promise<Shipment | null>;
  add(session: Session, shipments: readonly Shipment[]): Promise<void>;
  /** Writes what the carrier reported. */
  saveReports(session: Session, shipment: Shipment): Promise<void>;
}

const text = { type: String, required: true } as const;
const date = { type: Date, required: true } as const;

export type ShipmentModel = ReturnType<typeof shipmentModel>;

/** The collection `shipments`. */
export function shipmentModel(connection: Connection) {
  return defineModel<ShipmentRow>(
    connection,
    'Shipment',
    {
      _id: text,
      fulfillmentId: text,
      orderId: text,
      memberId: { type: String, default: null },
      carrierCode: text,
      trackingNumber: text,
      status: text,
      events: [{ at: date, status: text, description: text, location: { type: String, default: null } }],
      shippedAt: date,
      deliveredAt: { type: Date, default: null },
    },
    {
      collection: 'shipments',
      indexes: [
        { key: { trackingNumber: 1, carrierCode: 1 }, unique: true },
        { key: { fulfillmentId: 1 }, unique: true },
      ],
    },
  );
}

export function createShipments(model: ShipmentModel): Shipments {
  async function where(filter: object, session?: Session): Promise<Shipment[]> {
    const rows = await model
      .find(filter)
      .session(session ?? null)
      .lean<ShipmentRow[]>()
      .exec();
    return rows.map(({ _id, ...fields }) => ({ id: _id, ...fields }));
  }

  return {
    byIds: (ids) => where({ _id: trusted({ $in: ids }) }),
    byFulfillments: (ids) => where({ fulfillmentId: trusted({ $in: ids }) }),
    byNumber: (trackingNumber, carrierCode, session) =>
      where({ trackingNumber, ...(carrierCode === null ? {} : { carrierCode }) }, session),
    byId: async (session, id) => (await where({ _id: id }, session))[0] ?? null,
    async add(session, shipments) {
      const rows = shipments.map(({ id, ...fields }) => ({ _id: id, ...fields }));
      if (rows.length > 0) await rowsOf(model).insertMany(rows, { session });
    },
    async saveReports(session, { id, events, status, deliveredAt }) {
      await model
        .updateOne({ _id: id }, { $set: { events: [...events], status, deliveredAt } })
        .session(session)
        .exec();
    },
  };
}
