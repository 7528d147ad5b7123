import { currencyDigits } from '#kit/money/money.ts';
import { growthNeededFor, tierReachedBy } from './tiers.ts';

const day = 24 * 3600 * 1000;

/** From one review of a tier to the next, milliseconds. Growth earned in this time keeps the tier. */
export const reviewPeriodMs = 365 * day;
/** How long a member may still make up for what a review found missing, milliseconds. */
export const graceMs = 30 * day;

/** Growth and tier of one member. */
export interface GrowthState {
  /** Growth value: earned, minus what refunds took back and reviews let lapse. 0 or more. */
  readonly growth: number;
  readonly tierLevel: number;
  /** When the tier is reviewed next. */
  readonly reviewAt: Date;
  /** When a grace ends that a review began; null when there is none. */
  readonly graceUntil: Date | null;
}

/** Why growth changed. */
export type GrowthCause = {
  readonly kind: 'ORDER' | 'REFUND' | 'REVIEW' | 'OPENING' | 'MERGE';
  readonly id: string;
};

/** One line of the growth ledger. */
export interface GrowthEntry {
  readonly points: number;
  readonly cause: GrowthCause;
  readonly at: Date;
}

/** Growth after something happened, and the line that says so; null when nothing changed. */
export interface GrowthChange {
  readonly state: GrowthState;
  readonly entry: GrowthEntry | null;
}

/** Growth for an amount of goods: 1 for every whole unit of the currency. `goodsMinor` in minor units; nothing below 0. */
export function growthFor(goodsMinor: number, currency: string): number {
  return Math.max(0, Math.floor(goodsMinor / 10 ** currencyDigits(currency)));
}

/** A new member's growth. */
export function newGrowth(now: Date): GrowthState {
  return { growth: 0, tierLevel: 0, reviewAt: new Date(now.getTime() + reviewPeriodMs), graceUntil: null };
}

/**
 * Adds growth (less than 0: takes it back, never below 0). A higher tier is reached at once and starts a new review period; a lower one never is:
 * that is for the review.
 */
export function withGrowth(state: GrowthState, points: number, cause: GrowthCause, at: Date): GrowthChange {
  const growth = Math.max(0, state.growth + points);
  if (growth === state.growth) return { state, entry: null };
  const entry = { points: growth - state.growth, cause, at };
  const reached = tierReachedBy(growth);
  if (reached <= state.tierLevel) return { state: { ...state, growth }, entry };
  return {
    state: { growth, tierLevel: reached, reviewAt: new Date(at.getTime() + reviewPeriodMs), graceUntil: null },
    entry,
  };
}

/** Growth of two members who turned out to be one person, on both sides. */
export interface MergedGrowth {
  readonly given: GrowthChange;
  readonly taken: GrowthChange;
}

/**
 * Adds one member's growth to another's. The higher of their tiers stays, with its own review; a still higher one that the sum reaches begins a new period, as
 * always. What both earned, and when, is what the next review looks at.
 */
export function mergeGrowth(
  from: GrowthState & { readonly memberId: string },
  into: GrowthState & { readonly memberId: string },
  at: Date,
): MergedGrowth {
  const { memberId: fromId, ...given } = from;
  const { memberId: intoId, ...own } = into;
  const { tierLevel, reviewAt, graceUntil } = given.tierLevel > own.tierLevel ? given : own;
  const higher = { growth: own.growth, tierLevel, reviewAt, graceUntil };
  const cause = { kind: 'MERGE', id: intoId } as const;
  return {
    given: { state: newGrowth(at), entry: given.growth === 0 ? null : { points: -given.growth, cause, at } },
    taken: withGrowth(higher, given.growth, { kind: 'MERGE', id: fromId }, at),
  };
}

/**
 * The review of a tier at its time. `earned` is the growth earned (and not taken back) since the review period began. Enough for the tier keeps it;
 * too little begins 30 days of grace, and at their end costs one step, however little it was. What is older than the period
 * lapses, down to the start of the tier that is kept.
 */
export function review(state: GrowthState, earned: number, memberId: string, now: Date): GrowthChange {
  const dueAt = state.graceUntil ?? state.reviewAt;
  if (dueAt > now) return { state, entry: null };
  const isKept = tierReachedBy(earned) >= state.tierLevel;
  if (!isKept && state.graceUntil === null) {
    return { state: { ...state, graceUntil: new Date(now.getTime() + graceMs) }, entry: null };
  }
  const tierLevel = isKept ? state.tierLevel : state.tierLevel - 1;
  const growth = Math.min(state.growth, Math.max(earned, growthNeededFor(tierLevel)));
  const lapsed = growth - state.growth;
  return {
    state: { growth, tierLevel, reviewAt: new Date(now.getTime() + reviewPeriodMs), graceUntil: null },
    entry: lapsed === 0 ? null : { points: lapsed, cause: { kind: 'REVIEW', id: memberId }, at: now },
  };
}

/** When the present review period began. What was earned after it counts; what reached the tier at that moment doesn't keep it for another year. */
export function periodStart(state: GrowthState): Date {
  return new Date(state.reviewAt.getTime() - reviewPeriodMs);
}
