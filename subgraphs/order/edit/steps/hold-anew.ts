import type { Call } from '#kit/transport/transport.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { MemberNeighbour, Promotion } from '../../neighbours.ts';
import { benefitsToLock, needsBenefits } from '../../order/domain/benefits-to-lock.ts';
import { attemptOf, type Order } from '../../order/domain/order.ts';

export type HoldAnew = ReturnType<typeof createHoldAnew>;

/** What an unpaid order holds besides goods, as its next attempt in place of the present one. Every call may be repeated. */
export function createHoldAnew({ promotion, member }: { promotion: Promotion; member: MemberNeighbour }) {
  return {
    /** Locks what the new price rests on; refused, what the order has locked stays. The last thing that can refuse an edit of an unpaid order. */
    async benefits(order: Order, anew: Order, call: Call): Promise<Outcome<unknown>> {
      if (!needsBenefits(order) && !needsBenefits(anew)) return accepted(null);
      return promotion.lockBenefits({ ...benefitsToLock(anew), instead: true }, call);
    },

    /** Gives back the points that the new price doesn't spend, or takes over what the edit holds of those that it spends besides. */
    async points({ pointsSpent }: Order, anew: Order, editId: string, call: Call): Promise<void> {
      const { _id: orderId, memberId, pointsSpent: points } = anew;
      if (memberId === null || points === pointsSpent) return;
      const held = { orderId, attempt: attemptOf(anew) };
      const joining = points > pointsSpent ? { joining: editId } : {};
      if (points === 0) await member.releasePoints(held, call);
      else await must(member.holdPoints({ ...held, memberId, points, ...joining }, call), orderId);
    },
  };
}

/** Fewer points than are held can always be had, and so can those that the edit holds. */
async function must(held: Promise<{ readonly ok: boolean }>, orderId: string): Promise<void> {
  if (!(await held).ok) throw new Error(`the points of the order ${orderId} are not held any more`);
}
