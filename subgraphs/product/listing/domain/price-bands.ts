import { formatAmount, money } from '#kit/money/money.ts';

/** Where the price bands of the facet begin, in main units of the currency. */
const starts = [0, 50, 100, 200, 500, 1_000, 2_000, 5_000] as const;

/** A band of prices, both ends included, minor units; the last one has no end. */
export interface PriceBand {
  readonly min: number;
  readonly max: number | null;
  /** For the filter: `50.00-99.99`, the last one `5000.00-`. */
  readonly value: string;
}

/** The bands of a currency. */
export function priceBands(currency: string): PriceBand[] {
  const unit = 10 ** (formatAmount(money(0, currency)).split('.')[1]?.length ?? 0);
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const min = start * unit;
    const max = next === undefined ? null : next * unit - 1;
    const end = max === null ? '' : formatAmount(money(max, currency));
    return { min, max, value: `${formatAmount(money(min, currency))}-${end}` };
  });
}
