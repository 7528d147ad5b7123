/** Longer than all that a living try does: calls of 3 s in parallel and two writes of 5 s. */
const leaseMs = 15_000;

/** Until when somebody who begins now is at work on a late payment. */
export function latePaymentLease(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}
