import type { Session } from '#kit/mongo/transaction.ts';
import type { BenefitStores } from '../benefit-stores.ts';
import type { BenefitLock } from '../domain/benefit-lock.ts';

/** Units of a presale that an order held, or has paid for, go back to the quota, and to what its member may order. */
export async function returnPresaleUnits(
  { presales }: BenefitStores,
  session: Session,
  { presale, memberId }: Pick<BenefitLock, 'presale' | 'memberId'>,
): Promise<void> {
  if (presale === null || memberId === null) return;
  const { presaleId: itemId, quantity } = presale;
  await presales.returnUnits(session, itemId, quantity);
  await presales.uncountUnits(session, { itemId, memberId, quantity });
}
