import type { PlannedOrder } from './orders.ts';

/** What a member has gathered by what they bought. */
export interface Standing {
  /** Sets the tier: one for each whole yuan paid for goods. */
  readonly growth: number;
  /** Spendable points: as many, but only once the after-sale window has closed. */
  readonly points: number;
}

const windowMs = 7 * 24 * 60 * 60_000;

/** Adds up what each member earned on completed orders. Indexes are those of the members. */
export function standingsOf(orders: readonly PlannedOrder[], members: number, now: Date): Standing[] {
  const standings = Array.from({ length: members }, () => ({ growth: 0, points: 0 }));
  for (const { member, completedAt, lines } of orders) {
    const standing = standings[member];
    if (!standing || completedAt === null) continue;
    const yuan = Math.floor(lines.reduce((sum, line) => sum + line.totalMinor, 0) / 100);
    standing.growth += yuan;
    if (completedAt.getTime() + windowMs <= now.getTime()) standing.points += yuan;
  }
  return standings;
}
