import { notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Shopper } from '../../caller.ts';
import { setQuantity, type Cart } from '../domain/cart.ts';
import type { CartKeeper } from './keep-cart.ts';

export type UpdateCartLine = ReturnType<typeof createUpdateCartLine>;

/** Sets the quantity of a line; 0 removes it. */
export function createUpdateCartLine({ keeper }: { readonly keeper: CartKeeper }) {
  return async function updateCartLine(
    input: { readonly cartId: string; readonly lineId: string; readonly quantity: number },
    shopper: Shopper,
  ): Promise<Outcome<Cart>> {
    const cart = await keeper.find(shopper, input.cartId);
    if (cart === null) return refused(notFound(['cartId'], 'cart'));
    return keeper.edit(cart, ['cartId'], (content) => setQuantity(content, input.lineId, input.quantity));
  };
}
