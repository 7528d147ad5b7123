import type { Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { Shipment } from '../domain/shipment.ts';

type ShipmentRow = Omit<Shipment, 'id'> & { _id: string };

/** Whose shipments are looked for. */
export interface ShipmentOwners {
  /** These carriers'; null for all. */
  readonly carrierCodes: readonly string[] | null;
  /** This member's; null for everybody's. */
  readonly memberId: string | null;
}

export interface Shipments {
  byIds(ids: readonly string[]): Promise<Shipment[]>;
  byFulfillments(fulfillmentIds: readonly string[]): Promise<Shipment[]>;
  /** The shipments of that number, one a carrier. Those of others than `among` take as long as none. */
  byNumber(trackingNumber: string, among: ShipmentOwners, session?: Session): Promise<Shipment[]>;
  byId(session: Session, id: string): Promise<Shipment | null>;
  add(session: Session, shipments: readonly Shipment[]): Promise<void>;
  /** Writes what the carrier reported. */
  saveReports(session: Session, shipment: Shipment): Promise<void>;
}

const text = { type: String, required: true } as const;
const date = { type: Date, required: true } as const;

export type ShipmentModel = ReturnType<typeof shipmentModel>;

/** A member's own shipments by their numbers: what is somebody else's is left out before a row is looked at. */
const ownNumbersIndex = { key: { memberId: 1, trackingNumber: 1 } } as const;

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
        ownNumbersIndex,
        { key: { fulfillmentId: 1 }, unique: true },
      ],
    },
  );
}

export function createShipments(model: ShipmentModel): Shipments {
  async function where(filter: object, session?: Session, hint?: Record<string, 1>): Promise<Shipment[]> {
    const rows = await model
      .find(filter, null, hint === undefined ? {} : { hint })
      .session(session ?? null)
      .lean<ShipmentRow[]>()
      .exec();
    return rows.map(({ _id, ...fields }) => ({ id: _id, ...fields }));
  }

  return {
    byIds: (ids) => where({ _id: trusted({ $in: ids }) }),
    byFulfillments: (ids) => where({ fulfillmentId: trusted({ $in: ids }) }),
    async byNumber(trackingNumber, { carrierCodes, memberId }, session) {
      const carriers = carrierCodes === null ? {} : { carrierCode: trusted({ $in: carrierCodes }) };
      if (memberId === null) return where({ trackingNumber, ...carriers }, session);
      return where({ trackingNumber, ...carriers, memberId }, session, ownNumbersIndex.key);
    },
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
