/** A text in the shop's two languages. `en` is null where nobody translated it; then the Chinese text serves both. */
export interface Title {
  readonly zh: string;
  readonly en: string | null;
}

/** The text in the shopper's language. */
export function titleIn(title: Title, locale: 'zh-CN' | 'en'): string {
  return locale === 'en' ? (title.en ?? title.zh) : title.zh;
}

/** Where and for whom an offer holds. The four item lists are alternatives: a line that is in any of them is eligible; all empty means every line. */
export interface OfferScope {
  readonly productIds: readonly string[];
  readonly skuIds: readonly string[];
  /** A category includes everything below it. */
  readonly categorySlugs: readonly string[];
  readonly brandIds: readonly string[];
  /** Channel codes; empty means every channel. */
  readonly channels: readonly string[];
  /** Tier levels; empty means everybody, guests too. */
  readonly tierLevels: readonly number[];
}

/** How an offer lives with others. */
export interface Stacking {
  /** At most one offer of a group applies to an order. Null: the group of its kind (`defaultGroup`). */
  readonly group: string | null;
  /** An exclusive offer applies alone: no other promotion and no coupon beside it. */
  readonly exclusive: boolean;
  /** Higher is applied first, and wins among equally good combinations. */
  readonly priority: number;
}

/** The kinds of promotion that the price engine knows. */
export const builtKinds = ['AMOUNT_OFF_LADDER', 'PERCENT_OFF_LADDER', 'TIMED_PRICE', 'FREE_SHIPPING'] as const;
export type BuiltKind = (typeof builtKinds)[number];

/** One rung: what must be reached, and what it gives. Amounts in minor units. */
export interface LadderStep {
  /** The eligible lines' amount must be at least this, to the minor unit. Null: no condition. */
  readonly thresholdMinor: number | null;
  /** The eligible lines' quantity must be at least this. Null: no condition. */
  readonly thresholdQuantity: number | null;
  readonly amountOffMinor: number | null;
  /** A decimal text such as `12.5`: percent off. */
  readonly percentOff: string | null;
}

/** A promotion as the price engine sees it for one shopper. */
export interface PromotionRule {
  readonly id: string;
  readonly kind: BuiltKind;
  readonly title: Title;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly scope: OfferScope;
  readonly ladder: readonly LadderStep[];
  readonly stacking: Stacking;
  readonly currency: string;
  /** What the budget still allows, minor units; null without a budget. */
  readonly budgetLeftMinor: number | null;
  /** How often it may still be used by anybody; null without a limit. */
  readonly usesLeft: number | null;
  /** Whether it may take a price below its floor: its author said so and somebody else approved it. */
  readonly passesFloor: boolean;
  /** How often this shopper may still use it; null without a limit. Meaningless for a guest, who must sign in where there is a limit. */
  readonly memberUsesLeft: number | null;
}

/** What can become of a claimed coupon. CLAIMED → LOCKED (by an order) → USED (order paid) | CLAIMED again, EXPIRED, VOID (withdrawn). */
export const couponStatuses = ['CLAIMED', 'LOCKED', 'USED', 'EXPIRED', 'VOID'] as const;
export type CouponStatus = (typeof couponStatuses)[number];

/** A coupon of this shopper, or a code they typed and haven't claimed yet. */
export interface CouponRule {
  readonly templateId: string;
  /** Null for a code that locking the order will claim. */
  readonly couponId: string | null;
  /** The code as typed in, when it came by code. */
  readonly code: string | null;
  readonly title: Title;
  readonly status: CouponStatus;
  readonly validFrom: Date;
  readonly expiresAt: Date;
  readonly scope: OfferScope;
  readonly thresholdMinor: number | null;
  readonly amountOffMinor: number | null;
  readonly percentOff: string | null;
  readonly stacking: Stacking;
  readonly currency: string;
  readonly budgetLeftMinor: number | null;
  /** How many may still be claimed by anybody. Matters only when unclaimed; null without a limit. */
  readonly claimsLeft: number | null;
  /** How many this shopper may still claim. Matters only when unclaimed; null without a limit. */
  readonly memberClaimsLeft: number | null;
}
