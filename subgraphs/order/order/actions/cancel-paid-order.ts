import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import type { Logistics } from '../../neighbours.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { attemptOf, type Cancellation, type Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';
import type { GiveUpPaidOrder } from './give-up-paid-order.ts';

interface CancelPaidParts {
  readonly orders: Orders;
  readonly logistics: Logistics;
  readonly refundDesk: Pick<RefundDesk, 'carryOut'>;
  readonly giveUpPaidOrder: GiveUpPaidOrder;
  readonly transact: Transact;
  readonly clock: Clock;
}

export type CancelPaidOrder = ReturnType<typeof createCancelPaidOrder>;

/**
 * Cancels a paid order that hasn't left any warehouse: the warehouses are stopped first, then order, refund and event are written together. The wish
 * is noted on the order before, so that a job finishes what a crash between the two leaves.
 */
export function createCancelPaidOrder(parts: CancelPaidParts) {
  const { orders, logistics, refundDesk, giveUpPaidOrder, transact, clock } = parts;

  /** The cancelled order; null when it isn't paid (any more), or something has left. BUSY while another wish to cancel it is at work. */
  return async function cancelPaidOrder(
    orderId: string,
    wish: Omit<Cancellation, 'requestedAt'>,
    call: Call,
  ): Promise<Order | null> {
    const cancellation = { ...wish, requestedAt: clock.now() };
    const begun = await orders.beginCancellation(orderId, cancellation);
    if (begun === null) {
      const order = await orders.byId(orderId);
      if (order?.status === 'PAID') throw busy(500);
      return null;
    }
    await crashPoint('order.cancelling.wish-noted');
    const { stopped } = await logistics.stopFulfillments({ orderId, attempt: attemptOf(begun) }, call);
    await crashPoint('order.cancelling.warehouses-stopped');
    if (!stopped) {
      await orders.giveUpCancellation(orderId, wish.id);
      return null;
    }
    const cancelled = await transact(async (session) => {
      const after = await giveUpPaidOrder(session, orderId, cancellation);
      await crashPoint('order.cancelling.before-paid');
      return after;
    });
    await crashPoint('order.cancelling.paid-cancelled');
    if (cancelled !== null) await refundDesk.carryOut(wish.id);
    return cancelled;
  };
}
