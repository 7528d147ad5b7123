import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import {
  mostLines,
  mostUnits,
  oneLinePerSku,
  badQuantity,
  isQuantity,
  type LineInput,
} from '../../order/domain/line-input.ts';

/** One SKU in a cart. */
export interface CartLine {
  readonly lineId: string;
  readonly skuId: string;
  readonly quantity: number;
}

/** Goods that somebody means to buy in one channel. */
export interface Cart {
  readonly _id: string;
  /** Null for a guest's: then whoever knows the id may change it. */
  readonly memberId: string | null;
  readonly channel: string;
  readonly lines: readonly CartLine[];
  readonly couponCodes: readonly string[];
  /** Counts the changes; a change is stored on the condition that it is the next one. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What of a cart changes. */
export type CartContent = Pick<Cart, 'lines' | 'couponCodes'>;

const mostCodes = 5;

/** Adds lines; a SKU that is there already gets the sum. `newLineId` makes the ids of new lines. */
export function addLines(
  cart: CartContent,
  added: readonly LineInput[],
  newLineId: () => string,
): Outcome<CartContent> {
  const lines = [...cart.lines];
  for (const { skuId, quantity } of oneLinePerSku(added)) {
    const at = lines.findIndex((line) => line.skuId === skuId);
    const existing = lines[at];
    const sum = (existing?.quantity ?? 0) + quantity;
    if (sum > mostUnits) {
      const index = added.findIndex((line) => line.skuId === skuId);
      return refused(badQuantity(['lines', String(index), 'quantity']));
    }
    if (existing === undefined) lines.push({ lineId: newLineId(), skuId, quantity });
    else lines[at] = { ...existing, quantity: sum };
  }
  if (lines.length > mostLines) {
    return refused(
      invalidInput(['lines'], {
        en: `A cart holds at most ${mostLines} different SKUs. Remove some first.`,
        zh: `购物车最多可放 ${mostLines} 种商品，请先移除一些。`,
      }),
    );
  }
  return accepted({ ...cart, lines });
}

/** Sets a line's quantity; 0 removes the line. */
export function setQuantity(cart: CartContent, lineId: string, quantity: number): Outcome<CartContent> {
  if (!isQuantity(quantity, 0)) return refused(badQuantity(['quantity'], 0));
  if (!cart.lines.some((line) => line.lineId === lineId)) return refused(notFound(['lineId'], 'cartLine'));
  const lines =
    quantity === 0
      ? cart.lines.filter((line) => line.lineId !== lineId)
      : cart.lines.map((line) => (line.lineId === lineId ? { ...line, quantity } : line));
  return accepted({ ...cart, lines });
}

/** Notes a coupon code; one that is there already changes nothing. */
export function addCouponCode(cart: CartContent, code: string): Outcome<CartContent> {
  if (cart.couponCodes.includes(code)) return accepted(cart);
  if (cart.couponCodes.length >= mostCodes) {
    return refused(
      invalidInput(['code'], {
        en: `A cart holds at most ${mostCodes} coupon codes. Remove one first.`,
        zh: `购物车最多可使用 ${mostCodes} 个优惠码，请先移除一个。`,
      }),
    );
  }
  return accepted({ ...cart, couponCodes: [...cart.couponCodes, code] });
}

/** Takes a coupon code off again, if it is there. */
export function removeCouponCode(cart: CartContent, code: string): CartContent {
  return { ...cart, couponCodes: cart.couponCodes.filter((existing) => existing !== code) };
}

/**
 * A member's cart after a guest's joined it: quantities of the same SKU are summed. Nothing is refused, because nobody asks again: what is above the
 * limits of a cart is left out, the member's own lines first in.
 */
export function joined(own: CartContent, guest: CartContent): CartContent {
  const lines = own.lines.map((line) => {
    const same = guest.lines.find((other) => other.skuId === line.skuId);
    return same === undefined ? line : { ...line, quantity: Math.min(mostUnits, line.quantity + same.quantity) };
  });
  const fresh = guest.lines.filter((line) => !own.lines.some((other) => other.skuId === line.skuId));
  const codes = [...new Set([...own.couponCodes, ...guest.couponCodes])];
  return { lines: [...lines, ...fresh].slice(0, mostLines), couponCodes: codes.slice(0, mostCodes) };
}

/**
 * The cart after what was bought left it, and the codes used with it; null when it doesn't hold all of that any more: somebody ordered it
 * meanwhile. Units added since the order was begun stay.
 */
export function withoutBought(
  cart: CartContent,
  bought: readonly { readonly lineId: string; readonly quantity: number }[],
): CartContent | null {
  const lines = new Map(cart.lines.map((line) => [line.lineId, line]));
  for (const { lineId, quantity } of bought) {
    const line = lines.get(lineId);
    if (line === undefined || line.quantity < quantity) return null;
    if (line.quantity === quantity) lines.delete(lineId);
    else lines.set(lineId, { ...line, quantity: line.quantity - quantity });
  }
  return { lines: [...lines.values()], couponCodes: [] };
}
