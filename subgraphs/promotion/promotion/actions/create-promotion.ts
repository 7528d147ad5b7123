import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { createdOnce } from '../../created-once.ts';
import { definePromotion, type PromotionInput } from '../domain/define-promotion.ts';
import type { Promotion } from '../domain/promotion.ts';
import type { PromotionStore } from '../store/promotions.ts';

interface CreatePromotionNeeds {
  readonly promotions: Pick<PromotionStore, 'insert' | 'byIds'>;
  readonly once: Once;
}

/** Creates a promotion, which then runs by itself within its window; once for a key. */
export function createPromotion(
  { promotions, once }: CreatePromotionNeeds,
  input: PromotionInput,
  { at, by, key }: { readonly at: Date; readonly by: string; readonly key: string | null },
): Promise<Outcome<Promotion>> {
  const creation = { caller: by, operation: 'createPromotion', key, input, subject: 'promotion' } as const;
  return createdOnce(once, creation, {
    byIds: promotions.byIds,
    async create(id) {
      const defined = definePromotion(input, { id, at, by });
      if (!defined.ok) return defined;
      await promotions.insert(defined.value);
      return accepted(defined.value);
    },
  });
}
