import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';

/** What becomes of a deposit whose balance is not paid: kept by the shop, or given back. */
export type UnpaidRule = 'FORFEIT' | 'RETURN';

/** What is agreed about one unit of a presale, and its windows. Amounts in minor units of `currency`. */
export interface PresaleTerms {
  readonly skuId: string;
  /** The price before the deposit is counted for more than it is. */
  readonly priceMinor: number;
  readonly depositMinor: number;
  /** What the deposit counts for (定金膨胀): at least itself, less than the price. */
  readonly depositWorthMinor: number;
  readonly currency: string;
  readonly depositFrom: Date;
  readonly depositTo: Date;
  readonly balanceFrom: Date;
  readonly balanceTo: Date;
  /** Nothing is sent before. */
  readonly shipsAfter: Date;
  readonly ifUnpaid: UnpaidRule;
}

/** A presale as it is kept. Terms never change; ending it moves the end of its deposits. */
export interface Presale extends PresaleTerms {
  readonly _id: string;
  /** remaining + Σ units of orders that hold some = quota, always. */
  readonly quota: number;
  readonly remaining: number;
  readonly limitPerMember: number | null;
  /** Empty: every channel. */
  readonly channels: readonly string[];
  readonly cancelledAt: Date | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** SCHEDULED → DEPOSIT → WAITING → BALANCE → ENDED by the clock; CANCELLED by staff, from any but ENDED. */
export type PresaleStatus = 'SCHEDULED' | 'DEPOSIT' | 'WAITING' | 'BALANCE' | 'ENDED' | 'CANCELLED';

/** Where a presale stands at a moment. A window holds its first instant and not its last. */
export function presaleStatus(
  presale: Pick<Presale, 'depositFrom' | 'depositTo' | 'balanceFrom' | 'balanceTo' | 'cancelledAt'>,
  at: Date,
): PresaleStatus {
  if (presale.cancelledAt !== null) return 'CANCELLED';
  if (at < presale.depositFrom) return 'SCHEDULED';
  if (at < presale.depositTo) return 'DEPOSIT';
  if (at < presale.balanceFrom) return 'WAITING';
  return at < presale.balanceTo ? 'BALANCE' : 'ENDED';
}

/** What is to be paid for one unit after its deposit, minor units. */
export function balanceMinor({ priceMinor, depositWorthMinor }: Pick<Presale, 'priceMinor' | 'depositWorthMinor'>) {
  return priceMinor - depositWorthMinor;
}

/** The presale without any more deposits from `at` on; one that hasn't opened never will. Where the deposits are over nothing changes; INVALID_STATE once cancelled. */
export function ended(presale: Presale, at: Date): Outcome<Presale> {
  if (presale.cancelledAt !== null) return refused(invalidState(['presaleId'], { state: 'CANCELLED' }));
  if (at >= presale.depositTo) return accepted(presale);
  return accepted({ ...presale, depositTo: at, depositFrom: at < presale.depositFrom ? at : presale.depositFrom });
}

/** The presale called off at `at`, the first time counting. INVALID_STATE once its balances were due to the end: all its orders are paid or closed. */
export function cancelled(presale: Presale, at: Date): Outcome<Presale> {
  const status = presaleStatus(presale, at);
  if (status === 'ENDED') return refused(invalidState(['presaleId'], { state: status }));
  return accepted(status === 'CANCELLED' ? presale : { ...presale, cancelledAt: at });
}

/** PRESALE_NOT_OPEN: deposits are not taken yet, or not any more. */
export const notOpen = ({ depositFrom, depositTo }: Pick<Presale, 'depositFrom' | 'depositTo'>) =>
  ({
    type: 'PresaleNotOpenError',
    code: 'PRESALE_NOT_OPEN',
    path: ['presaleId'],
    depositFrom: depositFrom.toISOString(),
    depositTo: depositTo.toISOString(),
  }) as const;

/** PRESALE_SOLD_OUT: fewer units are left in the quota than asked for. */
export const soldOut = (remaining: number) =>
  ({ type: 'PresaleSoldOutError', code: 'PRESALE_SOLD_OUT', path: ['quantity'], remaining }) as const;

/** PRESALE_LIMIT_REACHED: the member would have more units than one member may. */
export const memberLimitReached = (limitPerMember: number) =>
  ({ type: 'PresaleLimitReachedError', code: 'PRESALE_LIMIT_REACHED', path: ['quantity'], limitPerMember }) as const;
