import type { Check } from '#kit/verification/verify-door.ts';
import type { BenefitLock, BenefitLockState } from '../benefits/domain/benefit-lock.ts';
import type { FlashSaleItem, FlashTicket, TicketStatus } from '../flash-sale/domain/flash-sale.ts';
import { membersInOne } from './members-in-one.ts';
import { addTo } from './domain/what-locks-hold.ts';

/** How an order's lock stands beside its ticket. One that was never locked holds nothing either. */
const lockStateOf: Readonly<Record<TicketStatus, BenefitLockState>> = {
  HELD: 'LOCKED',
  ORDERED: 'LOCKED',
  USED: 'USED',
  RETURNED: 'RELEASED',
};
/** What is left behind is settled after half a minute, by a job that comes every ten seconds. */
const longestPlacingMs = 60_000;

/** Flash sales: what is left and what is out make the quota, for everybody and for each member; every ticket is where its order is. */
export const verifyFlashSales: Check = async (moment, findings, now) => {
  const out = new Map<string, number>();
  const outOf = new Map<string, number>();
  for await (const tickets of moment.batches<FlashTicket>('flashTickets')) {
    for (const { itemId, memberId, quantity, status } of tickets) {
      const units = status === 'RETURNED' ? 0 : quantity;
      addTo(out, itemId, units);
      addTo(outOf, `${itemId}:${memberId}`, units);
    }
    const orderIds = tickets.map(({ orderId }) => orderId);
    const locks = await moment.find<BenefitLock>('benefitLocks', { _id: { $in: orderIds } });
    const stateOf = new Map(locks.map(({ _id, state }) => [_id, state]));
    for (const { _id, orderId, status, createdAt } of tickets) {
      const state = stateOf.get(orderId) ?? 'RELEASED';
      findings.compare('flash sales: a ticket stands as the lock of its order', _id, lockStateOf[status], state);
      const waits = status === 'HELD' && createdAt.getTime() < now.getTime() - longestPlacingMs;
      findings.compare('flash sales: no ticket waits for its order for over a minute', _id, false, waits);
    }
  }
  const limitOf = new Map<string, number | null>();
  for await (const items of moment.batches<FlashSaleItem>('flashSaleItems')) {
    for (const { _id, quota, remaining, limitPerMember } of items) {
      limitOf.set(_id, limitPerMember);
      findings.compare('flash sales: remaining + units out = quota', _id, quota, remaining + (out.get(_id) ?? 0));
      findings.compare('flash sales: never more than the quota', _id, true, remaining >= 0);
    }
  }
  for await (const rows of moment.batches<{ _id: string; units: number }>('flashMemberUnits')) {
    for (const { _id, units } of rows) {
      findings.compare('flash sales: units of a member = their tickets', _id, outOf.get(_id) ?? 0, units);
    }
  }
  const members = await membersInOne(moment);
  for (const [key, units] of outOf) {
    const limit = limitOf.get(key.split(':')[0] ?? '') ?? null;
    findings.compare(
      'flash sales: units of a member <= limit',
      key,
      true,
      limit === null || units <= limit * members(key),
    );
  }
};
