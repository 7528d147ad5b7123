import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { statusOf, waitingStages } from '../../fulfillment/domain/fulfillment.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';

/** An order whose address is about to change, by the change's id. */
export interface Readdressing {
  readonly orderId: string;
  readonly changeId: string;
}

export interface ReaddressOrder {
  /**
   * Keeps the order from being packed until {@link ReaddressOrder.end}; refuses with INVALID_STATE (the stage) when something of it is packed, or has left. A parcel that
   * is packed at the same moment writes the same fulfillment, so that one of the two comes first and the other sees it. Repeatable.
   */
  begin(change: Readdressing, by: string): Promise<Outcome<null>>;
  /** The order has its address, new or old: it may be packed. Repeatable; another change's mark stays. */
  end(change: Readdressing): Promise<void>;
}

export function createReaddressOrder(deps: {
  readonly transact: Transact;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly clock: Clock;
}): ReaddressOrder {
  const { transact, reservations, fulfillments, clock } = deps;

  return {
    begin: ({ orderId, changeId }, by) =>
      transact(async (session): Promise<Outcome<null>> => {
        const known = await reservations.byOrder(session, orderId);
        // Nothing is held for it: there is nothing to pack.
        if (known === null || known.readdressing === changeId) return accepted(null);
        const ofOrder = await fulfillments.ofOrder(session, orderId);
        const begun = ofOrder.find(({ stage }) => ['PACKED', 'SHIPPED', 'DELIVERED'].includes(stage));
        if (begun !== undefined) return refused(invalidState(['orderId'], { state: statusOf(begun.stage) }));
        for (const fulfillment of ofOrder.filter(({ stage }) => waitingStages.includes(stage))) {
          const step = { action: 'READDRESS', at: clock.now(), by, callId: changeId } as const;
          const marked = { ...fulfillment, steps: [...fulfillment.steps, step] };
          if (!(await fulfillments.replace(fulfillment, marked, session)))
            throw new Error(`fulfillment ${fulfillment.id} changed inside a transaction that had read it`);
        }
        await reservations.save(session, [{ ...known, readdressing: changeId, version: known.version + 1 }]);
        return accepted(null);
      }),

    end: ({ orderId, changeId }) =>
      transact(async (session) => {
        const known = await reservations.byOrder(session, orderId);
        if (known?.readdressing !== changeId) return;
        await reservations.save(session, [{ ...known, readdressing: null, version: known.version + 1 }]);
      }),
  };
}
