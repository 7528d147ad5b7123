import type { MemberMerges } from '#kit/member-merges/member-merges.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { AfterSales } from '../../after-sale/store/after-sales.ts';
import type { Invoices } from '../../invoice/store/invoices.ts';
import type { Erasures } from '../store/erasures.ts';

/** What forgetting somebody needs. */
export interface ForgetParts {
  readonly erasures: Erasures;
  readonly afterSales: Pick<AfterSales, 'underWayOf'>;
  readonly invoices: Pick<Invoices, 'waitingOf'>;
  readonly merges: Pick<MemberMerges, 'idsOf'>;
  readonly personalData: Pick<PersonalData, 'erase'>;
}

/** How long until it is looked again whether the orders of somebody who is to be forgotten are over, milliseconds. */
const lookAgainMs = 3600_000;

/** The orders of a member, and of those who were merged into them, that still need to know whom they are for. */
export async function unfinishedOrders(
  { erasures, afterSales, invoices, merges }: Omit<ForgetParts, 'personalData'>,
  memberId: string,
  session?: Session,
): Promise<string[]> {
  const orders = new Set<string>();
  for (const id of await merges.idsOf(memberId, session)) {
    const open = await erasures.openOrdersOf(id, session);
    const beingPutRight = await afterSales.underWayOf(id, session);
    const beingInvoiced = await invoices.waitingOf(id, session);
    for (const order of [...open, ...beingPutRight, ...beingInvoiced]) orders.add(order);
  }
  return [...orders];
}

/**
 * Forgets who a member was: the key of what their orders, after-sales and invoices say of them, or somebody wrote there, is destroyed. An order that was placed
 * while they were being erased must still reach them: then it is done once that order is over. Safe to repeat.
 */
export async function forgetShopper(parts: ForgetParts, memberId: string, now: Date, session: Session): Promise<void> {
  if ((await unfinishedOrders(parts, memberId, session)).length > 0) {
    await parts.erasures.postpone(session, memberId, new Date(now.getTime() + lookAgainMs));
    return;
  }
  await parts.personalData.erase(memberId, session);
  await parts.erasures.end(session, memberId);
}
