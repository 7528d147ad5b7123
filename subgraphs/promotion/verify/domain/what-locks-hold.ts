import type { BenefitLock } from '../../benefits/domain/benefit-lock.ts';

/** What all orders together hold and have used of each promotion and coupon template, by its id. Amounts in minor units. */
export interface HeldByLocks {
  readonly committedMinor: Map<string, number>;
  readonly spentMinor: Map<string, number>;
  /** Orders that hold or have used it. */
  readonly uses: Map<string, number>;
  /** The same for each member, by `<promotion>:<member>`. */
  readonly memberUses: Map<string, number>;
}

export function nothingHeld(): HeldByLocks {
  return { committedMinor: new Map(), spentMinor: new Map(), uses: new Map(), memberUses: new Map() };
}

/** Adds one order's lock to the sums; what was given back counts nothing. */
export function addLock(held: HeldByLocks, lock: BenefitLock): void {
  if (lock.state === 'RELEASED') return;
  const amounts = lock.state === 'LOCKED' ? held.committedMinor : held.spentMinor;
  for (const { promotionId, amountMinor } of lock.promotions) {
    addTo(amounts, promotionId, amountMinor);
    addTo(held.uses, promotionId, 1);
    if (lock.memberId !== null) addTo(held.memberUses, `${promotionId}:${lock.memberId}`, 1);
  }
  for (const { templateId, amountMinor } of lock.coupons) addTo(amounts, templateId, amountMinor);
}

/** Adds to the number under a key. */
export function addTo(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}
