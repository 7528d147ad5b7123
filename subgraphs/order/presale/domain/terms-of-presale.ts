import { money } from '#kit/money/money.ts';
import type { PresaleTermsFacts } from '#kit/neighbours/promotion.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { PricedLine } from '../../order/domain/draft-order.ts';
import { priceChanged } from '../../order/domain/order-refusals.ts';
import type { OrderPresale } from './order-presale.ts';

/** The goods, sold in the channel at a price. */
interface Goods {
  readonly lineId: string;
  readonly quantity: number;
  readonly facts: {
    readonly skuId: string;
    readonly productId: string;
    readonly title: string;
    readonly weightGrams: number;
    readonly supplierId: string | null;
    readonly price: { readonly minor: number; readonly currency: string };
  };
}

/** What an order of a presale is about: its price, and when what of it is to be paid. */
export interface AgreedPresale {
  readonly line: PricedLine;
  readonly presale: OrderPresale;
  /** At the channel's price, minor units. */
  readonly subtotalMinor: number;
}

/**
 * The terms for a quantity of units: price × units − what the deposits count for more than they are. Freight is part of the price: which warehouse will send
 * goods that haven't arrived isn't known. Refuses with PRICE_CHANGED when the channel sells for less by now.
 */
export function termsOfPresale(
  presaleId: string,
  terms: PresaleTermsFacts,
  { lineId, quantity, facts }: Goods,
): Outcome<AgreedPresale> {
  const { price, skuId, productId, title, weightGrams, supplierId } = facts;
  const subtotalMinor = price.minor * quantity;
  const presaleMinor = terms.priceMinor * quantity;
  if (price.currency !== terms.currency || price.minor < terms.priceMinor) {
    return refused(priceChanged(money(presaleMinor, terms.currency), money(subtotalMinor, price.currency)));
  }
  const depositMinor = terms.depositMinor * quantity;
  const depositWorthMinor = terms.depositWorthMinor * quantity;
  const balanceMinor = presaleMinor - depositWorthMinor;
  const totalMinor = depositMinor + balanceMinor;
  const { labels } = terms;
  const steps = [
    { kind: 'CHANNEL_PRICE', label: labels.channelPrice, beforeMinor: subtotalMinor, afterMinor: subtotalMinor },
    { kind: 'PRESALE_PRICE', label: labels.presalePrice, beforeMinor: subtotalMinor, afterMinor: presaleMinor },
    { kind: 'DEPOSIT_EXPANSION', label: labels.deposit, beforeMinor: presaleMinor, afterMinor: totalMinor },
  ] as const;
  const [balanceFrom, balanceTo] = [new Date(terms.balanceFrom), new Date(terms.balanceTo)];
  const shipsAfter = new Date(terms.shipsAfter);
  return accepted({
    subtotalMinor,
    line: {
      ...{
        lineId,
        skuId,
        productId,
        title,
        quantity,
        weightGrams,
        unitPriceMinor: price.minor,
        totalMinor,
        shipsAfter,
        supplierId,
      },
      steps: steps
        .filter(({ kind, beforeMinor, afterMinor }) => kind === 'CHANNEL_PRICE' || beforeMinor !== afterMinor)
        .map((step) => ({ ...step, promotionId: null })),
    },
    presale: {
      ...{ presaleId, phase: 'DEPOSIT_DUE', depositMinor, depositWorthMinor, balanceMinor },
      ...{ balanceFrom, balanceTo, shipsAfter, ifUnpaid: terms.ifUnpaid },
      ...{ depositPaidAt: null, balanceDueAt: null, holdAt: balanceFrom, forfeitedMinor: 0 },
    },
  });
}
