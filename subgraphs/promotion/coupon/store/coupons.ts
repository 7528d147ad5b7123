import type { ClientSession, Connection } from 'mongoose';
import { keysetFilter, sortOf, type Page, type SortField } from '#kit/connection/connection.ts';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { CouponStatus } from '../../quote/domain/rule.ts';
import type { Coupon } from '../domain/coupon.ts';

/** A member's coupons in order; the few of one member are then filtered. */
const ofMember = { memberId: 1, _id: -1 } as const;
const latestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];
/** More free coupons than this are not tried when the price engine may choose; those claimed first are. */
const mostToChooseFrom = 50;
const held: readonly CouponStatus[] = ['LOCKED', 'USED'];

/** Members' coupons in MongoDB. */
export function createCouponStore(connection: Connection) {
  const coupons = defineModel<Coupon>(
    connection,
    'Coupon',
    {
      _id: { type: String, required: true },
      templateId: String,
      memberId: String,
      sequence: Number,
      status: String,
      claimedAt: Date,
      validFrom: Date,
      expiresAt: Date,
      orderId: String,
    },
    {
      collection: 'coupons',
      indexes: [
        { key: ofMember },
        { key: { templateId: 1, memberId: 1, sequence: 1 }, unique: true },
        { key: { status: 1, expiresAt: 1 } },
      ],
    },
  );

  const listQuery = (memberId: string, status: CouponStatus | null, { first, after }: Page, at: Date) =>
    coupons
      .find({ $and: [filterOf(memberId, status, at), keysetFilter(latestFirst, after)] })
      .sort(sortOf(latestFirst))
      // Left alone, the planner may prefer the index by expiry and sort in memory.
      .hint(ofMember)
      .limit(first + 1);

  return {
    listQuery,
    async insert(session: ClientSession, fresh: readonly Coupon[]): Promise<void> {
      if (fresh.length > 0) await rowsOf(coupons).insertMany([...fresh], { session });
    },
    async byIds(ids: readonly string[], session: ClientSession | null = null): Promise<Map<string, Coupon>> {
      return rowsById(coupons, ids, session);
    },
    /** The member's coupons of these ids, and all of theirs from these templates, one query for each. One of somebody else takes as long as none. */
    async presented(memberId: string, ids: readonly string[], templateIds: readonly string[]): Promise<Coupon[]> {
      const chosen = coupons.find({ memberId, _id: trusted({ $in: ids }) }).hint(ofMember);
      const byCode = coupons.find({ memberId, templateId: trusted({ $in: templateIds }) });
      const found = await Promise.all([
        ids.length === 0 ? [] : chosen.lean<Coupon[]>().exec(),
        templateIds.length === 0 ? [] : byCode.lean<Coupon[]>().exec(),
      ]);
      const once = new Map(found.flat().map((coupon) => [coupon._id, coupon]));
      return [...once.values()].sort((one, other) => (one._id < other._id ? -1 : 1));
    },
    /** The member's free coupons, those claimed first. */
    free: (memberId: string, at: Date): Promise<Coupon[]> =>
      coupons
        .find({ memberId, status: 'CLAIMED', expiresAt: trusted({ $gt: at }) })
        .sort({ _id: 1 })
        .hint(ofMember)
        .limit(mostToChooseFrom)
        .lean<Coupon[]>()
        .exec(),
    list: (memberId: string, status: CouponStatus | null, page: Page, at: Date): Promise<Coupon[]> =>
      listQuery(memberId, status, page, at).lean<Coupon[]>().exec(),
    count: (memberId: string, status: CouponStatus | null, at: Date): Promise<number> =>
      coupons.countDocuments(filterOf(memberId, status, at)).exec(),

    /** Locks free coupons for the orders that they now name. Throws, which ends the transaction, when one isn't free as the transaction has seen it. */
    async lock(session: ClientSession, locked: readonly Coupon[]): Promise<void> {
      if (locked.length === 0) return;
      const { modifiedCount } = await rowsOf(coupons).bulkWrite(
        locked.map(({ _id, memberId, orderId }) => ({
          updateOne: { filter: { _id, memberId, status: 'CLAIMED' }, update: { $set: { status: 'LOCKED', orderId } } },
        })),
        { session },
      );
      if (modifiedCount !== locked.length) throw new Error('a coupon changed inside a transaction that had read it');
    },
    /** A coupon that an order holds was used by it. */
    async use(session: ClientSession, id: string, orderId: string): Promise<void> {
      await coupons
        .updateOne({ _id: id, orderId, status: 'LOCKED' }, { $set: { status: 'USED' } })
        .session(session)
        .exec();
    },
    /** A coupon that an order holds or has used is free again, or has expired by now. */
    async giveBack(
      session: ClientSession,
      coupon: { id: string; orderId: string; status: 'CLAIMED' | 'EXPIRED' },
    ): Promise<void> {
      const { id, orderId, status } = coupon;
      await coupons
        .updateOne({ _id: id, orderId, status: trusted({ $in: held }) }, { $set: { status, orderId: null } })
        .session(session)
        .exec();
    },
    /** Some coupons of a member, the oldest first, as a transaction sees them. */
    someOf: (memberId: string, most: number, session: ClientSession): Promise<Coupon[]> =>
      coupons.find({ memberId }).sort({ _id: 1 }).limit(most).session(session).lean<Coupon[]>().exec(),
    /** Gives coupons to the members that they now name, each with its place among that one's of its template. */
    async reassign(
      session: ClientSession,
      given: readonly Pick<Coupon, '_id' | 'memberId' | 'sequence'>[],
    ): Promise<void> {
      await rowsOf(coupons).bulkWrite(
        given.map(({ _id, memberId, sequence }) => ({
          updateOne: { filter: { _id }, update: { $set: { memberId, sequence } } },
        })),
        { session },
      );
    },
    /** Withdraws a free coupon; the coupon afterwards, null when it isn't free (any more). */
    withdraw: (id: string, at: Date): Promise<Coupon | null> =>
      coupons
        .findOneAndUpdate(
          { _id: id, status: 'CLAIMED', expiresAt: trusted({ $gt: at }) },
          { $set: { status: 'VOID' } },
          { returnDocument: 'after' },
        )
        .lean<Coupon>()
        .exec(),
    /** Writes down that free coupons have expired; how many. */
    async expire(at: Date): Promise<number> {
      const { modifiedCount } = await coupons
        .updateMany({ status: 'CLAIMED', expiresAt: trusted({ $lte: at }) }, { $set: { status: 'EXPIRED' } })
        .exec();
      return modifiedCount;
    },
  };
}
export type CouponStore = ReturnType<typeof createCouponStore>;

/** The stored conditions behind a status; the same rule as `statusAt`. */
function filterOf(memberId: string, status: CouponStatus | null, at: Date): Record<string, unknown> {
  if (status === null) return { memberId };
  if (status === 'CLAIMED') return { memberId, status, expiresAt: trusted({ $gt: at }) };
  if (status !== 'EXPIRED') return { memberId, status };
  return { memberId, status: trusted({ $in: ['EXPIRED', 'CLAIMED'] }), expiresAt: trusted({ $lte: at }) };
}
