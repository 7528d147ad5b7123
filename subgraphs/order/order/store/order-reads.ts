import type { ClientSession, Model } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import type { Order } from '../domain/order.ts';

/** How orders are found by what they are known by. Outside a transaction, orders that are asked for at the same time are read together. */
export function createOrderReads(model: Model<Order>) {
  const orderTogether = gatherRow((ids) => rowsById(model, ids));
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

    /** The orders with these numbers, as `byIds`. */
    async byNumbers(numbers: readonly string[], memberId: string | null = null): Promise<Order[]> {
      return model
        .find({ number: trusted({ $in: numbers }), visible: true, ...ofMember(memberId) })
        .lean<Order[]>()
        .exec();
    },

    /** The orders with these ids that exist for others than the saga; with `memberId` that member's only. */
    async byIds(ids: readonly string[], memberId: string | null = null): Promise<Order[]> {
      return model
        .find({ _id: trusted({ $in: ids }), visible: true, ...ofMember(memberId) })
        .lean<Order[]>()
        .exec();
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

/** The database leaves out what is somebody else's: reading an order takes time, by which it could be told from one that doesn't exist. */
function ofMember(memberId: string | null): { readonly memberId?: string } {
  return memberId === null ? {} : { memberId };
}
