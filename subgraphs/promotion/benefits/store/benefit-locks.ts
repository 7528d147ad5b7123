import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { BenefitLock, BenefitLockState } from '../domain/benefit-lock.ts';

/** Those of guests are left out. */
const ofMemberIndex = {
  key: { memberId: 1 },
  partialFilterExpression: { memberId: { $type: 'string' } },
} as const;

/** What orders hold, in MongoDB: one document an order. */
export function createBenefitLockStore(connection: Connection) {
  const locks = defineModel<BenefitLock>(
    connection,
    'BenefitLock',
    {
      _id: { type: String, required: true },
      attempt: Number,
      state: String,
      lapsed: Boolean,
      memberId: String,
      currency: String,
      promotions: [{ promotionId: String, amountMinor: Number }],
      coupons: [{ templateId: String, couponId: String, amountMinor: Number }],
      flashTicketId: String,
      presale: { type: { presaleId: String, quantity: Number }, default: null },
      expiresAt: Date,
      lockedAt: Date,
    },
    { collection: 'benefitLocks', indexes: [{ key: { state: 1, expiresAt: 1 } }, ofMemberIndex] },
  );
  const overdueQuery = (before: Date, limit: number) =>
    locks
      .find({ state: 'LOCKED', expiresAt: trusted({ $lt: before }) })
      .sort({ expiresAt: 1 })
      .limit(limit);

  return {
    overdueQuery,
    byOrder: (orderId: string, session: ClientSession | null = null): Promise<BenefitLock | null> =>
      locks
        .findById(orderId)
        .session(session)
        .lean<BenefitLock>()
        .exec()
        .then((row) => row && lockOf(row)),
    /** Locks whose order should have been paid or closed before that moment, the oldest first. */
    overdue: (before: Date, limit: number): Promise<BenefitLock[]> =>
      overdueQuery(before, limit)
        .lean<BenefitLock[]>()
        .exec()
        .then((rows) => rows.map(lockOf)),
    async byOrders(
      orderIds: readonly string[],
      session: ClientSession | null = null,
    ): Promise<Map<string, BenefitLock>> {
      const found = await locks
        .find({ _id: trusted({ $in: orderIds }) })
        .session(session)
        .lean<BenefitLock[]>()
        .exec();
      return new Map(found.map((lock) => [lock._id, lockOf(lock)]));
    },
    async insert(session: ClientSession, fresh: readonly BenefitLock[]): Promise<void> {
      await rowsOf(locks).insertMany([...fresh], { session });
    },
    /** Writes a lock as it is now. */
    async replace(session: ClientSession, { _id, ...lock }: BenefitLock): Promise<void> {
      await rowsOf(locks).updateOne({ _id }, { $set: lock }, { session });
    },
    /** Some locks of a member's orders, as a transaction sees them. */
    someOf: (memberId: string, most: number, session: ClientSession): Promise<BenefitLock[]> =>
      locks
        .find({ memberId })
        .limit(most)
        .session(session)
        .lean<BenefitLock[]>()
        .exec()
        .then((rows) => rows.map(lockOf)),
    /** Gives locks to another member. */
    async reassign(session: ClientSession, ids: readonly string[], memberId: string): Promise<void> {
      await rowsOf(locks).updateMany({ _id: { $in: [...ids] } }, { $set: { memberId } }, { session });
    },
    /** Moves a lock on; false and nothing done when it isn't in the state to be left. */
    async move(
      session: ClientSession,
      orderId: string,
      from: BenefitLockState,
      to: BenefitLockState,
      { lapsed = false }: { readonly lapsed?: boolean } = {},
    ): Promise<boolean> {
      const { modifiedCount } = await locks
        .updateOne({ _id: orderId, state: from }, { $set: { state: to, lapsed } })
        .session(session)
        .exec();
      return modifiedCount === 1;
    },
  };
}
/** Before attempts were counted, an order had one; before there were presales, none was held. */
function lockOf(row: BenefitLock): BenefitLock {
  return { ...row, attempt: row.attempt ?? 1, lapsed: row.lapsed ?? false, presale: row.presale ?? null };
}

export type BenefitLockStore = ReturnType<typeof createBenefitLockStore>;
