import { newId } from '#kit/ids/ids.ts';
import { refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Shopper } from '../../caller.ts';
import type { Product } from '../../neighbours.ts';
import { lineRefusals, type LineInput } from '../../order/domain/line-input.ts';
import { skuUnavailable } from '../../order/domain/order-refusals.ts';
import { addLines, type Cart, type CartContent } from '../domain/cart.ts';
import type { CartKeeper } from './keep-cart.ts';

export type AddCartLines = ReturnType<typeof createAddCartLines>;

/** Puts goods into a cart, opening one if need be. Only what is sold in the channel now may go in. */
export function createAddCartLines({ keeper, product }: { readonly keeper: CartKeeper; readonly product: Product }) {
  return async function addCartLines(
    input: { readonly cartId: string | null; readonly lines: readonly LineInput[] },
    shopper: Shopper,
    call: Call,
  ): Promise<Outcome<Cart>> {
    const wrong = lineRefusals(input.lines);
    if (wrong.length > 0) return refused(...wrong);
    const skuIds = [...new Set(input.lines.map((line) => line.skuId))];
    const { skus } = await product.skuFacts({ skuIds, channel: shopper.channel, forDisplay: true }, call);
    const sold = new Set(skus.filter((sku) => sku.price !== null).map((sku) => sku.skuId));
    const unsold = input.lines.flatMap(({ skuId }, index) =>
      sold.has(skuId) ? [] : [skuUnavailable(['lines', String(index), 'skuId'], { skuId })],
    );
    if (unsold.length > 0) return refused(...unsold);
    const add = (content: CartContent) => addLines(content, input.lines, () => newId('cartLine'));
    return keeper.editOrOpen(shopper, input.cartId, add);
  };
}
