import type { Locale } from '#kit/viewer/viewer.ts';

/** A step of the membership programme. */
interface TierRule {
  readonly level: number;
  /** The growth value from which on it is reached. */
  readonly from: number;
  readonly name: Readonly<Record<Locale, string>>;
}

/** The programme, from the lowest tier to the highest. */
export const tiers: readonly TierRule[] = [
  { level: 0, from: 0, name: { 'zh-CN': '普通会员', en: 'Member' } },
  { level: 1, from: 1_000, name: { 'zh-CN': '银卡会员', en: 'Silver' } },
  { level: 2, from: 5_000, name: { 'zh-CN': '金卡会员', en: 'Gold' } },
  { level: 3, from: 15_000, name: { 'zh-CN': '黑金会员', en: 'Black Gold' } },
];

/** The tier that a growth value reaches. */
export function tierReachedBy(growth: number): number {
  return tiers.findLast(({ from }) => growth >= from)?.level ?? 0;
}

/** The growth value from which on a tier is reached. RangeError for a tier that the programme doesn't have. */
export function growthNeededFor(level: number): number {
  const tier = tiers[level];
  if (tier === undefined) throw new RangeError(`there is no tier ${level}`);
  return tier.from;
}

/** A tier as its member sees it: its name in their language and the growth still missing to the next; null at the highest. */
export function tierShown(level: number, growth: number, locale: Locale) {
  const name = tiers[level]?.name[locale] ?? '';
  const next = tiers[level + 1];
  // Growth may exceed the next tier's start for a moment, between an earning and its review.
  return { level, name, growthToNext: next === undefined ? null : Math.max(0, next.from - growth) };
}
