import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../caller.ts';
import { removeCouponCode, type Cart } from '../domain/cart.ts';
import type { CartKeeper } from './keep-cart.ts';

export type RemoveCouponCode = ReturnType<typeof createRemoveCouponCode>;

/** Takes a coupon code off a cart; one that isn't there changes nothing. */
export function createRemoveCouponCode({ keeper }: { readonly keeper: CartKeeper }) {
  return async function takeCouponCodeOff(
    input: { readonly cartId: string; readonly code: string },
    shopper: Shopper,
  ): Promise<Outcome<Cart>> {
    const cart = await keeper.find(shopper, input.cartId);
    if (cart === null) return refused(notFound(['cartId'], 'cart'));
    return keeper.edit(cart, ['cartId'], (content) => accepted(removeCouponCode(content, input.code)));
  };
}
