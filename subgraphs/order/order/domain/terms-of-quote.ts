import type { PricedLine } from './draft-order.ts';
import type { Benefits, PriceStep } from './order.ts';

interface QuotedLine {
  readonly lineId: string;
  readonly unitPriceMinor: number;
  readonly totalMinor: number;
  readonly steps: readonly PriceStep[];
}

interface Quoted {
  readonly currency: string;
  readonly subtotalMinor: number;
  readonly discountMinor: number;
  readonly freightMinor: number;
  readonly totalMinor: number;
  readonly lines: readonly QuotedLine[];
  readonly benefits: Omit<Benefits, 'flashTicketId'>;
  readonly points: { readonly spent: number };
}

interface Goods {
  readonly lineId: string;
  readonly quantity: number;
  readonly facts: {
    readonly skuId: string;
    readonly productId: string;
    readonly title: string;
    readonly weightGrams: number;
    readonly supplierId: string | null;
  };
  /** For goods that can't leave a warehouse yet: from when on. */
  readonly shipsAfter?: Date | null;
}

/** The terms of an order that come from its quote. RangeError when the quote leaves a line out. */
export function termsOfQuote(quote: Quoted, goods: readonly Goods[]) {
  const quoted = new Map(quote.lines.map((line) => [line.lineId, line]));
  const lines = goods.map(({ lineId, quantity, facts, shipsAfter = null }): PricedLine => {
    const line = quoted.get(lineId);
    if (line === undefined) throw new RangeError(`the quote has no line ${lineId}`);
    const { skuId, productId, title, weightGrams, supplierId } = facts;
    const { unitPriceMinor, totalMinor, steps } = line;
    return {
      ...{ lineId, skuId, productId, title, quantity, unitPriceMinor, totalMinor, weightGrams, steps },
      ...{ shipsAfter, supplierId },
    };
  });
  return {
    currency: quote.currency,
    subtotalMinor: quote.subtotalMinor,
    discountMinor: quote.discountMinor,
    freightMinor: quote.freightMinor,
    totalMinor: quote.totalMinor,
    pointsSpent: quote.points.spent,
    benefits: { ...quote.benefits, flashTicketId: null },
    lines,
  };
}
