import type { Connection } from 'mongoose';
import { keysetFilter, type Page } from '#kit/connection/connection.ts';
import { gatherKeys } from '#kit/gather/gathered-reads.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { ownRowsIndex } from '#kit/mongo/own-rows.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import { stages, stagesOf, waitingStages, type Fulfillment, type FulfillmentStatus } from '../domain/fulfillment.ts';

type FulfillmentRow = Omit<Fulfillment, 'id'> & { _id: string };

/** Which fulfillments a list shows; ids, not codes. */
export interface FulfillmentSelection {
  readonly warehouseId?: string;
  readonly orderId?: string;
  readonly statuses?: readonly FulfillmentStatus[];
}

export interface Fulfillments {
  byId(id: string, session?: Session): Promise<Fulfillment | null>;
  /** With `memberId` that member's only: those of others take as long as none. */
  byIds(ids: readonly string[], memberId: string | null): Promise<Fulfillment[]>;
  /** Of these orders, oldest first. */
  byOrders(orderIds: readonly string[]): Promise<Fulfillment[]>;
  ofOrder(session: Session, orderId: string): Promise<Fulfillment[]>;
  add(session: Session, fulfillments: readonly Fulfillment[]): Promise<void>;
  /** Writes what `after` has more than `before`; false, and nothing written, when it isn't as `before` any more. */
  replace(before: Fulfillment, after: Fulfillment, session?: Session): Promise<boolean>;
  /** Oldest first; one more than `first`. */
  page(selection: FulfillmentSelection, page: Page): Promise<Fulfillment[]>;
  count(selection: FulfillmentSelection): Promise<number>;
  /** How many fulfillments wait in each warehouse, by its id. */
  backlog(): Promise<Map<string, number>>;
}

const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;

export type FulfillmentModel = ReturnType<typeof fulfillmentModel>;

/** The collection `fulfillments`. */
export function fulfillmentModel(connection: Connection) {
  return defineModel<FulfillmentRow>(
    connection,
    'Fulfillment',
    {
      _id: text,
      orderId: text,
      afterSaleId: String,
      orderNumber: text,
      memberId: { type: String, default: null },
      channel: text,
      warehouseId: text,
      stage: text,
      lines: [{ orderLineId: text, skuId: text, quantity: number, bin: text }],
      parcels: [{ id: text, weightGrams: { type: Number, default: null }, lines: [{ skuId: text, quantity: number }] }],
      allocatedAt: date,
      shipsAfter: Date,
      steps: [{ action: text, at: date, by: text, callId: text }],
    },
    {
      collection: 'fulfillments',
      indexes: [
        { key: { stage: 1, warehouseId: 1, _id: 1 } },
        { key: { stage: 1, _id: 1 } },
        { key: { orderId: 1, _id: 1 } },
        ownRowsIndex,
      ],
    },
  );
}

export function createFulfillments(model: FulfillmentModel): Fulfillments {
  async function where(filter: object, session?: Session, hint?: Record<string, 1>): Promise<Fulfillment[]> {
    const rows = await model
      .find(filter, null, hint === undefined ? {} : { hint })
      .sort({ _id: 1 })
      .session(session ?? null)
      .lean<FulfillmentRow[]>()
      .exec();
    return rows.map(fulfillmentFrom);
  }
  const ofOrdersTogether = gatherKeys(async (orderIds) =>
    Map.groupBy(await where({ orderId: trusted({ $in: orderIds }) }), ({ orderId }) => orderId),
  );

  return {
    byId: async (id, session) => (await where({ _id: id }, session))[0] ?? null,
    async byIds(ids, memberId) {
      if (memberId === null) return where({ _id: trusted({ $in: ids }) });
      return where({ memberId, _id: trusted({ $in: ids }) }, undefined, ownRowsIndex.key);
    },
    byOrders: async (orderIds) => [...(await ofOrdersTogether(orderIds)).values()].flat(),
    ofOrder: (session, orderId) => where({ orderId }, session),
    async add(session, fulfillments) {
      const rows = fulfillments.map(({ id, ...fields }) => ({ _id: id, ...fields }));
      if (rows.length > 0) await rowsOf(model).insertMany(rows, { session });
    },
    async replace(before, after, session) {
      const { stage, lines, parcels, steps } = after;
      const unchanged = { _id: before.id, stage: before.stage, steps: trusted({ $size: before.steps.length }) };
      const written = await model
        .updateOne(unchanged, { $set: { stage, lines: [...lines], parcels: [...parcels], steps: [...steps] } })
        .session(session ?? null)
        .exec();
      return written.matchedCount === 1;
    },
    async page(selection, { first, after }) {
      const rows = await pageQuery(model, selection, { first, after }).exec();
      return rows.map(fulfillmentFrom);
    },
    count: (selection) => model.countDocuments(filterOf(selection)).hint(indexFor(selection)).exec(),
    async backlog() {
      const rows = await model
        .aggregate<{ _id: string; count: number }>([
          { $match: { stage: { $in: waitingStages } } },
          { $group: { _id: '$warehouseId', count: { $sum: 1 } } },
        ])
        .exec();
      return new Map(rows.map((row) => [row._id, row.count]));
    },
  };
}

/**
 * The query behind a page. Every stage is named even when all are wanted: the index begins with it, and merges their ranges in `_id` order.
 * The index is named too, because the planner would rather walk all ids when most fulfillments still wait, and keep doing so later.
 */
export function pageQuery(model: FulfillmentModel, selection: FulfillmentSelection, { first, after }: Page) {
  return model
    .find({ ...filterOf(selection), ...keysetFilter([{ field: '_id', direction: 1 }], after) })
    .sort({ _id: 1 })
    .limit(first + 1)
    .hint(indexFor(selection))
    .lean<FulfillmentRow[]>();
}

function indexFor({ warehouseId, orderId }: FulfillmentSelection): Record<string, 1> {
  if (orderId !== undefined) return { orderId: 1, _id: 1 };
  return warehouseId === undefined ? { stage: 1, _id: 1 } : { stage: 1, warehouseId: 1, _id: 1 };
}

function filterOf({ warehouseId, orderId, statuses }: FulfillmentSelection): Record<string, unknown> {
  const wanted = statuses === undefined ? stages : statuses.flatMap(stagesOf);
  return {
    stage: trusted({ $in: wanted }),
    ...(warehouseId === undefined ? {} : { warehouseId }),
    ...(orderId === undefined ? {} : { orderId }),
  };
}

export function fulfillmentFrom({ _id, ...fields }: FulfillmentRow): Fulfillment {
  return { id: _id, ...fields };
}
