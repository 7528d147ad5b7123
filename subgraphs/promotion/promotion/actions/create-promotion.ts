import { newId } from '#kit/ids/ids.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import { definePromotion, type PromotionInput } from '../domain/define-promotion.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

/** Creates a promotion, which then runs by itself within its window. */
export async function createPromotion(
  { promotions }: { promotions: PromotionStore },
  input: PromotionInput,
  { at, by }: { at: Date; by: string },
): Promise<Outcome<Promotion>> {
  const defined = definePromotion(input, { id: newId('promotion'), at, by });
  if (defined.ok) await promotions.insert(defined.value);
  return defined;
}
