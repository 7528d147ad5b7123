import { badInput } from '#kit/graphql/errors.ts';
import type { PaymentProviderName } from '../domain/payment.ts';
import { boundsOfDay, reconciliationId, type Reconciliation } from '../domain/reconciliation.ts';
import type { Reconciliations } from '../store/reconciliations.ts';

/** How a day compares with a provider's statement; null while that wasn't compared. Throws BAD_USER_INPUT when the text is no day. */
export async function readReconciliation(
  reconciliations: Reconciliations,
  provider: PaymentProviderName,
  date: string,
): Promise<Reconciliation | null> {
  try {
    boundsOfDay(date);
  } catch {
    throw badInput('The date is a day such as "2026-11-22".');
  }
  return reconciliations.byId(reconciliationId(provider, date));
}
