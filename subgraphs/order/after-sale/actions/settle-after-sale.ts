import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { deliver, ship } from '../../order/domain/order-changes.ts';
import type { GiveUpPaidOrder } from '../../order/actions/give-up-paid-order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { afterRefundOf } from '../../refund/domain/refund-share.ts';
import type { RefundLine } from '../../refund/domain/refund.ts';
import { linesAsReturn, type AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface SettleParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
  readonly refundDesk: RefundDesk;
  readonly giveUpPaidOrder: GiveUpPaidOrder;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** How much of an order has left, and how much has not, once units were withdrawn. */
interface LeftToSend {
  readonly unitsToSend: number;
  readonly unitsSent: number;
  readonly toDeliver: number;
}

export type SettleAfterSale = ReturnType<typeof createSettleAfterSale>;

/**
 * Gives the money of a granted after-sale back: the after-sale, the order's counters and the refund's intent move together, then the provider is asked. Each
 * answers null when somebody else has settled it.
 */
export function createSettleAfterSale(parts: SettleParts) {
  const { afterSales, orders, refundDesk, giveUpPaidOrder, transact, clock } = parts;

  /** Counts money on the order and writes the intent. */
  async function giveBack(
    session: Session,
    { orderId, _id: afterSaleId }: AfterSale,
    refund: { _id: string; receiptId?: string; goods: number; lines: readonly RefundLine[] },
  ): Promise<void> {
    const { _id, receiptId = null, goods, lines } = refund;
    if (goods === 0) return;
    const order = await orders.byId(orderId, session);
    if (order === null) throw new Error(`the order ${orderId} is gone`);
    const { counters, pointsReturned } = afterRefundOf(order, goods);
    if (!(await orders.countRefund(session, order, counters)))
      throw new Error(`the order ${orderId} was refunded otherwise meanwhile`);
    const amounts = { amountMinor: goods, goodsMinor: goods, pointsReturned, currency: order.currency };
    await refundDesk.open(session, { _id, orderId, cause: 'AFTER_SALE', afterSaleId, receiptId, ...amounts, lines });
  }

  async function note(session: Session, { orderId, _id, status }: AfterSale, at: Date): Promise<void> {
    await orders.note(session, orderId, { at, actor: 'system', note: `${status}:${_id}` });
  }

  const linesOf = ({ lines }: AfterSale) =>
    lines.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity }));

  /** Runs it, then asks the provider if there is money to give back. */
  async function thenPay(
    work: (session: Session, refundId: string, at: Date) => Promise<AfterSale | null>,
  ): Promise<AfterSale | null> {
    const refundId = newId('refund');
    const settled = await transact((session) => work(session, refundId, clock.now()));
    if (settled !== null) await refundDesk.carryOut(refundId);
    return settled;
  }

  return {
    /** The shop grants a refund without return. */
    approved: (id: string) =>
      thenPay(async (session, refundId, at) => {
        const settled = await afterSales.move(id, 'refundApproved', at, { pendingSince: null }, session);
        if (settled === null) return null;
        const refund = { _id: refundId, goods: settled.refundMinor, lines: linesOf(settled) };
        await giveBack(session, settled, refund);
        await note(session, settled, at);
        return settled;
      }),

    /**
     * The warehouses keep the goods. When nothing is left to send the order is at its end: it is cancelled if nothing was sent, with its freight; else it is
     * as far as what was sent.
     */
    unsent: (id: string, { unitsToSend, unitsSent, toDeliver }: LeftToSend) =>
      thenPay(async (session, refundId, at) => {
        const set = { withdrawal: 'DONE', pendingSince: null } as const;
        const settled = await afterSales.move(id, 'refundUnsent', at, set, session);
        if (settled === null) return null;
        const { orderId, reason } = settled;
        if (unitsToSend === 0 && unitsSent === 0) {
          const wish = { id: refundId, reason, actor: 'member', requestedAt: at, afterSaleId: id } as const;
          const before = await orders.byId(orderId, session);
          if (before === null || (await giveUpPaidOrder(session, orderId, wish)) === null)
            throw new Error(`the order ${orderId}, of which nothing will be sent, can't be cancelled`);
          await afterSales.promise(session, id, before.paidMinor - before.refundedMinor);
          return settled;
        }
        const refund = { _id: refundId, goods: settled.refundMinor, lines: linesOf(settled) };
        await giveBack(session, settled, refund);
        await note(session, settled, at);
        const mover = { at, actor: 'system', note: id } as const;
        if (unitsToSend === 0) await orders.change(session, orderId, ship(0, mover));
        const order = unitsToSend === 0 && toDeliver === 0 ? await orders.byId(orderId, session) : null;
        if (order !== null) await orders.change(session, orderId, deliver(order, mover));
        return settled;
      }),

    /** Goods came back and are booked: what goes back for these units. */
    received: (id: string, receiptId: string) =>
      thenPay(async (session, refundId, at) => {
        const settled = await afterSales.settleReceipt(session, id, receiptId, at);
        const receipt = settled?.receipts.find((one) => one.id === receiptId);
        if (settled === null || receipt === undefined) return null;
        const goods = receipt.lines.reduce((total, line) => total + line.refundMinor, 0);
        const isExchange = settled.kind === 'EXCHANGE';
        const lines = receipt.lines.map(({ orderLineId, skuId, restocked, writtenOff }) => {
          return { orderLineId, skuId, quantity: restocked + writtenOff };
        });
        // Exchanged units stay sold: only the difference to a cheaper replacement goes back.
        await giveBack(session, settled, { _id: refundId, receiptId, goods, lines: isExchange ? [] : lines });
        if (isExchange || settled.receipts.some((one) => one.settledAt === null)) return settled;
        await afterSales.rest(id, session);
        const done = await afterSales.move(id, 'refundReturned', at, {}, session);
        await note(session, done ?? settled, at);
        return done ?? settled;
      }),

    /** The goods of an exchange are back and nothing can be sent instead: what was paid for them and has not gone back does. */
    unreplaced: (id: string) =>
      thenPay(async (session, refundId, at) => {
        const before = await afterSales.byId(id, session);
        if (before?.replacement !== 'SHORT') return null;
        const lines = linesAsReturn(before);
        const refundMinor = lines.reduce((total, line) => total + line.refundMinor, 0);
        const set = { kind: 'RETURN_AND_REFUND', lines, refundMinor, replacement: null } as const;
        const settled = await afterSales.move(id, 'refundReturned', at, set, session);
        if (settled === null) return null;
        const goods = lines.reduce((total, line) => total + line.refundMinor - line.receivedMinor, 0);
        await giveBack(session, settled, { _id: refundId, goods, lines: linesOf(settled) });
        await note(session, settled, at);
        return settled;
      }),
  };
}
