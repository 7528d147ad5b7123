/** What caused a change of somebody's points. */
export interface PointsCause {
  readonly kind: 'ORDER' | 'REFUND' | 'EXPIRY' | 'OPENING' | 'MERGE';
  readonly id: string;
}

/** Points that came in together and expire together. All counts are whole points, 0 or more. */
export interface Lot {
  readonly id: string;
  /** What came in. */
  readonly earned: number;
  /** What is neither held, spent nor gone. */
  readonly available: number;
  /** What is held for unpaid orders. */
  readonly frozen: number;
  /** From when it may be spent. */
  readonly availableAt: Date;
  /** From when it may not be spent any more. */
  readonly expiresAt: Date;
  readonly source: PointsCause;
}

/** The points of one member: their lots, and what they owe. Empty lots are dropped; the ledger remembers them. */
export interface PointsAccount {
  readonly memberId: string;
  /** Counts the changes; 0 before the first. */
  readonly version: number;
  readonly lots: readonly Lot[];
  /** Points owed after a refund took back what had been spent. While there is a debt, nothing is available. */
  readonly debt: number;
}

/** What a ledger entry records. */
export type EntryKind =
  | 'EARNED'
  | 'GRANTED'
  | 'HELD'
  | 'RELEASED'
  | 'SPENT'
  | 'RETURNED'
  | 'CLAWED_BACK'
  | 'DEBT_PAID'
  | 'EXPIRED'
  | 'MERGED';

/** One line of the ledger: by how much the three counts of the account changed, and why. Never changed once written. */
export interface LedgerEntry {
  readonly kind: EntryKind;
  /** The lot concerned; null when only the debt changed. */
  readonly lotId: string | null;
  readonly available: number;
  readonly frozen: number;
  readonly debt: number;
  readonly cause: PointsCause;
  readonly at: Date;
}

/** The account after something happened, and the lines that say so. */
export interface PointsChange {
  readonly account: PointsAccount;
  readonly entries: readonly LedgerEntry[];
}

/** Part of a lot that was taken for an order, with all that is needed to give it back even when the lot is gone. */
export interface Take {
  readonly lot: Pick<Lot, 'id' | 'earned' | 'availableAt' | 'expiresAt' | 'source'>;
  readonly points: number;
}

/** Somebody who never had points. */
export function emptyAccount(memberId: string): PointsAccount {
  return { memberId, version: 0, lots: [], debt: 0 };
}

/** The soonest expiry first; equal ones in the order of their ids, so that every process takes the same. */
export function byExpiry(a: Pick<Lot, 'id' | 'expiresAt'>, b: Pick<Lot, 'id' | 'expiresAt'>): number {
  return a.expiresAt.getTime() - b.expiresAt.getTime() || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Whether a lot's available points can be spent at `now`. */
export function isSpendable(lot: Lot, now: Date): boolean {
  return lot.availableAt <= now && now < lot.expiresAt;
}

/** What a member sees of their points at one moment. */
export interface PointsSummary {
  readonly balance: number;
  readonly frozen: number;
  readonly pending: number;
  readonly debt: number;
  readonly expiringSoon: readonly { readonly points: number; readonly expiresAt: Date }[];
}

const soonMs = 30 * 24 * 3600 * 1000;
const mostExpiries = 12;

/** The points of an account at `now`. Expired points no longer count, whether or not the ledger has said so yet. */
export function summaryOf(account: PointsAccount, now: Date): PointsSummary {
  const spendable = account.lots.filter((lot) => isSpendable(lot, now));
  const soon = new Map<number, number>();
  for (const { available, expiresAt } of spendable) {
    const at = expiresAt.getTime();
    if (available > 0 && at <= now.getTime() + soonMs) soon.set(at, (soon.get(at) ?? 0) + available);
  }
  const expiringSoon = [...soon].sort(([a], [b]) => a - b).slice(0, mostExpiries);
  return {
    balance: total(spendable, 'available'),
    frozen: total(account.lots, 'frozen'),
    pending: total(
      account.lots.filter(({ availableAt }) => availableAt > now),
      'available',
    ),
    debt: account.debt,
    expiringSoon: expiringSoon.map(([at, points]) => ({ points, expiresAt: new Date(at) })),
  };
}

export function total(lots: readonly Lot[], count: 'available' | 'frozen'): number {
  return lots.reduce((sum, lot) => sum + lot[count], 0);
}

/**
 * Where the ledger and the account disagree, in words; empty when every lot is the sum of its entries, the debt is the sum of its own, no count is
 * negative and nothing is available beside a debt.
 */
export function disagreements(account: PointsAccount, entries: readonly LedgerEntry[]): string[] {
  const problems: string[] = [];
  const sums = new Map<string, { available: number; frozen: number }>();
  let debt = 0;
  for (const entry of entries) {
    debt += entry.debt;
    if (entry.lotId === null) continue;
    const sum = sums.get(entry.lotId) ?? { available: 0, frozen: 0 };
    sums.set(entry.lotId, { available: sum.available + entry.available, frozen: sum.frozen + entry.frozen });
  }
  const lots = new Map(account.lots.map((lot) => [lot.id, lot]));
  for (const id of new Set([...sums.keys(), ...lots.keys()])) {
    const { available = 0, frozen = 0 } = lots.get(id) ?? {};
    const sum = sums.get(id) ?? { available: 0, frozen: 0 };
    if (sum.available !== available)
      problems.push(`${id} has ${available} available, its entries say ${sum.available}`);
    if (sum.frozen !== frozen) problems.push(`${id} has ${frozen} frozen, its entries say ${sum.frozen}`);
    if (available < 0 || frozen < 0) problems.push(`${id} is negative`);
  }
  if (debt !== account.debt) problems.push(`the debt is ${account.debt}, the entries say ${debt}`);
  if (account.debt < 0) problems.push('the debt is negative');
  if (account.debt > 0 && total(account.lots, 'available') > 0) problems.push('points are available beside a debt');
  return problems;
}
