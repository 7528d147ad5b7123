import { currencyDigits } from '#kit/money/money.ts';

/** 100 points pay one main unit of the currency (¥1). */
const pointsPerMainUnit = 100;
/** Points are spent in whole hundreds. */
const pointsStep = 100;
/** Points pay at most one half of the goods. */
const largestShare = 2;

/** What points do to a quote. `discountMinor` in minor units. */
export interface PointsTender {
  readonly spendable: number;
  readonly spent: number;
  readonly discountMinor: number;
}

/**
 * Points as tender (domain rules, "Points tender default"): 100 points = 1 yuan, whole hundreds, at most 50 % of the goods after discounts,
 * so that something always remains to be paid. What is asked for beyond that is cut, not refused.
 */
export function tenderPoints(
  goodsMinor: number,
  currency: string,
  points: { readonly requested: number; readonly balance: number },
): PointsTender {
  const minorPerStep = minorPerMainUnit(currency) * (pointsStep / pointsPerMainUnit);
  const stepsByGoods = Math.floor(goodsMinor / (largestShare * minorPerStep));
  const spendable = Math.min(stepsByGoods, Math.floor(points.balance / pointsStep)) * pointsStep;
  const spent = Math.floor(Math.min(points.requested, spendable) / pointsStep) * pointsStep;
  return { spendable, spent, discountMinor: (spent / pointsStep) * minorPerStep };
}

/** Points that paying `goodsMinor` for goods earns: one for each whole main unit. */
export function pointsEarned(goodsMinor: number, currency: string): number {
  return Math.floor(goodsMinor / minorPerMainUnit(currency));
}

function minorPerMainUnit(currency: string): number {
  return 10 ** currencyDigits(currency);
}
