import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Budget } from '../offer/domain/budget.ts';
import type { LadderStep, OfferScope, Stacking } from '../quote/domain/rule.ts';
import type { Promotion } from './domain/promotion.ts';

export type PromotionMapper = Promotion;
export type PromotionConnectionMapper = ConnectionParent<Promotion>;
export interface PromotionEdgeMapper {
  readonly cursor: string;
  readonly node: Promotion;
}
export type PromotionScopeMapper = OfferScope;
export type StackingMapper = Stacking;
/** Amounts need their currency. */
export type LadderStepMapper = LadderStep & { readonly currency: string };
export type PromotionBudgetMapper = Budget & { readonly currency: string };
