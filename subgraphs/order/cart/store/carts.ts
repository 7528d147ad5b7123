import type { ClientSession, Connection } from 'mongoose';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { createNextVersions, writeNextVersions } from '#kit/group-commit/next-versions.ts';
import { createInserts } from '#kit/mongo/gathered-inserts.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { gatherOwnRow, ownRowsIndex } from '#kit/mongo/own-rows.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { Cart, CartContent } from '../domain/cart.ts';

const ninetyDays = 90 * 24 * 3600;

/** Where carts are kept. A change is stored on the condition that the cart is still the one that was read. */
export function createCarts(connection: Connection) {
  const model = defineModel<Cart>(
    connection,
    'Cart',
    {
      _id: { type: String, required: true },
      memberId: { type: String, default: null },
      channel: { type: String, required: true },
      lines: [{ lineId: String, skuId: String, quantity: Number }],
      couponCodes: [String],
      version: { type: Number, required: true },
      createdAt: { type: Date, required: true },
      updatedAt: { type: Date, required: true },
    },
    {
      collection: 'carts',
      indexes: [
        ownRowsIndex,
        { key: { memberId: 1, channel: 1 }, unique: true, partialFilterExpression: { memberId: { $gt: '' } } },
        // Guests come back within a quarter or not at all.
        { key: { updatedAt: 1 }, expireAfterSeconds: ninetyDays, partialFilterExpression: { memberId: null } },
      ],
    },
  );

  const ownTogether = gatherOwnRow(() => rowsOf(model));
  const cartTogether = gatherRow((ids) => rowsById(model, ids));
  /** All of a member's, one a channel. */
  const cartsTogether = gatherRow(async (memberIds) => {
    const carts = await model
      .find({ memberId: trusted({ $in: memberIds }) })
      .lean<Cart[]>()
      .exec();
    return Map.groupBy(carts, ({ memberId }) => memberId ?? '');
  });

  const openTogether = createInserts(() => rowsOf(model));
  const saveTogether = createNextVersions(connection, () => rowsOf(model));

  return {
    /** A cart that somebody can reach by its id: the member's own, or a guest's. */
    reached: (id: string, memberId: string | null): Promise<Cart | null> =>
      memberId === null ? ownTogether(id, null) : ownTogether(id, memberId, null),

    async byId(id: string, session?: ClientSession): Promise<Cart | null> {
      return session ? model.findOne({ _id: id }, null, { session }).lean<Cart>().exec() : cartTogether(id);
    },

    async ofMember(memberId: string, channel: string, session?: ClientSession): Promise<Cart | null> {
      if (session) return model.findOne({ memberId, channel }, null, { session }).lean<Cart>().exec();
      const carts = await cartsTogether(memberId);
      return carts?.find((cart) => cart.channel === channel) ?? null;
    },

    /** Stores a new cart; when the member has one in the channel already, that one is answered. */
    async open(cart: Cart): Promise<Cart> {
      const clash = await openTogether(cart);
      if (clash === null) return cart;
      const existing = cart.memberId === null ? null : await this.ofMember(cart.memberId, cart.channel);
      if (existing === null) throw new Error(`a new cart clashes in ${clash}`);
      return existing;
    },

    /** Stores a change if nobody else stored one since `before` was read; null if somebody did. */
    async save(before: Cart, content: CartContent, at: Date, session?: ClientSession): Promise<Cart | null> {
      const next = nextOf(before, content, at);
      const isSaved = session
        ? (await writeNextVersions(rowsOf(model), [next], session)) === 1
        : await saveTogether(next);
      return isSaved ? { ...before, ...next } : null;
    },

    /** Some carts as a transaction sees them; one that isn't there is missing. */
    byIds: (session: ClientSession, ids: readonly string[]): Promise<Map<string, Cart>> =>
      rowsById(model, ids, session),

    /** Empties carts that nobody has changed since they were these versions, and counts them. */
    async emptyAll(
      session: ClientSession,
      carts: readonly { readonly cartId: string; readonly version: number }[],
      at: Date,
    ): Promise<number> {
      const nothing = { lines: [], couponCodes: [] };
      const emptied = carts.map(({ cartId: _id, version }) => nextOf({ _id, version }, nothing, at));
      return writeNextVersions(rowsOf(model), emptied, session);
    },

    /** Stores the content of carts; false when one of them has changed since it was read: the transaction must not be committed then. */
    async saveAll(session: ClientSession, carts: readonly Cart[], at: Date): Promise<boolean> {
      const next = carts.map((cart) => nextOf(cart, cart, at));
      return (await writeNextVersions(rowsOf(model), next, session)) === carts.length;
    },

    /** Makes a guest's cart the member's first one in its channel, under a new id: the guest's id must not open it any more. */
    async adopt(guest: Cart, memberId: string, own: { id: string; at: Date }, session: ClientSession): Promise<Cart> {
      const cart = { ...guest, _id: own.id, memberId, version: 1, updatedAt: own.at };
      await model.deleteOne({ _id: guest._id }, { session }).exec();
      await model.create([cart], { session });
      return cart;
    },

    /** All carts of a member, one a channel, as a transaction sees them. */
    async allOf(memberId: string, session: ClientSession): Promise<Cart[]> {
      return model.find({ memberId }, null, { session }).lean<Cart[]>().exec();
    },

    /** Gives a member's cart to another member, who has none in its channel. */
    async give(cart: Cart, memberId: string, session: ClientSession): Promise<void> {
      await model.updateOne({ _id: cart._id }, { $set: { memberId }, $inc: { version: 1 } }, { session }).exec();
    },

    /** Removes a member's cart, whose lines are another's now. */
    async remove(cart: Cart, session: ClientSession): Promise<void> {
      await model.deleteOne({ _id: cart._id, version: cart.version }, { session }).exec();
    },

    /** Removes a guest's cart if it is still the one that was read. */
    async removeGuest(cart: Cart, session: ClientSession): Promise<boolean> {
      const removed = await model
        .deleteOne({ _id: cart._id, version: cart.version, memberId: null }, { session })
        .exec();
      return removed.deletedCount === 1;
    },
  };
}

export type Carts = ReturnType<typeof createCarts>;

function nextOf({ _id, version }: Pick<Cart, '_id' | 'version'>, { lines, couponCodes }: CartContent, updatedAt: Date) {
  return { _id, version: version + 1, lines, couponCodes, updatedAt };
}
