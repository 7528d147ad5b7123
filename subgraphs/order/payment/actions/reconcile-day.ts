import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import type { Refunds } from '../../refund/store/refunds.ts';
import type { Payment, PaymentProviderName } from '../domain/payment.ts';
import {
  boundsOfDay,
  chinaDay,
  compareStatement,
  reconciliationId,
  type Movement,
  type OwnMovement,
} from '../domain/reconciliation.ts';
import type { Providers } from '../providers/providers.ts';
import type { Payments } from '../store/payments.ts';
import type { Reconciliations } from '../store/reconciliations.ts';

interface ReconcileParts {
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly reconciliations: Reconciliations;
  readonly providers: Providers;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

const batch = 1_000;

export type ReconcileDay = ReturnType<typeof createReconcileDay>;

/**
 * Compares a provider's statement of a day with our ledger and keeps the outcome; a difference is logged as an error, for somebody has to look at it. Nothing is changed
 * by it. Throws ProviderError while the provider has no statement yet.
 */
export function createReconcileDay(parts: ReconcileParts) {
  const { payments, refunds, reconciliations, providers, clock, log } = parts;

  /** Our side of what a statement names and of what we settled on the day, each once. */
  async function ownMovements(
    name: PaymentProviderName,
    day: string,
    statement: readonly Movement[],
  ): Promise<OwnMovement[]> {
    const { from, to } = boundsOfDay(day);
    const ids = (subject: Movement['subject']) =>
      statement.filter((one) => one.subject === subject).map(({ id }) => id);
    const paid = [...(await inBatches(ids('PAYMENT'), payments.byIds)), ...(await payments.settledIn(name, from, to))];
    const back = [...(await inBatches(ids('REFUND'), refunds.byIds)), ...(await refunds.settledIn(from, to))];
    const bringers = await inBatches([...new Set(back.map(({ paymentId }) => paymentId))], payments.byIds);
    const providerOf = new Map(bringers.map((payment: Payment) => [payment._id, payment.provider]));
    const own = [
      ...paid.filter(({ provider }) => provider === name).map((payment) => ownOf('PAYMENT', payment)),
      ...back.filter(({ paymentId }) => providerOf.get(paymentId) === name).map((refund) => ownOf('REFUND', refund)),
    ];
    return [...new Map(own.map((movement) => [`${movement.subject} ${movement.id}`, movement])).values()];
  }

  return async function reconcileDay(name: PaymentProviderName, day: string): Promise<void> {
    const provider = providers.byName(name);
    if (provider?.statement === undefined) return;
    const statement = await provider.statement(day);
    const before = await provider.statement(chinaDay(boundsOfDay(day).from, 1));
    const differences = compareStatement(statement, await ownMovements(name, day, statement), before);
    const refunded = statement.filter(({ subject }) => subject === 'REFUND').length;
    await reconciliations.keep({
      _id: reconciliationId(name, day),
      provider: name,
      date: day,
      comparedAt: clock.now(),
      payments: statement.length - refunded,
      refunds: refunded,
      differences,
    });
    if (differences.length > 0) log.error({ provider: name, day, count: differences.length }, 'a statement differs');
  };
}

function ownOf(
  subject: Movement['subject'],
  row: { readonly _id: string; readonly amountMinor: number; readonly currency: string; readonly status: string },
): OwnMovement {
  const { _id: id, amountMinor, currency, status } = row;
  return { subject, id, amountMinor, currency, done: status === 'SUCCEEDED' };
}

async function inBatches<Row>(
  ids: readonly string[],
  load: (ids: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let start = 0; start < ids.length; start += batch) rows.push(...(await load(ids.slice(start, start + batch))));
  return rows;
}
