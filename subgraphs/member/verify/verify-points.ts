import type { Check } from '#kit/verification/verify-door.ts';
import { disagreements, total, type LedgerEntry } from '../points/domain/account.ts';
import type { AccountRow, OrderPointsRow } from '../points/store/points-rows.ts';

/** Accounts read at once; each brings its whole ledger. */
const accountsAtOnce = 100;

/** Points: every lot and debt is the sum of its entries, nothing is below zero, and what is frozen is what open orders hold. */
export const verifyPoints: Check = async (moment, findings) => {
  const held = new Map<string, number>();
  const survivors = new Map<string, string>();
  for await (const rows of moment.batches<AccountRow>('points_accounts', { mergedInto: { $type: 'string' } })) {
    for (const { _id, mergedInto } of rows) survivors.set(_id, mergedInto ?? _id);
  }
  for await (const rows of moment.batches<OrderPointsRow>('order_points', { 'tender.state': 'HELD' })) {
    for (const { memberId: heldAs, tender } of rows) {
      const memberId = survivors.get(heldAs) ?? heldAs;
      held.set(memberId, (held.get(memberId) ?? 0) + (tender?.points ?? 0));
    }
  }
  for await (const rows of moment.batches<AccountRow>('points_accounts', {}, accountsAtOnce)) {
    const memberIds = rows.map((row) => row._id);
    const entries = Map.groupBy(
      await moment.find<LedgerEntry & { memberId: string }>('points_entries', { memberId: { $in: memberIds } }),
      (entry) => entry.memberId,
    );
    for (const { _id: memberId, version, lots, debt } of rows) {
      const problems = disagreements({ memberId, version, lots, debt }, entries.get(memberId) ?? []);
      findings.compare('points: balance = sum of entries = sum of lots', memberId, '', problems.join('; '));
      const frozen = total(lots, 'frozen');
      findings.compare('points: frozen = sum of open holds', memberId, held.get(memberId) ?? 0, frozen);
      held.delete(memberId);
    }
  }
  for (const [memberId, points] of held) findings.compare('points: frozen = sum of open holds', memberId, points, 0);
};
