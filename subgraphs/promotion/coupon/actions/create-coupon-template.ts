import type { Once } from '#kit/idempotency/once.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { createdOnce } from '../../created-once.ts';
import { codeTaken } from '../domain/coupon.ts';
import { defineCouponTemplate, type CouponTemplate, type CouponTemplateInput } from '../domain/coupon-template.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';

interface CreateTemplateNeeds {
  readonly templates: Pick<CouponTemplateStore, 'insert' | 'byIds'>;
  readonly once: Once;
}

/** Creates a kind of coupon; once for a key. */
export function createCouponTemplate(
  { templates, once }: CreateTemplateNeeds,
  input: CouponTemplateInput,
  { at, by, key }: { readonly at: Date; readonly by: string; readonly key: string | null },
): Promise<Outcome<CouponTemplate>> {
  const creation = { caller: by, operation: 'createCouponTemplate', key, input, subject: 'couponTemplate' } as const;
  return createdOnce(once, creation, {
    byIds: templates.byIds,
    async create(id) {
      const defined = defineCouponTemplate(input, { id, at, by });
      if (!defined.ok) return defined;
      return (await templates.insert(defined.value)) ? defined : refused(codeTaken());
    },
  });
}
