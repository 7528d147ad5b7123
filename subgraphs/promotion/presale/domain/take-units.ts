import { invalidState, notFound, type Refusal } from '#kit/user-error/user-error.ts';
import { memberCounterKey } from '../../offer/domain/member-counter.ts';
import type { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { memberLimitReached, notOpen, presaleStatus, soldOut, type Presale } from './presale.ts';

/** Units of a presale that an order holds. */
export interface PresaleUnits {
  readonly presaleId: string;
  readonly quantity: number;
}

/** What units of presales are taken from. */
export interface PresaleBooks {
  readonly presales: WorkingCopy<Presale>;
  /** Units that each member has of each presale, by `memberCounterKey`. */
  readonly presaleUnits: WorkingCopy<number>;
}

/**
 * Takes units off the quota and off what the member may have; the refusal, if either doesn't allow it. `again`: the order has had them before, so that money
 * which came late may still find them after the time of deposits.
 */
export function takePresaleUnits(
  { presaleId, quantity }: PresaleUnits,
  { memberId, again, at }: { readonly memberId: string | null; readonly again: boolean; readonly at: Date },
  { presales, presaleUnits }: PresaleBooks,
): Refusal | null {
  const presale = presales.get(presaleId);
  if (!presale || memberId === null) return notFound(['presaleId'], 'presale');
  const status = presaleStatus(presale, at);
  if (status === 'CANCELLED') return invalidState(['presaleId'], { state: status });
  if (status !== 'DEPOSIT' && !again) return notOpen(presale);
  const { limitPerMember, remaining } = presale;
  const counter = memberCounterKey(presaleId, memberId);
  const units = (presaleUnits.get(counter) ?? 0) + quantity;
  if (limitPerMember !== null && units > limitPerMember) return memberLimitReached(limitPerMember);
  if (remaining < quantity) return soldOut(remaining);
  presales.set(presaleId, { ...presale, remaining: remaining - quantity });
  presaleUnits.set(counter, units);
  return null;
}
