import type { Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import { isAside, type AsideReservation } from '../../set-aside/domain/set-aside.ts';
import type { Reservation } from '../domain/reservation.ts';

type ReservationRow = Omit<Reservation, 'orderId'> & { _id: string };
/** Before attempts were counted, an order had one. */
const firstAttempt = { attempt: 1 };

/** What logistics keeps for each order. */
export interface Reservations {
  byOrders(session: Session, orderIds: readonly string[]): Promise<Map<string, Reservation>>;
  byOrder(session: Session, orderId: string): Promise<Reservation | null>;
  /** The same outside any transaction. */
  ofOrders(orderIds: readonly string[]): Promise<Map<string, Reservation>>;
  /**
   * Writes reservations as their next version (1 for a new one). Throws, which ends the transaction, when one has changed since it was
   * read; a new one of an order that has one already is a duplicate key.
   */
  save(session: Session, reservations: readonly Reservation[]): Promise<void>;
  /** What presales have set aside of these SKUs, or want to, those created first. */
  asidesOf(session: Session, skuIds: readonly string[]): Promise<AsideReservation[]>;
  /** Orders whose reservation is held beyond its time, the oldest first. */
  expired(now: Date, limit: number): Promise<string[]>;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;

export type ReservationModel = ReturnType<typeof reservationModel>;

/** The collection `reservations`, one document per order. */
export function reservationModel(connection: Connection) {
  return defineModel<ReservationRow>(
    connection,
    'Reservation',
    {
      _id: text,
      attempt: number,
      state: text,
      releasedBecause: { type: String, default: null },
      expiresAt: { type: Date, default: null },
      lines: [
        {
          id: text,
          orderLineId: text,
          skuId: text,
          warehouseId: text,
          quantity: number,
          weightGrams: number,
          shipsAfter: Date,
          state: text,
        },
      ],
      returned: [
        {
          afterSaleId: text,
          receiptId: text,
          skuId: text,
          warehouseId: text,
          quantity: number,
          writtenOff: number,
        },
      ],
      onHold: Boolean,
      readdressing: String,
      setAside: { type: { skuId: text, wanted: number }, default: undefined },
      createdAt: { type: Date, required: true },
      version: number,
    },
    {
      collection: 'reservations',
      indexes: [
        { key: { expiresAt: 1 }, partialFilterExpression: { state: 'HELD' } },
        {
          key: { 'setAside.skuId': 1, createdAt: 1 },
          partialFilterExpression: { state: 'HELD', 'setAside.skuId': { $exists: true } },
        },
      ],
    },
  );
}

export function createReservations(model: ReservationModel): Reservations {
  async function byOrders(session: Session | null, orderIds: readonly string[]): Promise<Map<string, Reservation>> {
    const rows = await model
      .find({ _id: trusted({ $in: orderIds }) })
      .session(session)
      .lean<ReservationRow[]>()
      .exec();
    return new Map(rows.map(({ _id, ...fields }) => [_id, { orderId: _id, ...firstAttempt, ...fields }]));
  }

  return {
    byOrders,
    ofOrders: (orderIds) => byOrders(null, orderIds),
    byOrder: async (session, orderId) => (await byOrders(session, [orderId])).get(orderId) ?? null,
    async save(session, reservations) {
      if (reservations.length === 0) return;
      const fresh = reservations.filter(({ version }) => version === 1);
      const changed = reservations.filter(({ version }) => version !== 1);
      if (fresh.length > 0) await rowsOf(model).insertMany(fresh.map(rowFrom), { session, ordered: false });
      if (changed.length === 0) return;
      const written = await rowsOf(model).bulkWrite(changed.map(updateOf), { session, ordered: false });
      if (written.matchedCount !== changed.length) {
        throw new Error('a reservation changed inside a transaction that had read it');
      }
    },
    async asidesOf(session, skuIds) {
      const rows = await model
        .find({ state: 'HELD', 'setAside.skuId': trusted({ $in: skuIds, $exists: true }) })
        .sort({ createdAt: 1 })
        .session(session)
        .lean<ReservationRow[]>()
        .exec();
      return rows.map(({ _id, ...fields }) => ({ orderId: _id, ...fields })).filter(isAside);
    },
    async expired(now, limit) {
      const rows = await model
        .find({ state: 'HELD', expiresAt: trusted({ $lte: now }) })
        .sort({ expiresAt: 1 })
        .limit(limit)
        .select({ _id: 1 })
        .lean<{ _id: string }[]>()
        .exec();
      return rows.map((row) => row._id);
    },
  };
}

function rowFrom({ orderId: _id, ...fields }: Reservation): ReservationRow {
  return { _id, ...fields };
}

function updateOf(reservation: Reservation) {
  const { _id, ...row } = rowFrom(reservation);
  return { updateOne: { filter: { _id, version: row.version - 1 }, update: { $set: row } } };
}
