import type { SkuFacts } from '#kit/neighbours/product.ts';
import type { QuoteFacts } from '#kit/neighbours/promotion.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Product, Promotion } from '../../neighbours.ts';
import { isSold, quoteRequestOf } from '../../quote/quote-request.ts';
import type { Cart } from '../domain/cart.ts';

/** The prices of carts within one request; each cart is asked for once, whatever fields are selected. */
export interface CartPricing {
  /** Facts of the cart's SKUs by id; unknown ones are absent. */
  factsOf(cart: Cart): Promise<ReadonlyMap<string, SkuFacts>>;
  /** The price of what can be bought now, without freight; null for a cart of which nothing can. */
  quoteOf(cart: Cart): Promise<QuoteFacts | null>;
}

/** Prices carts for one request. */
export function createCartPricing(
  neighbours: { readonly product: Product; readonly promotion: Promotion },
  call: Call,
): CartPricing {
  const facts = new WeakMap<Cart, Promise<ReadonlyMap<string, SkuFacts>>>();
  const quotes = new WeakMap<Cart, Promise<QuoteFacts | null>>();

  async function askFacts(cart: Cart): Promise<ReadonlyMap<string, SkuFacts>> {
    if (cart.lines.length === 0) return new Map();
    const skuIds = cart.lines.map((line) => line.skuId);
    const { skus } = await neighbours.product.skuFacts({ skuIds, channel: cart.channel, forDisplay: true }, call);
    return new Map(skus.map((sku) => [sku.skuId, sku]));
  }

  async function askQuote(cart: Cart): Promise<QuoteFacts | null> {
    const known = await pricing.factsOf(cart);
    const lines = cart.lines.flatMap(({ lineId, skuId, quantity }) => {
      const sku = known.get(skuId);
      return isSold(sku) ? [{ lineId, quantity, facts: sku }] : [];
    });
    const [first] = lines;
    if (first === undefined) return null;
    return neighbours.promotion.quote(
      quoteRequestOf(lines, {
        channel: cart.channel,
        currency: first.facts.price.currency,
        memberId: cart.memberId,
        tierLevel: call.viewer.tierLevel,
        couponIds: [],
        couponCodes: [...cart.couponCodes],
        points: { requested: 0, balance: 0 },
        freightMinor: 0,
        forDisplay: true,
      }),
      call,
    );
  }

  function once<T>(memory: WeakMap<Cart, Promise<T>>, cart: Cart, ask: (cart: Cart) => Promise<T>): Promise<T> {
    const asked = memory.get(cart) ?? ask(cart);
    memory.set(cart, asked);
    return asked;
  }

  const pricing: CartPricing = {
    factsOf: (cart) => once(facts, cart, askFacts),
    quoteOf: (cart) => once(quotes, cart, askQuote),
  };
  return pricing;
}
