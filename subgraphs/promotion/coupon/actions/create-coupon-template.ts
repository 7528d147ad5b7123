import { newId } from '#kit/ids/ids.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import { codeTaken } from '../domain/coupon.ts';
import { defineCouponTemplate, type CouponTemplate, type CouponTemplateInput } from '../domain/coupon-template.ts';
import type { CouponTemplateStore } from '../store/coupon-templates.ts';

/** Creates a kind of coupon. */
export async function createCouponTemplate(
  { templates }: { templates: CouponTemplateStore },
  input: CouponTemplateInput,
  { at, by }: { at: Date; by: string },
): Promise<Outcome<CouponTemplate>> {
  const defined = defineCouponTemplate(input, { id: newId('couponTemplate'), at, by });
  if (!defined.ok) return defined;
  return (await templates.insert(defined.value)) ? defined : refused(codeTaken());
}
