import type { MergedMembers } from '#kit/member-merges/member-merges.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { SealBrokenError } from '#kit/personal-data/seal.ts';
import type { AfterSale } from '../../after-sale/domain/after-sale.ts';
import type { Invoice } from '../../invoice/domain/invoice.ts';
import type { Order } from '../../order/domain/order.ts';
import {
  sealedInAfterSale,
  sealedInInvoice,
  sealedInOrder,
  type SealedText,
} from '../../personal-data/domain/sealed-places.ts';
import type { ExchangedText, MembersOrders, SayingKind } from '../store/members-orders.ts';

/** What sealing anew needs. */
export interface SealAnewParts {
  readonly membersOrders: Pick<MembersOrders, 'page' | 'movePayments' | 'exchange'>;
  readonly personalData: Pick<PersonalData, 'sealAnew' | 'erase'>;
  readonly transact: Transact;
}

const rowsAtOnce = 200;

const sealedIn: Readonly<Record<SayingKind, (row: never) => SealedText[]>> = {
  orders: (row: Order) => sealedInOrder(row),
  afterSales: (row: AfterSale) => sealedInAfterSale(row),
  invoices: (row: Invoice) => sealedInInvoice(row),
};

/**
 * Seals whatever the key of a merged member still has to open by the key of the one who has it now, and destroys the first: from then on nothing is left that it could open. What
 * is changed meanwhile keeps what it was changed to. Safe to repeat.
 */
export async function sealAnew(
  parts: SealAnewParts,
  { from, into }: MergedMembers,
  signal: AbortSignal,
): Promise<void> {
  for (const kind of Object.keys(sealedIn) as SayingKind[]) {
    for (let after = ''; ;) {
      signal.throwIfAborted();
      const rows = await parts.membersOrders.page(kind, into, after, rowsAtOnce);
      const texts = await Promise.all(rows.map((row) => sealedAnew(parts, kind, row, into)));
      await parts.membersOrders.exchange(kind, texts.flat());
      const ids = rows.map(({ _id }) => _id);
      if (kind === 'orders') await parts.membersOrders.movePayments(ids, { from, into });
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsAtOnce) break;
      after = last._id;
    }
  }
  await parts.transact((session) => parts.personalData.erase(from, session));
}

/** What of a row has to be exchanged. */
async function sealedAnew(
  { personalData }: SealAnewParts,
  kind: SayingKind,
  row: { readonly _id: string },
  owner: string,
): Promise<ExchangedText[]> {
  const texts = sealedIn[kind](row as never).map(async ({ path, sealed, field, of }) => {
    const now = await ownSeal(personalData, sealed, { owner, field, of });
    return now === sealed ? [] : [{ id: row._id, path, before: sealed, now }];
  });
  return (await Promise.all(texts)).flat();
}

/** Sealed by its owner's own key; what none of their keys opens, or was erased, stays as it is. */
async function ownSeal(
  personalData: SealAnewParts['personalData'],
  sealed: string,
  place: Parameters<PersonalData['sealAnew']>[1],
): Promise<string> {
  try {
    return (await personalData.sealAnew(sealed, place)) ?? sealed;
  } catch (error) {
    if (error instanceof SealBrokenError) return sealed;
    throw error;
  }
}
