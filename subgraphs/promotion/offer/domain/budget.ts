/** What an offer may take off in total, minor units. left + committed + spent = limit, and none is ever negative. */
export interface Budget {
  readonly limitMinor: number;
  /** Free to be given away. */
  readonly leftMinor: number;
  /** Held by orders that await payment. */
  readonly committedMinor: number;
  /** Given to paid orders. */
  readonly spentMinor: number;
}

/** A budget of which nothing was used yet; null for an offer without one. */
export function freshBudget(limitMinor: number | null): Budget | null {
  return limitMinor === null ? null : { limitMinor, leftMinor: limitMinor, committedMinor: 0, spentMinor: 0 };
}
