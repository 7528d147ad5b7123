import { currencyDigits } from '#kit/money/money.ts';
import type { Take } from './account.ts';

/** What an order has to do with its member's points. */
export interface OrderPoints {
  readonly orderId: string;
  readonly memberId: string;
  /** Points spent as tender; null when there were none. */
  readonly tender: {
    readonly state: 'HELD' | 'RELEASED' | 'SPENT';
    /** The order's attempt that it is for; what comes late of an earlier one changes nothing. */
    readonly attempt: number;
    readonly points: number;
    readonly takes: readonly Take[];
    /** Of the spent ones, how many have come back. */
    readonly returned: number;
  } | null;
  /** Points earned by completing it; null before. Money in minor units. */
  readonly earning: {
    readonly goodsMinor: number;
    readonly refundedMinor: number;
    readonly currency: string;
    readonly points: number;
    readonly lotId: string;
  } | null;
}

/** Points for an amount of goods: 1 for every whole unit of the currency. `goodsMinor` in minor units; nothing below 0. */
export function pointsFor(goodsMinor: number, currency: string): number {
  return Math.max(0, Math.floor(goodsMinor / 10 ** currencyDigits(currency)));
}

const day = 24 * 3600 * 1000;
const returnWindowMs = 7 * day;
/** How long points live once they can be spent, milliseconds. */
export const pointsLifeMs = 365 * day;

/** The life of points earned by an order that was completed at `completedAt`: spendable after the return window, then for 365 days. */
export function lifeOfEarned(completedAt: Date): { availableAt: Date; expiresAt: Date } {
  const availableAt = new Date(completedAt.getTime() + returnWindowMs);
  return { availableAt, expiresAt: new Date(availableAt.getTime() + pointsLifeMs) };
}

/** How many points a refund takes back: the earned ones become what the goods still paid for would have earned, however many refunds there are. */
export function pointsToClawBack(earning: NonNullable<OrderPoints['earning']>, refundedNowMinor: number): number {
  const kept = (refunded: number) =>
    Math.min(earning.points, pointsFor(earning.goodsMinor - refunded, earning.currency));
  return kept(earning.refundedMinor) - kept(earning.refundedMinor + refundedNowMinor);
}
