import type { ClientSession, Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import { rowsOf } from '#kit/mongo/rows-of.ts';
import type { BenefitLock, BenefitLockState } from '../domain/benefit-lock.ts';

/** What orders hold, in MongoDB: one document an order. */
export function createBenefitLockStore(connection: Connection) {
  const locks = defineModel<BenefitLock>(
    connection,
    'BenefitLock',
    {
      _id: { type: String, required: true },
      state: String,
      memberId: String,
      currency: String,
      promotions: [{ promotionId: String, amountMinor: Number }],
      coupons: [{ templateId: String, couponId: String, amountMinor: Number }],
      flashTicketId: String,
      expiresAt: Date,
      lockedAt: Date,
    },
    { collection: 'benefitLocks', indexes: [{ key: { state: 1, expiresAt: 1 } }] },
  );
  const overdueQuery = (before: Date, limit: number) =>
    locks
      .find({ state: 'LOCKED', expiresAt: trusted({ $lt: before }) })
      .sort({ expiresAt: 1 })
      .limit(limit);

  return {
    overdueQuery,
    byOrder: (orderId: string, session: ClientSession | null = null): Promise<BenefitLock | null> =>
      locks.findById(orderId).session(session).lean<BenefitLock>().exec(),
    /** Locks whose order should have been paid or closed before that moment, the oldest first. */
    overdue: (before: Date, limit: number): Promise<BenefitLock[]> =>
      overdueQuery(before, limit).lean<BenefitLock[]>().exec(),
    async byOrders(
      orderIds: readonly string[],
      session: ClientSession | null = null,
    ): Promise<Map<string, BenefitLock>> {
      const found = await locks
        .find({ _id: trusted({ $in: orderIds }) })
        .session(session)
        .lean<BenefitLock[]>()
        .exec();
      return new Map(found.map((lock) => [lock._id, lock]));
    },
    async insert(session: ClientSession, fresh: readonly BenefitLock[]): Promise<void> {
      await rowsOf(locks).insertMany([...fresh], { session });
    },
    /** Moves a lock on; false and nothing done when it isn't in the state to be left. */
    async move(
      session: ClientSession,
      orderId: string,
      from: BenefitLockState,
      to: BenefitLockState,
    ): Promise<boolean> {
      const { modifiedCount } = await locks
        .updateOne({ _id: orderId, state: from }, { $set: { state: to } })
        .session(session)
        .exec();
      return modifiedCount === 1;
    },
  };
}
export type BenefitLockStore = ReturnType<typeof createBenefitLockStore>;
