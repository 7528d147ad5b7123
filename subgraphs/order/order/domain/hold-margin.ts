import type { Order } from './order.ts';

/** Holds outlive the time to pay by this much, so that a payment in the last second still finds its goods. Milliseconds. */
export const holdMarginMs = 10 * 60_000;

/** When a hold gives itself back, as ISO text. What a presale order holds outlives the time to pay the balance. */
export function holdUntil({ expiresAt, placedAt, presale }: Order): string {
  const payBefore = Math.max((expiresAt ?? placedAt).getTime(), presale?.balanceTo.getTime() ?? 0);
  return new Date(payBefore + holdMarginMs).toISOString();
}
