import type { Budget } from '../../offer/domain/budget.ts';
import type { BuiltKind, LadderStep, OfferScope, PromotionRule, Stacking, Title } from '../../quote/domain/rule.ts';

/** A promotion as it is kept. */
export interface Promotion {
  readonly _id: string;
  readonly title: Title;
  readonly kind: BuiltKind;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly scope: OfferScope;
  readonly ladder: readonly LadderStep[];
  readonly stacking: Stacking;
  /** Of every amount in it. */
  readonly currency: string;
  readonly budget: Budget | null;
  readonly usageLimit: number | null;
  /** How many orders may still use it; null without a limit. */
  readonly usesLeft: number | null;
  readonly perMemberLimit: number | null;
  /** That it is to take prices below their floors, which it does once somebody other than its author approved it; null: it never does. Absent in what was stored before there were floors. */
  readonly belowFloor?: BelowFloor | null;
  readonly pausedAt: Date | null;
  readonly endedAt: Date | null;
  readonly createdAt: Date;
  /** Who created it: a staff id or the name of one of our own services. */
  readonly createdBy: string;
}

/** That prices may pass their floors, and who says so besides the author; null while nobody has. */
export interface BelowFloor {
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
}

/** Where a promotion stands; see the schema. */
export type PromotionStatus = 'SCHEDULED' | 'RUNNING' | 'PAUSED' | 'ENDED' | 'EXHAUSTED';

/** Where the promotion stands at a moment. What is over is over; what is used up says so before what is merely paused. */
export function promotionStatus(promotion: Promotion, at: Date): PromotionStatus {
  if (promotion.endedAt !== null || promotion.endsAt <= at) return 'ENDED';
  if (promotion.budget?.leftMinor === 0 || promotion.usesLeft === 0) return 'EXHAUSTED';
  if (promotion.pausedAt !== null) return 'PAUSED';
  return promotion.startsAt > at ? 'SCHEDULED' : 'RUNNING';
}

/** The promotion as the price engine sees it for a shopper who has used it `memberUses` times. */
export function ruleOf(promotion: Promotion, memberUses: number): PromotionRule {
  const { _id, kind, title, startsAt, endsAt, scope, ladder, stacking, currency } = promotion;
  return {
    id: _id,
    kind,
    title,
    startsAt,
    endsAt,
    scope,
    ladder,
    stacking,
    currency,
    budgetLeftMinor: promotion.budget?.leftMinor ?? null,
    usesLeft: promotion.usesLeft,
    passesFloor: promotion.belowFloor?.approvedBy != null,
    memberUsesLeft: promotion.perMemberLimit === null ? null : promotion.perMemberLimit - memberUses,
  };
}
