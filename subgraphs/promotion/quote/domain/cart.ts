/** What is to be priced: one line of a cart, in its channel. */
export interface CartLine {
  readonly lineId: string;
  readonly skuId: string;
  readonly productId: string;
  readonly brandId: string | null;
  /** From the root category down to the product's own. */
  readonly categorySlugs: readonly string[];
  readonly quantity: number;
  /** Channel price of one unit, minor units. */
  readonly unitPriceMinor: number;
  /** The least that promotions and coupons may leave of it, minor units: cost and minimum margin; 0 when that isn't known. */
  readonly floorMinor: number;
}

/** Who is buying, and where. */
export interface Shopper {
  /** Null for a guest. */
  readonly memberId: string | null;
  /** Null for a guest. */
  readonly tierLevel: number | null;
  readonly channel: string;
}

/** What is owed at one moment of the pipeline, minor units. */
export interface Owed {
  /** By line, in line order. */
  readonly lines: readonly number[];
  readonly freight: number;
}

/** Σ over the lines named by index. */
export function amountOf(owed: Owed, lines: readonly number[]): number {
  return lines.reduce((total, line) => total + (owed.lines[line] ?? 0), 0);
}

/** Σ over all lines, without freight. */
export function goodsOf(owed: Owed): number {
  return owed.lines.reduce((total, amount) => total + amount, 0);
}
