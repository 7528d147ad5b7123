import { setTimeout as pause } from 'node:timers/promises';
import type { VerificationReport } from '#kit/neighbours/verification.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Doors } from './doors.ts';
import type { VerifiedInvariant } from './verified-invariant.ts';

/** Who holds what of an order's terms. */
const kinds = [
  {
    holder: 'logistics',
    agreed: 'goods',
    invariant: 'order and logistics: the units of an order = those reserved for it',
  },
  {
    holder: 'promotion',
    agreed: 'benefits',
    invariant: 'order and promotion: the discounts of an order = those locked for it',
  },
  { holder: 'member', agreed: 'points', invariant: 'order and member: the points of an order = those held for it' },
] as const;

type Discrepancies = VerificationReport['discrepancies'];

/**
 * Compares, in both directions, how much is held for orders with how much they agreed to: too little, too much, of something else. What differs is reported only when it does so at
 * every look: it may have been on its way.
 */
export async function heldAsAgreed(
  doors: Doors,
  call: Call,
  { looks, pauseMs }: { readonly looks: number; readonly pauseMs: number },
): Promise<VerifiedInvariant[]> {
  const first = await lookAtHolds(doors, call);
  let differing = first.differing;
  for (let turn = 1; turn < looks && differing.length > 0; turn += 1) {
    await pause(pauseMs);
    const before = new Set(differing.map(keyOf));
    differing = (await lookAtHolds(doors, call)).differing.filter((each) => before.has(keyOf(each)));
  }
  return kinds.map(({ invariant }) => ({
    owner: 'graph',
    invariant,
    count: first.count,
    discrepancies: differing.filter((each) => each.invariant === invariant),
  }));
}

async function lookAtHolds(doors: Doors, call: Call): Promise<{ count: number; differing: Discrepancies }> {
  const differing: Discrepancies = [];
  let count = 0;
  for (let after: string | null = null; ;) {
    const { orders, next } = await doors.order.agreedHolds({ after }, call);
    const orderIds = orders.map(({ orderId }) => orderId);
    count += orders.length;
    for (const { holder, agreed, invariant } of orders.length > 0 ? kinds : []) {
      const { orders: holding } = await doors[holder].heldFor({ orderIds }, call);
      const held = new Map(holding.map((each) => [each.orderId, each.held]));
      for (const order of orders) {
        const [expected, found] = [order[agreed], held.get(order.orderId) ?? ''];
        if (expected !== found) differing.push({ invariant, subject: order.orderId, expected, found });
      }
    }
    if (next === null) return { count, differing };
    after = next;
  }
}

const keyOf = ({ invariant, subject }: Discrepancies[number]) => `${invariant} ${subject}`;
