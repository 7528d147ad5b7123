import type { Connection } from 'mongoose';
import { keysetFilter, type Page } from '#kit/connection/connection.ts';
import { gatherRead } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { Carrier, Network, Warehouse } from '../domain/network.ts';

type Stored<T extends { id?: string; code: string }> = Omit<T, 'id'> & { _id: string };
/** A warehouse's `_id` is its id, a carrier's its code. */
type WarehouseRow = Stored<Warehouse>;
type CarrierRow = Omit<Carrier, 'code'> & {
  _id: string;
  /** Names the call that added it, so that its repetition finds its own work. */
  addedBy: string;
};

/** Warehouses, carriers and rate cards. */
export interface NetworkStore {
  /** All of it: some dozens of documents. */
  network(): Promise<Network>;
  warehouseByCode(code: string): Promise<Warehouse | null>;
  warehousesByIds(ids: readonly string[]): Promise<Warehouse[]>;
  warehousesByCodes(codes: readonly string[]): Promise<Warehouse[]>;
  /** By code; one more than `first`. */
  warehousePage(page: Page): Promise<Warehouse[]>;
  countWarehouses(): Promise<number>;
  /** False when the code is taken by another warehouse. The same warehouse again is no harm. */
  addWarehouse(warehouse: Warehouse): Promise<boolean>;
  /** Adds or replaces by code; a known warehouse keeps its id. */
  putWarehouses(warehouses: readonly Warehouse[]): Promise<void>;
  /** By code, the first 100. */
  carriers(): Promise<Carrier[]>;
  carriersByCodes(codes: readonly string[]): Promise<Carrier[]>;
  /** False when the code is taken. The same carrier again by the same call is no harm. */
  addCarrier(carrier: Carrier, addedBy: string): Promise<boolean>;
  putCarriers(carriers: readonly Carrier[], addedBy: string): Promise<void>;
  /** False when there is no such carrier. */
  setRates(code: string, rates: Carrier['rates']): Promise<boolean>;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const texts = { type: [String], default: null } as const;
const localName = { type: { zh: text, en: text }, required: true } as const;
const mostCarriers = 100;

export function createNetworkStore(connection: Connection): NetworkStore {
  const warehouses = defineModel<WarehouseRow>(
    connection,
    'Warehouse',
    {
      _id: text,
      code: text,
      name: localName,
      tier: text,
      region: text,
      city: text,
      parentCode: { type: String, default: null },
      coverage: texts,
      channels: texts,
      cutoffMinutes: number,
      carrierCode: text,
      handlingMinor: number,
      dailyParcels: number,
    },
    { collection: 'warehouses', indexes: [{ key: { code: 1 }, unique: true }] },
  );
  const carriers = defineModel<CarrierRow>(
    connection,
    'Carrier',
    {
      _id: text,
      name: localName,
      addedBy: text,
      rates: [{ zone: text, firstKgMinor: number, extraKgMinor: number, minDays: number, maxDays: number }],
    },
    { collection: 'carriers' },
  );

  const warehousesWhere = async (filter: object) =>
    (await warehouses.find(filter).sort({ code: 1 }).readConcern('majority').lean<WarehouseRow[]>().exec()).map(
      warehouseFrom,
    );
  const carriersWhere = async (filter: object) =>
    (
      await carriers
        .find(filter)
        .sort({ _id: 1 })
        .limit(mostCarriers)
        .readConcern('majority')
        .lean<CarrierRow[]>()
        .exec()
    ).map(carrierFrom);

  return {
    // Asked for by every order: two collections, one command.
    network: gatherRead(async () => {
      const rows = await warehouses
        .aggregate<WarehouseRow | CarrierRow>([
          { $sort: { code: 1 } },
          { $unionWith: { coll: 'carriers', pipeline: [{ $sort: { _id: 1 } }, { $limit: mostCarriers }] } },
        ])
        .read('primary')
        .readConcern('majority')
        .exec();
      return {
        warehouses: rows.flatMap((row) => (isCarrier(row) ? [] : warehouseFrom(row))),
        carriers: rows.flatMap((row) => (isCarrier(row) ? carrierFrom(row) : [])),
      };
    }),
    async warehouseByCode(code) {
      const row = await warehouses.findOne({ code }).lean<WarehouseRow>().exec();
      return row === null ? null : warehouseFrom(row);
    },
    warehousesByIds: (ids) => warehousesWhere({ _id: trusted({ $in: ids }) }),
    warehousesByCodes: (codes) => warehousesWhere({ code: trusted({ $in: codes }) }),
    async warehousePage({ first, after }) {
      const rows = await warehouses
        .find(keysetFilter([{ field: 'code', direction: 1 }], after))
        .sort({ code: 1 })
        .limit(first + 1)
        .lean<WarehouseRow[]>()
        .exec();
      return rows.map(warehouseFrom);
    },
    countWarehouses: () => warehouses.countDocuments({}).exec(),
    async addWarehouse(warehouse) {
      try {
        await warehouses
          .updateOne({ _id: warehouse.id }, { $setOnInsert: fieldsOf(warehouse) }, { upsert: true })
          .exec();
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'code_1')) return false;
        throw error;
      }
    },
    async putWarehouses(list) {
      for (const warehouse of list) {
        const { code, ...fields } = fieldsOf(warehouse);
        await warehouses
          .updateOne({ code }, { $set: fields, $setOnInsert: { _id: warehouse.id } }, { upsert: true })
          .exec();
      }
    },
    carriers: () => carriersWhere({}),
    carriersByCodes: (codes) => carriersWhere({ _id: trusted({ $in: codes }) }),
    async addCarrier({ code, name, rates }, addedBy) {
      try {
        await carriers
          .updateOne({ _id: code, addedBy }, { $setOnInsert: { name, rates: [...rates] } }, { upsert: true })
          .exec();
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    async putCarriers(list, addedBy) {
      for (const { code, name, rates } of list) {
        await carriers
          .updateOne({ _id: code }, { $set: { name, rates: [...rates] }, $setOnInsert: { addedBy } }, { upsert: true })
          .exec();
      }
    },
    async setRates(code, rates) {
      return (await carriers.updateOne({ _id: code }, { $set: { rates: [...rates] } }).exec()).matchedCount === 1;
    },
  };
}

function isCarrier(row: WarehouseRow | CarrierRow): row is CarrierRow {
  return 'rates' in row;
}

function fieldsOf({ id: _id, ...fields }: Warehouse): Omit<Warehouse, 'id'> {
  return fields;
}

function warehouseFrom({ _id, ...fields }: WarehouseRow): Warehouse {
  return { id: _id, ...fields };
}

function carrierFrom({ _id, name, rates }: CarrierRow): Carrier {
  return { code: _id, name, rates };
}
