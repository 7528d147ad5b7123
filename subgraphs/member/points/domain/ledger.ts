import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import {
  byExpiry,
  isSpendable,
  total,
  type EntryKind,
  type LedgerEntry,
  type Lot,
  type PointsAccount,
  type PointsCause,
  type PointsChange,
  type Take,
} from './account.ts';

/** INSUFFICIENT_POINTS: fewer can be spent than asked for. */
export function insufficientPoints(requested: number, available: number) {
  return {
    type: 'InsufficientPointsError',
    code: 'INSUFFICIENT_POINTS',
    path: ['pointsToSpend'],
    requested,
    available,
  } as const satisfies Refusal;
}

/** Why and when the account changes. */
export interface Occasion {
  readonly cause: PointsCause;
  readonly at: Date;
}

/** New points: `kind` EARNED for an order's, GRANTED for others. A debt is paid first. */
export function addLot(
  account: PointsAccount,
  lot: Pick<Lot, 'id' | 'earned' | 'availableAt' | 'expiresAt'>,
  kind: 'EARNED' | 'GRANTED',
  occasion: Occasion,
): PointsChange {
  const draft = new Draft(account, occasion);
  draft.addTo({ ...lot, source: occasion.cause }, kind, { available: lot.earned });
  draft.payDebt();
  return draft.finish();
}

/**
 * Freezes points for an order, the soonest expiry first. Refuses with INSUFFICIENT_POINTS when fewer are spendable at the occasion's time;
 * never takes a part.
 */
export function hold(
  account: PointsAccount,
  points: number,
  occasion: Occasion,
): Outcome<{ change: PointsChange; takes: Take[] }, ReturnType<typeof insufficientPoints>> {
  const spendable = account.lots.filter((lot) => isSpendable(lot, occasion.at)).sort(byExpiry);
  const balance = total(spendable, 'available');
  if (balance < points) return refused(insufficientPoints(points, balance));
  const draft = new Draft(account, occasion);
  const takes: Take[] = [];
  let missing = points;
  for (const lot of spendable) {
    const taken = Math.min(missing, lot.available);
    if (taken === 0) continue;
    draft.addTo(lot, 'HELD', { available: -taken, frozen: taken });
    const { id, earned, availableAt, expiresAt, source } = lot;
    takes.push({ lot: { id, earned, availableAt, expiresAt, source }, points: taken });
    missing -= taken;
  }
  return accepted({ change: draft.finish(), takes });
}

/** Makes frozen points available again, in their own lots. A debt is paid first. */
export function release(account: PointsAccount, takes: readonly Take[], occasion: Occasion): PointsChange {
  const draft = new Draft(account, occasion);
  for (const { lot, points } of takes) draft.addTo(lot, 'RELEASED', { available: points, frozen: -points });
  draft.payDebt();
  return draft.finish();
}

/** Turns frozen points into spent ones. */
export function spend(account: PointsAccount, takes: readonly Take[], occasion: Occasion): PointsChange {
  const draft = new Draft(account, occasion);
  for (const { lot, points } of takes) draft.addTo(lot, 'SPENT', { frozen: -points });
  return draft.finish();
}

/**
 * Gives spent points back to their lots, with their old expiry: of those taken, the ones that live longest first, which is best for the
 * member. `returnedBefore` of them are back already. A debt is paid first.
 */
export function returnSpent(
  account: PointsAccount,
  takes: readonly Take[],
  returning: { readonly points: number; readonly returnedBefore: number },
  occasion: Occasion,
): PointsChange {
  const draft = new Draft(account, occasion);
  let skip = returning.returnedBefore;
  let missing = returning.points;
  for (const { lot, points } of [...takes].sort((a, b) => byExpiry(b.lot, a.lot))) {
    const skipped = Math.min(skip, points);
    skip -= skipped;
    const back = Math.min(missing, points - skipped);
    missing -= back;
    if (back > 0) draft.addTo(lot, 'RETURNED', { available: back });
  }
  if (missing > 0) throw new RangeError(`${missing} points more are to be returned than were spent`);
  draft.payDebt();
  return draft.finish();
}

/** Takes back earned points: from their own lot, then from the others, the soonest expiry first; what is missing becomes a debt. */
export function clawBack(account: PointsAccount, points: number, ownLotId: string, occasion: Occasion): PointsChange {
  const draft = new Draft(account, occasion);
  const own = account.lots.filter(({ id }) => id === ownLotId);
  const others = account.lots.filter(({ id }) => id !== ownLotId).sort(byExpiry);
  const missing = draft.takeFrom([...own, ...others], points, 'CLAWED_BACK');
  if (missing > 0) draft.owe(missing, 'CLAWED_BACK');
  return draft.finish();
}

/** Ends the available points of lots that have expired. Frozen ones stay with their orders; if they come back, they expire then. */
export function expire(account: PointsAccount, at: Date): PointsChange {
  const draft = new Draft(account, { cause: { kind: 'EXPIRY', id: account.memberId }, at });
  for (const lot of account.lots) {
    if (lot.expiresAt > at || lot.available === 0) continue;
    draft.addTo(lot, 'EXPIRED', { available: -lot.available }, { kind: 'EXPIRY', id: lot.id });
  }
  return draft.finish();
}

/**
 * Moves all that one account has into another: two members turned out to be one person. Lots keep their ids, their lives and what is frozen of them, so that orders find what
 * they hold; debts add up, and what is available pays them at once. Each side's entries name the other member as the cause.
 */
export function moveAll(
  from: PointsAccount,
  into: PointsAccount,
  at: Date,
): { readonly given: PointsChange; readonly taken: PointsChange } {
  const giving = new Draft(from, { cause: { kind: 'MERGE', id: into.memberId }, at });
  const taking = new Draft(into, { cause: { kind: 'MERGE', id: from.memberId }, at });
  for (const lot of from.lots) {
    giving.addTo(lot, 'MERGED', { available: -lot.available, frozen: -lot.frozen });
    taking.addTo(lot, 'MERGED', { available: lot.available, frozen: lot.frozen });
  }
  if (from.debt > 0) {
    giving.owe(-from.debt, 'MERGED');
    taking.owe(from.debt, 'MERGED');
  }
  taking.payDebt();
  return { given: giving.finish(), taken: taking.finish() };
}

/** An account being changed, with the entries that account for each change. */
class Draft {
  readonly #before: PointsAccount;
  readonly #occasion: Occasion;
  readonly #lots: Map<string, Lot>;
  #debt: number;
  readonly #entries: LedgerEntry[] = [];

  constructor(account: PointsAccount, occasion: Occasion) {
    this.#before = account;
    this.#occasion = occasion;
    this.#lots = new Map(account.lots.map((lot) => [lot.id, lot]));
    this.#debt = account.debt;
  }

  /** Changes a lot's counts; a lot that had been dropped is there again. RangeError when a count would become negative. */
  addTo(
    { id, earned, availableAt, expiresAt, source }: Take['lot'],
    kind: EntryKind,
    { available = 0, frozen = 0, debt = 0 }: { available?: number; frozen?: number; debt?: number },
    cause = this.#occasion.cause,
  ): void {
    const before = this.#lots.get(id) ?? { id, earned, available: 0, frozen: 0, availableAt, expiresAt, source };
    const after = { ...before, available: before.available + available, frozen: before.frozen + frozen };
    if (after.available < 0 || after.frozen < 0) throw new RangeError(`lot ${id} would become negative`);
    this.#lots.set(id, after);
    this.#debt += debt;
    this.#entries.push({ kind, lotId: id, available, frozen, debt, cause, at: this.#occasion.at });
  }

  /** Takes available points in the order of `lots` and answers how many were missing. */
  takeFrom(lots: readonly Lot[], points: number, kind: 'CLAWED_BACK' | 'DEBT_PAID'): number {
    let missing = points;
    for (const { id } of lots) {
      const lot = this.#lots.get(id);
      const taken = Math.min(missing, lot?.available ?? 0);
      if (lot === undefined || taken === 0) continue;
      this.addTo(lot, kind, { available: -taken, debt: kind === 'DEBT_PAID' ? -taken : 0 });
      missing -= taken;
    }
    return missing;
  }

  owe(points: number, kind: 'CLAWED_BACK' | 'MERGED'): void {
    this.#debt += points;
    const { cause, at } = this.#occasion;
    this.#entries.push({ kind, lotId: null, available: 0, frozen: 0, debt: points, cause, at });
  }

  payDebt(): void {
    if (this.#debt > 0) this.takeFrom([...this.#lots.values()].sort(byExpiry), this.#debt, 'DEBT_PAID');
  }

  finish(): PointsChange {
    const { memberId, version } = this.#before;
    if (this.#entries.length === 0) return { account: this.#before, entries: [] };
    const lots = [...this.#lots.values()].filter(({ available, frozen }) => available > 0 || frozen > 0);
    return { account: { memberId, version: version + 1, lots, debt: this.#debt }, entries: this.#entries };
  }
}
