import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import { callerOf, type Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { actorOf, mayChange } from '../../caller.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { cancelUnpaid } from '../domain/order-changes.ts';
import type { Cancellation, Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';
import type { CancelPaidOrder } from './cancel-paid-order.ts';
import type { EndUnpaidOrder } from './end-unpaid-order.ts';

interface CancelOrderParts {
  readonly orders: Orders;
  readonly endUnpaidOrder: EndUnpaidOrder;
  readonly refundDesk: Pick<RefundDesk, 'carryOut'>;
  readonly cancelPaidOrder: CancelPaidOrder;
  readonly privacy: Pick<OrderPrivacy, 'sealWords'>;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
}

const longestReason = 200;

export type CancelOrder = ReturnType<typeof createCancelOrder>;

/** Cancels an order for its member, or for staff: unpaid ones at once, paid ones if nothing has left a warehouse. */
export function createCancelOrder(parts: CancelOrderParts) {
  const { orders, endUnpaidOrder, refundDesk, cancelPaidOrder, privacy, once, transact, clock } = parts;

  async function cancelNow(
    orderId: string,
    given: Omit<Cancellation, 'requestedAt'>,
    viewer: Viewer,
    call: Call,
  ): Promise<Outcome<string>> {
    const order = await orders.seenBy(viewer, orderId);
    if (order === null || !mayChange(viewer)) return refused(notFound(['orderId'], 'order'));
    // The first try of this very wish came to its end, but its answer got lost.
    if (order.status === 'CANCELLED' && order.cancellation?.id === given.id) return accepted(orderId);
    const reason = given.reason && (await privacy.sealWords(order, 'orders.cancellation', given.id, given.reason));
    const wish = { ...given, reason };
    const unpaid = await transact(async (session) => {
      const end = cancelUnpaid({ ...wish, requestedAt: clock.now() });
      const cancelled = await endUnpaidOrder(session, order, end, { byShop: wish.actor !== 'member' });
      if (cancelled !== null) await crashPoint('order.cancelling.before-unpaid');
      return cancelled;
    });
    if (unpaid !== null) {
      await crashPoint('order.cancelling.unpaid-cancelled');
      if (unpaid.refundId !== null) await refundDesk.carryOut(unpaid.refundId);
      return accepted(orderId);
    }
    const paid = await cancelPaidOrder(orderId, wish, call);
    if (paid !== null) return accepted(orderId);
    const now = await orders.byId(orderId);
    // It is being edited, which is done in a moment.
    if (now?.status === 'PENDING_PAYMENT') throw busy(500);
    return refused(invalidState(['orderId'], { state: now?.status ?? order.status }));
  }

  return async function cancelOrder(
    input: { readonly orderId: string; readonly reason: string | null; readonly idempotencyKey: string },
    viewer: Viewer,
    call: Call,
  ): Promise<Outcome<Order>> {
    const reason = input.reason?.trim() ?? '';
    if (reason.length > longestReason) {
      return refused(
        invalidInput(['reason'], {
          en: `A reason has at most ${longestReason} characters.`,
          zh: `原因最多 ${longestReason} 个字符。`,
        }),
      );
    }
    const done = await once(
      {
        caller: callerOf(viewer),
        operation: 'cancelOrder',
        key: input.idempotencyKey,
        input: { orderId: input.orderId, reason },
        subject: 'refund',
      },
      (id) => cancelNow(input.orderId, { id, reason, actor: actorOf(viewer), afterSaleId: null }, viewer, call),
    );
    if (!done.ok) return done;
    const order = await orders.byId(done.value);
    if (order === null) throw new Error(`the order ${done.value} is gone`);
    return accepted(order);
  };
}
