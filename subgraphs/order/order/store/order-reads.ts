import type { ClientSession, Model, QueryFilter } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { trusted } from '#kit/mongo/connect.ts';
import { gatherOwnRow, ownRowsIndex } from '#kit/mongo/own-rows.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import { memberIdOrNull, type Viewer } from '#kit/viewer/viewer.ts';
import { maySee } from '../../caller.ts';
import type { Order } from '../domain/order.ts';
import { ownNumbersIndex } from './order-schema.ts';

/** How orders are found by what they are known by. Outside a transaction, orders that are asked for at the same time are read together. */
export function createOrderReads(model: Model<Order>) {
  const where = (filter: QueryFilter<Order>, hint?: Record<string, 1>) =>
    model
      .find(filter, null, hint === undefined ? {} : { hint })
      .lean<Order[]>()
      .exec();
  const orderTogether = gatherRow((ids) => rowsById(model, ids));
  const ownTogether = gatherOwnRow(() => rowsOf(model));
  const placementTogether = gatherRow(async (placementIds) => {
    const found = await model
      .find({ placementId: trusted({ $in: placementIds }) })
      .lean<Order[]>()
      .exec();
    return new Map(found.map((order) => [order.placementId ?? '', order]));
  });

  return {
    async byId(id: string, session?: ClientSession): Promise<Order | null> {
      return session ? model.findOne({ _id: id }, null, { session }).lean<Order>().exec() : orderTogether(id);
    },

    /** A member's own order that exists for them; an order of somebody else takes as long as none. */
    async own(id: string, memberId: string): Promise<Order | null> {
      const order = await ownTogether(id, memberId);
      return order?.visible === true ? order : null;
    },

    /** The order if it exists for a viewer; to a member one of somebody else takes as long as none. */
    async seenBy(viewer: Viewer, id: string): Promise<Order | null> {
      const memberId = memberIdOrNull(viewer);
      if (memberId !== null) return this.own(id, memberId);
      const order = await this.byId(id);
      return order !== null && maySee(viewer, order) ? order : null;
    },

    /** The orders with these numbers, as `byIds`. */
    async byNumbers(numbers: readonly string[], memberId: string | null = null): Promise<Order[]> {
      const wanted = { number: trusted({ $in: numbers }), visible: true } as const;
      return memberId === null ? where(wanted) : where({ ...wanted, memberId }, ownNumbersIndex.key);
    },

    /** The orders with these ids that exist for others than the saga; with `memberId` that member's only. */
    async byIds(ids: readonly string[], memberId: string | null = null): Promise<Order[]> {
      const wanted = { _id: trusted({ $in: ids }), visible: true } as const;
      return memberId === null ? where(wanted) : where({ ...wanted, memberId }, ownRowsIndex.key);
    },

    async byPlacement(placementId: string): Promise<Order | null> {
      return placementTogether(placementId);
    },

    /** The orders that came of some placements. */
    async byPlacements(session: ClientSession, placementIds: readonly string[]): Promise<Order[]> {
      return model
        .find({ placementId: trusted({ $in: placementIds }) }, null, { session })
        .lean<Order[]>()
        .exec();
    },
  };
}
