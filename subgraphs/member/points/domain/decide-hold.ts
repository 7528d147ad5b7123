import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { byExpiry, type Take } from './account.ts';
import { hold, release } from './ledger.ts';
import type { OrderPoints } from './order-points.ts';
import type { PointsBooks } from './points-books.ts';

/** Points that an attempt of an order wants to hold. */
export interface HoldRequest {
  readonly memberId: string;
  readonly orderId: string;
  readonly attempt: number;
  readonly points: number;
  /** Under which id the points are held that the order shall hold besides its own; `points` is the sum. */
  readonly joining?: string | undefined;
}

/** An attempt of an order that gives up what it holds. */
export type ReleaseRequest = Pick<HoldRequest, 'orderId' | 'attempt'>;

const week = 7 * 24 * 3600 * 1000;

/**
 * Freezes a member's points for an order, the soonest expiry first: all of them or none. The same attempt again is answered as before, a later one carries on what
 * is still held, and one that wants fewer gives the rest back. Refuses with INSUFFICIENT_POINTS, and with INVALID_STATE for an attempt that was released before: a hold that was overtaken by
 * its undoing must not freeze points for ever.
 */
export function decideHold(asked: HoldRequest, books: PointsBooks, at: Date): Outcome<{ held: number }> {
  const { memberId } = books.account(asked.memberId);
  const request = { ...asked, memberId };
  const { orderId, attempt, joining } = request;
  if (joining !== undefined) return joinHeld(request, joining, books, at);
  const known = books.order(orderId);
  const tender = known?.tender ?? null;
  const isAnew = tender !== null && tender.state === 'RELEASED' && tender.attempt < attempt;
  if (known !== null && tender !== null && isLess(known, request)) return holdLess(known, tender, request, books, at);
  if (known !== null && tender !== null && !isAnew) {
    if (!holds(known, request)) return refused(invalidState(['orderId'], { state: tender.state }));
    if (tender.attempt < attempt) books.record({ ...known, tender: { ...tender, attempt } });
    return accepted({ held: tender.points });
  }
  const held = hold(books.account(memberId), request.points, { cause: { kind: 'ORDER', id: orderId }, at });
  if (!held.ok) return held;
  const { change, takes } = held.value;
  books.change(change);
  const holding = { state: 'HELD', attempt, points: request.points, takes, returned: 0 } as const;
  books.record({ orderId, memberId, tender: holding, earning: known?.earning ?? null });
  return accepted({ held: request.points });
}

/** Whether a later attempt wants fewer points than an earlier one holds. */
function isLess({ memberId, tender }: OrderPoints, wanted: HoldRequest): boolean {
  const isHeld = tender?.state === 'HELD' && memberId === wanted.memberId;
  return isHeld && tender.attempt < wanted.attempt && wanted.points < tender.points;
}

/** Keeps those that run out soonest, as if only they had been held. */
function holdLess(
  known: OrderPoints,
  tender: NonNullable<OrderPoints['tender']>,
  { attempt, points }: HoldRequest,
  books: PointsBooks,
  at: Date,
): Outcome<{ held: number }> {
  let left = points;
  const takes = tender.takes.flatMap((take) => {
    const kept = Math.min(left, take.points);
    left -= kept;
    return kept > 0 ? [{ ...take, points: kept }] : [];
  });
  const given = tender.takes.flatMap((take) => {
    const kept = takes.find(({ lot }) => lot === take.lot)?.points ?? 0;
    return take.points > kept ? [{ ...take, points: take.points - kept }] : [];
  });
  books.change(release(books.account(known.memberId), given, { cause: { kind: 'ORDER', id: known.orderId }, at }));
  books.record({ ...known, tender: { ...tender, attempt, points, takes } });
  return accepted({ held: points });
}

/** Moves what is held under another id into what the order holds, where it lies as if all of it had been held at once. The account doesn't change: frozen stays frozen. */
function joinHeld(request: HoldRequest, joining: string, books: PointsBooks, at: Date): Outcome<{ held: number }> {
  const { memberId, orderId, attempt, points } = request;
  const [known, other] = [books.order(orderId), books.order(joining)];
  const tender = known?.tender ?? null;
  if (known !== null && tender?.attempt === attempt && holds(known, request)) return accepted({ held: points });
  const added = other?.memberId === memberId && other.tender?.state === 'HELD' ? other.tender : null;
  const own = known?.memberId === memberId && tender?.state === 'HELD' ? tender : null;
  const isOver = tender !== null && (tender.state === 'SPENT' || tender.attempt >= attempt);
  if (other === null || added === null || isOver || (own?.points ?? 0) + added.points !== points) {
    return refused(invalidState(['joining'], { state: other?.tender?.state ?? 'UNKNOWN' }));
  }
  const takes = joinedTakes([...(own?.takes ?? []), ...added.takes]);
  const holding = { state: 'HELD', attempt, points, takes, returned: 0 } as const;
  books.record({ orderId, memberId, tender: holding, earning: known?.earning ?? null });
  const joined = { ...added, state: 'RELEASED', points: 0, takes: [] } as const;
  books.record({ ...other, tender: joined }, new Date(at.getTime() + week));
  return accepted({ held: points });
}

/** One take a lot, the soonest expiry first. */
function joinedTakes(takes: readonly Take[]): Take[] {
  const byLot = Map.groupBy(takes, ({ lot }) => lot.id);
  const joined = [...byLot.values()].map((ofLot) => {
    const [{ lot }] = ofLot as [Take];
    return { lot, points: ofLot.reduce((sum, take) => sum + take.points, 0) };
  });
  return joined.sort((a, b) => byExpiry(a.lot, b.lot));
}

/** Whether an order has what is wanted, by this attempt or an earlier one. */
export function holds({ memberId, tender }: OrderPoints, wanted: HoldRequest): boolean {
  if (tender === null || tender.state === 'RELEASED') return false;
  return memberId === wanted.memberId && tender.points === wanted.points && tender.attempt <= wanted.attempt;
}

/**
 * Gives back what an attempt of an order, or an earlier one, holds and answers how much that was: 0 when it holds nothing (any more). An order without a hold is
 * remembered for a week, so that its hold is refused should it still come.
 */
export function decideRelease(
  { orderId, attempt }: ReleaseRequest,
  books: PointsBooks,
  at: Date,
): { readonly released: number } {
  const known = books.order(orderId);
  if (known === null) {
    const nothing = { state: 'RELEASED', attempt, points: 0, takes: [], returned: 0 } as const;
    books.record({ orderId, memberId: '', tender: nothing, earning: null }, new Date(at.getTime() + week));
    return { released: 0 };
  }
  const { tender } = known;
  if (tender === null || tender.attempt > attempt) return { released: 0 };
  const ofAttempt = { ...tender, attempt };
  if (tender.state !== 'HELD') {
    if (tender.attempt < attempt) books.record({ ...known, tender: ofAttempt });
    return { released: 0 };
  }
  const occasion = { cause: { kind: 'ORDER', id: orderId }, at } as const;
  books.change(release(books.account(known.memberId), tender.takes, occasion));
  books.record({ ...known, tender: { ...ofAttempt, state: 'RELEASED' } });
  return { released: tender.points };
}
