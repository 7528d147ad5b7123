import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import type { CancelPaidOrder } from '../../order/actions/cancel-paid-order.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { AfterSale } from '../domain/after-sale.ts';
import { decideAfterSale, type AfterSaleDecision, type AfterSaleRequest } from '../domain/decide-after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';
import type { SettleAfterSale } from './settle-after-sale.ts';

interface RequestParts {
  readonly orders: Orders;
  readonly afterSales: AfterSales;
  readonly settleAfterSale: SettleAfterSale;
  readonly cancelPaidOrder: CancelPaidOrder;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  /** How long after the receipt an after-sale can be asked for, milliseconds. */
  readonly windowMs: number;
}

/** Another after-sale claimed units of a line between reading and writing. */
class LineMoved extends Error {}

const mostAttempts = 5;

export type RequestAfterSale = ReturnType<typeof createRequestAfterSale>;

/** Takes a member's request, once for each key. Before anything has left a warehouse a refund is granted and paid at once. */
export function createRequestAfterSale(parts: RequestParts) {
  const { orders, afterSales, settleAfterSale, cancelPaidOrder, once, transact, clock, windowMs } = parts;

  /** Claims the units and writes the request, both or neither. */
  async function write(id: string, order: Order, decided: AfterSaleDecision): Promise<void> {
    const at = clock.now();
    await transact(async (session) => {
      for (const { orderLineId, quantity, refundMinor } of decided.lines) {
        const { claimedUnits = 0 } = order.lines.find((line) => line.lineId === orderLineId) ?? {};
        const claim = { lineId: orderLineId, claimedUnits, units: quantity, minor: refundMinor };
        if (!(await orders.claimUnits(session, order._id, order.status, claim))) throw new LineMoved();
      }
      await afterSales.insert(session, {
        _id: id,
        orderId: order._id,
        memberId: order.memberId ?? '',
        kind: decided.kind,
        status: 'REQUESTED',
        lines: decided.lines,
        refundMinor: decided.lines.reduce((total, line) => total + line.refundMinor, 0),
        currency: order.currency,
        reason: decided.reason,
        refusal: null,
        createdAt: at,
        updatedAt: at,
      });
    });
  }

  /** A refund of goods that are still here needs nobody's decision. When a parcel leaves meanwhile, the request waits for one. */
  async function grantUnshipped(id: string, order: Order, decided: AfterSaleDecision, call: Call): Promise<void> {
    if (decided.kind !== 'REFUND_ONLY' || order.status !== 'PAID') return;
    if (decided.whole) {
      const wish = { id: newId('refund'), reason: decided.reason, actor: 'member', afterSaleId: id } as const;
      await cancelPaidOrder(order._id, wish, call);
      return;
    }
    if ((await afterSales.move(id, 'approve', clock.now())) !== null) await settleAfterSale(id, 'refundApproved');
  }

  async function requestNow(
    id: string,
    orderId: string,
    request: AfterSaleRequest,
    member: Member,
    call: Call,
  ): Promise<Outcome<string>> {
    for (let attempt = 1; ; attempt += 1) {
      const order = await orders.byId(orderId);
      if (order === null || !order.visible || order.memberId !== member.memberId)
        return refused(notFound(['orderId'], 'order'));
      // A first try that died after writing: what was left to do, a job or staff does.
      if ((await afterSales.byId(id)) !== null) return accepted(id);
      const decided = decideAfterSale(order, request, clock.now(), windowMs);
      if (!decided.ok) return decided;
      try {
        await write(id, order, decided.value);
        await grantUnshipped(id, order, decided.value, call);
        return accepted(id);
      } catch (error) {
        if (!(error instanceof LineMoved) || attempt === mostAttempts) throw error;
      }
    }
  }

  return async function requestAfterSale(
    input: AfterSaleRequest & { readonly orderId: string; readonly idempotencyKey: string },
    member: Member,
    call: Call,
  ): Promise<Outcome<AfterSale>> {
    const { orderId, idempotencyKey, kind, lines, reason } = input;
    const done = await once(
      {
        caller: member.memberId,
        operation: 'requestAfterSale',
        key: idempotencyKey,
        input: { orderId, kind, lines, reason },
        subject: 'afterSale',
      },
      (id) => requestNow(id, orderId, { kind, lines, reason }, member, call),
    );
    if (!done.ok) return done;
    const afterSale = await afterSales.byId(done.value);
    if (afterSale === null) throw new Error(`the after-sale ${done.value} is gone`);
    return accepted(afterSale);
  };
}
