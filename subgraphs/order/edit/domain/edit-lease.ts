const leaseMs = 15_000;

/** Until when somebody who begins now is at work on an edit. */
export function editLease(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}
