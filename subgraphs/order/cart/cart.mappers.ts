import type { Cart, CartLine } from './domain/cart.ts';

export type CartMapper = Cart;

export interface CartLineMapper {
  readonly cart: Cart;
  readonly line: CartLine;
}
