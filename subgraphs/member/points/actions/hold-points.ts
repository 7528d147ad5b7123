import type { Clock } from '#kit/clock/clock.ts';
import type { Session as Transaction, Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { hold, release } from '../domain/ledger.ts';
import type { OrderPoints } from '../domain/order-points.ts';
import type { PointsStore } from '../store/points-store.ts';

/** What holding and releasing need. */
export interface PointsParts {
  readonly points: PointsStore;
  readonly inTransaction: Transact;
  readonly clock: Clock;
}

const week = 7 * 24 * 3600 * 1000;

/**
 * Freezes a member's points for an order, the soonest expiry first: all of them or none. The same attempt again is answered as before, a later one carries on what
 * is still held. Refuses with INSUFFICIENT_POINTS, and with INVALID_STATE for an attempt that was released before: a hold that was overtaken by
 * its undoing must not freeze points for ever.
 */
export async function holdPoints(
  { points, inTransaction, clock }: PointsParts,
  request: {
    readonly memberId: string;
    readonly orderId: string;
    readonly attempt: number;
    readonly points: number;
  },
): Promise<Outcome<{ held: number }>> {
  const { memberId, orderId, attempt } = request;
  return inTransaction(async (session) => {
    const known = await points.orderPoints(session, orderId);
    const tender = known?.tender ?? null;
    const isAnew = tender !== null && tender.state === 'RELEASED' && tender.attempt < attempt;
    if (known !== null && tender !== null && !isAnew) {
      const isSame = known.memberId === memberId && tender.points === request.points && tender.attempt <= attempt;
      if (!isSame || tender.state === 'RELEASED') return refused(invalidState(['orderId'], { state: tender.state }));
      if (tender.attempt < attempt) await points.saveOrderPoints(session, { ...known, tender: { ...tender, attempt } });
      return accepted({ held: tender.points });
    }
    const account = await points.find(memberId, session);
    const held = hold(account, request.points, { cause: { kind: 'ORDER', id: orderId }, at: clock.now() });
    if (!held.ok) return held;
    const { change, takes } = held.value;
    await points.save(session, change);
    const holding = { state: 'HELD', attempt, points: request.points, takes, returned: 0 } as const;
    await points.saveOrderPoints(session, { orderId, memberId, tender: holding, earning: known?.earning ?? null });
    return accepted({ held: request.points });
  });
}

/**
 * Gives back what an attempt of an order, or an earlier one, holds and answers how much that was: 0 when it holds nothing (any more). An order without a hold is
 * remembered for a week, so that its hold is refused should it still come.
 */
export async function releasePoints(
  { points, inTransaction, clock }: PointsParts,
  { orderId, attempt }: { readonly orderId: string; readonly attempt: number },
): Promise<{ released: number }> {
  return inTransaction(async (session) => {
    const known = await points.orderPoints(session, orderId);
    if (known !== null) {
      const { tender } = known;
      if (tender === null || tender.attempt > attempt) return { released: 0 };
      const ofAttempt = { ...known, tender: { ...tender, attempt } };
      const released = await releaseHold(points, session, ofAttempt, clock.now());
      if (released === 0 && tender.attempt < attempt) await points.saveOrderPoints(session, ofAttempt);
      return { released };
    }
    const nothing = { state: 'RELEASED', attempt, points: 0, takes: [], returned: 0 } as const;
    const removeAt = new Date(clock.now().getTime() + week);
    await points.saveOrderPoints(session, { orderId, memberId: '', tender: nothing, earning: null }, removeAt);
    return { released: 0 };
  });
}

/** Releases an order's hold if it has one, in the caller's transaction; answers how many points came back. */
export async function releaseHold(
  points: PointsStore,
  session: Transaction,
  order: OrderPoints,
  at: Date,
): Promise<number> {
  const { tender, orderId, memberId } = order;
  if (tender?.state !== 'HELD') return 0;
  const account = await points.find(memberId, session);
  await points.save(session, release(account, tender.takes, { cause: { kind: 'ORDER', id: orderId }, at }));
  await points.saveOrderPoints(session, { ...order, tender: { ...tender, state: 'RELEASED' } });
  return tender.points;
}
