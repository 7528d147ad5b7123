import type { Clock } from '#kit/clock/clock.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import { release, releasedBefore } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { advance, type Fulfillment } from '../domain/fulfillment.ts';
import type { Fulfillments } from '../store/fulfillments.ts';

/** Whether nothing of the order will be sent: false when a part of it has left already, and then nothing was changed. */
export interface Stopped {
  readonly stopped: boolean;
}

/**
 * Stops everything that logistics does for an order and gives its stock back, inside the caller's transaction. An order that reserved nothing yet
 * may not do so any more. Of a later attempt than the one named nothing is stopped. Repeatable.
 */
export type StopFulfillments = (
  session: Session,
  order: { readonly orderId: string; readonly attempt: number },
  by: string,
) => Promise<Stopped>;

export function createStopFulfillments(deps: {
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: StockBook;
  readonly clock: Clock;
}): StopFulfillments {
  const { reservations, fulfillments, stock, clock } = deps;

  return async (session, { orderId, attempt }, by) => {
    const at = clock.now();
    const known = await reservations.byOrder(session, orderId);
    if (known !== null && known.attempt > attempt) return { stopped: true };
    const ofOrder = await fulfillments.ofOrder(session, orderId);
    if (ofOrder.some(({ stage }) => stage === 'SHIPPED' || stage === 'DELIVERED')) return { stopped: false };
    for (const fulfillment of ofOrder) await cancel(session, fulfillment, { at, by });

    if (known === null) {
      await reservations.save(session, [releasedBefore({ orderId, attempt }, 'CANCELLED', at)]);
      return { stopped: true };
    }
    const sheet = await stock.sheet(
      session,
      known.lines.map((line) => line.skuId),
    );
    const released = release(known, sheet, 'CANCELLED');
    if (released !== known) await reservations.save(session, [released]);
    await stock.write(session, sheet, { movements: [], at });
    return { stopped: true };
  };

  async function cancel(session: Session, fulfillment: Fulfillment, { at, by }: { at: Date; by: string }) {
    if (fulfillment.stage === 'CANCELLED') return;
    const cancelled = advance(fulfillment, { action: 'CANCEL', at, by, callId: `cancel ${fulfillment.orderId}` });
    if (!cancelled.ok || !(await fulfillments.replace(fulfillment, cancelled.value, session))) {
      throw new Error(`fulfillment ${fulfillment.id} changed inside a transaction that had read it`);
    }
  }
}
