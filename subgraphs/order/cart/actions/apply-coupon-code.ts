import { invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Shopper } from '../../caller.ts';
import type { Promotion } from '../../neighbours.ts';
import { addCouponCode, type Cart } from '../domain/cart.ts';
import type { CartKeeper } from './keep-cart.ts';

const longestCode = 100;

export type ApplyCouponCode = ReturnType<typeof createApplyCouponCode>;

/** Notes a coupon code on a cart, if promotion knows it and it could be used; whether it applies is for each quote to say. */
export function createApplyCouponCode({
  keeper,
  promotion,
}: {
  readonly keeper: CartKeeper;
  readonly promotion: Promotion;
}) {
  return async function applyCouponCode(
    input: { readonly cartId: string; readonly code: string },
    shopper: Shopper,
    call: Call,
  ): Promise<Outcome<Cart>> {
    const code = input.code.trim();
    if (code.length < 1 || code.length > longestCode) {
      return refused(
        invalidInput(['code'], {
          en: `A code has 1 to ${longestCode} characters.`,
          zh: `优惠码长度须为 1 到 ${longestCode} 个字符。`,
        }),
      );
    }
    const cart = await keeper.find(shopper, input.cartId);
    if (cart === null) return refused(notFound(['cartId'], 'cart'));
    const checked = await promotion.checkCouponCode({ code, ...shopper }, call);
    if (!checked.ok) return refused(...checked.refusals.map((refusal) => ({ ...refusal, path: ['code'] })));
    return keeper.edit(cart, ['cartId'], (content) => addCouponCode(content, checked.value.code));
  };
}
