/** Holds outlive the time to pay by this much, so that a payment in the last second still finds its goods. Milliseconds. */
export const holdMarginMs = 10 * 60_000;
