import type { PaymentProviderName } from './payment.ts';

/** Money that came or went back, as one of the two sides has it. The id is ours: of the payment or the refund. Amounts are minor units. */
export interface Movement {
  readonly subject: 'PAYMENT' | 'REFUND';
  readonly id: string;
  readonly amountMinor: number;
  readonly currency: string;
}

/** A movement of ours; `done` when the money has moved by what we know. */
export interface OwnMovement extends Movement {
  readonly done: boolean;
}

/** Where the two sides differ; a side that doesn't know the movement is null. */
export interface Difference {
  readonly reason: 'MISSING_AT_PROVIDER' | 'MISSING_HERE' | 'AMOUNT_DIFFERS' | 'STATUS_DIFFERS';
  readonly subject: Movement['subject'];
  readonly id: string;
  readonly here: Pick<Movement, 'amountMinor' | 'currency'> | null;
  readonly atProvider: Pick<Movement, 'amountMinor' | 'currency'> | null;
}

/** What a day of ours and a provider's statement of it come to. */
export interface Reconciliation {
  readonly _id: string;
  readonly provider: PaymentProviderName;
  /** By China's calendar, `2026-11-22`. */
  readonly date: string;
  readonly comparedAt: Date;
  /** Movements in the provider's statement. */
  readonly payments: number;
  readonly refunds: number;
  readonly differences: readonly Difference[];
}

/** What a reconciliation is kept under. */
export const reconciliationId = (provider: PaymentProviderName, date: string): string => `${provider}:${date}`;

const keyOf = ({ subject, id }: Pick<Movement, 'subject' | 'id'>) => `${subject} ${id}`;

/**
 * Compares a provider's statement of a day with our ledger. `ours` are the movements that the statement names and those that we settled on that day; `before` is the
 * statement of the day before: what the provider booked before midnight we may have heard of after it.
 */
export function compareStatement(
  statement: readonly Movement[],
  ours: readonly OwnMovement[],
  before: readonly Movement[],
): Difference[] {
  const here = new Map(ours.map((own) => [keyOf(own), own]));
  const there = new Set([...statement, ...before].map(keyOf));
  const named = statement.flatMap((atProvider): Difference[] => {
    const own = here.get(keyOf(atProvider)) ?? null;
    const reason = reasonOf(own, atProvider);
    return reason === null ? [] : [differenceOf(reason, atProvider, own, atProvider)];
  });
  const missing = ours
    .filter((own) => own.done && !there.has(keyOf(own)))
    .map((own) => differenceOf('MISSING_AT_PROVIDER', own, own, null));
  return [...named, ...missing];
}

function reasonOf(own: OwnMovement | null, atProvider: Movement): Difference['reason'] | null {
  if (own === null) return 'MISSING_HERE';
  const { amountMinor, currency } = atProvider;
  if (own.amountMinor !== amountMinor || own.currency !== currency) return 'AMOUNT_DIFFERS';
  return own.done ? null : 'STATUS_DIFFERS';
}

function differenceOf(
  reason: Difference['reason'],
  { subject, id }: Movement,
  here: Movement | null,
  atProvider: Movement | null,
): Difference {
  return { reason, subject, id, here: amountOf(here), atProvider: amountOf(atProvider) };
}

function amountOf(movement: Movement | null): Difference['here'] {
  return movement && { amountMinor: movement.amountMinor, currency: movement.currency };
}

const dayMs = 86_400_000;
const chinaMs = 8 * 3_600_000;

/** The day by China's calendar that is `days` before an instant. */
export function chinaDay(at: Date, days = 0): string {
  return new Date(at.getTime() + chinaMs - days * dayMs).toISOString().slice(0, 10);
}

/** Where a day by China's calendar begins and ends; RangeError when the text is no day. */
export function boundsOfDay(day: string): { readonly from: Date; readonly to: Date } {
  const from = new Date(`${day}T00:00:00+08:00`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(from.getTime()) || chinaDay(from) !== day) {
    throw new RangeError(`${JSON.stringify(day)} is no day`);
  }
  return { from, to: new Date(from.getTime() + dayMs) };
}
