import type { Logger } from 'pino';
import { actorOf, type StartedAction } from '#kit/audit-log/audit-entry.ts';
import type { AuditLog } from '#kit/audit-log/audit-log.ts';
import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { ShareTransaction } from '#kit/group-commit/shared-transaction.ts';
import type { Answering, Idempotency } from '#kit/idempotency/idempotency.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { pay } from '../../order/domain/order-changes.ts';
import type { CarryOutEdit } from '../../edit/actions/carry-out-edit.ts';
import { editLease } from '../../edit/domain/edit-lease.ts';
import type { OrderEdit } from '../../edit/domain/order-edit.ts';
import type { OrderEdits } from '../../edit/store/order-edits.ts';
import type { HonourLatePayment } from '../../late-payment/actions/honour-late-payment.ts';
import { latePaymentLease } from '../../late-payment/domain/late-payment-lease.ts';
import type { LatePayments } from '../../late-payment/store/late-payments.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import { isPresale } from '../../presale/domain/order-presale.ts';
import { payBalance, payDeposit } from '../../presale/domain/presale-changes.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { mismatch, moneyArrived, type Payment, type PaymentNotification } from '../domain/payment.ts';
import type { Payments } from '../store/payments.ts';

interface SettleParts {
  readonly payments: Payments;
  readonly orders: Orders;
  readonly latePayments: LatePayments;
  readonly honourLatePayment: HonourLatePayment;
  readonly edits: Pick<OrderEdits, 'move'>;
  readonly carryOutEdit: CarryOutEdit;
  readonly refundDesk: RefundDesk;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly share: ShareTransaction;
  readonly recordAnswers: Idempotency['recordAnswers'];
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** A payment and its order as they stood when the one had paid the other. */
export interface Paid {
  readonly payment: Payment;
  readonly order: Order;
}

/** `APPLIED` now, with what is paid where it paid an order; `DUPLICATE` of what was known; otherwise what doesn't match the intent, and nothing was done. */
export type Settled =
  | { readonly result: 'APPLIED'; readonly paid?: Paid }
  | { readonly result: 'DUPLICATE' }
  | { readonly result: 'ORDER' | 'AMOUNT' | 'CURRENCY' };

/** A provider's word that money came. */
interface Arrived {
  readonly payment: Payment;
  readonly said: PaymentNotification;
  readonly at: Date;
  /** Of the refund, should the money have to go back. */
  readonly refundId: string;
  /** Of the call that pays, when it is that call which hears of it. */
  readonly answering: Answering | undefined;
}

/** What the money did, and whether the calls that are answered by its order's being paid were answered with it. */
interface Settlement {
  readonly effect: Effect;
  readonly isAnswered: boolean;
}

/** What came of it in the transaction: an order that it paid, one whose closing the money may undo, or an edit that can be made now. */
type Effect =
  | 'DUPLICATE'
  | 'REFUND'
  | { readonly paid: Order }
  | { readonly late: Order }
  | { readonly edit: OrderEdit };

/** Among several payments is one that needs a closer look. */
class NotAllAlike extends Error {}

export type SettlePayment = ReturnType<typeof createSettlePayment>;

/**
 * Makes a provider's word about a payment true here, called back or asked for, any number of times: what it says has one effect. Order, currency and amount
 * must match the intent. Money for an order that was closed buys it all the same if everything it needs can be had again; any other money for an order that can't be
 * paid (any more) goes straight back. With `answering` the payment's id is recorded as the call's answer in the transaction that pays the order, where that is certain.
 */
export function createSettlePayment(parts: SettleParts) {
  const {
    payments,
    orders,
    latePayments,
    honourLatePayment,
    edits,
    carryOutEdit,
    refundDesk,
    auditLog,
    share,
    recordAnswers,
    clock,
    log,
  } = parts;

  /** Tries now; a neighbour that can't be asked leaves it to the job. */
  async function honour(order: Order): Promise<void> {
    const viewer = systemViewer('order', { channel: order.channel });
    try {
      await honourLatePayment(order, { viewer, requestId: order._id });
    } catch (error) {
      log.warn({ err: error, orderId: order._id }, 'a late payment could not be finished yet');
    }
  }

  /** Changes the order's goods now; a neighbour that can't be asked leaves it to the job. */
  async function carryOut(edit: OrderEdit): Promise<void> {
    try {
      await carryOutEdit(edit, { viewer: systemViewer('order'), requestId: edit._id });
    } catch (error) {
      log.warn({ err: error, editId: edit._id }, 'a paid edit could not be finished yet');
    }
  }

  /**
   * The money of several payments, each for a whole order that waits for it: one write to each collection for any number of them. What needs a closer look is told by
   * an error, and then looked at alone.
   */
  const settleTogether = share<Arrived, Settlement>({
    keysOf: ({ said }) => [said.orderId, said.paymentId],
    async run(session, arrived) {
      const alike = arrived.filter(({ payment: { part, editId } }) => part === undefined && editId === undefined);
      const together = alike.length > 1 ? await settleAlike(session, alike) : new Map<Arrived, Order>();
      const effects: Effect[] = [];
      for (const one of arrived) {
        const paid = together.get(one);
        effects.push(paid === undefined ? await settleOne(session, one) : { paid });
      }
      const answers = arrived.flatMap(({ answering, said }, index) =>
        answering !== undefined && hasPaid(effects[index])
          ? { place: answering.place, result: payAnswer(said.paymentId) }
          : [],
      );
      const isAnswered = answers.length > 0 && (await recordAnswers(session, answers));
      return effects.map((effect) => ({ effect, isAnswered: isAnswered && hasPaid(effect) }));
    },
  });

  /** The orders as they are paid then. */
  async function settleAlike(session: Session, arrived: readonly Arrived[]): Promise<Map<Arrived, Order>> {
    const saids = arrived.map(({ said }) => said);
    const settled = arrived.map(({ said, at }) => ({ ...said, at }));
    if (!(await payments.succeedAll(session, settled))) throw new NotAllAlike();
    await writeDown(session, saids);
    const moves = arrived.map(({ said, at }) => ({ id: said.orderId, made: wholePaid(said, at) }));
    const paid = await orders.changeAll(session, moves);
    if (paid === null) throw new NotAllAlike();
    await payments.captureAll(session, saids);
    return new Map(arrived.map((one, index) => [one, paid[index] as Order]));
  }

  async function writeDown(session: Session, saids: readonly PaymentNotification[]): Promise<void> {
    for (const said of saids) await auditLog.append(session, moneyCame(said));
    await crashPoint('order.paying.before-settle');
  }

  /** Pays the order, or the part of it that the payment is for; null when that isn't due (any more). */
  async function payBy(session: Session, { payment: { orderId, part }, said, at }: Arrived) {
    if (part === undefined) return orders.change(session, orderId, wholePaid(said, at));
    const order = await orders.byId(orderId, session);
    if (order === null || !isPresale(order)) return null;
    const mover = { at, actor: 'member' } as const;
    const move = part === 'DEPOSIT' ? payDeposit(order, mover) : payBalance(order, mover);
    return move && orders.change(session, orderId, move);
  }

  async function settleOne(session: Session, arrived: Arrived): Promise<Effect> {
    const { payment, said, at } = arrived;
    if (!(await payments.succeedAll(session, [{ ...said, at }]))) return 'DUPLICATE';
    await writeDown(session, [said]);
    if (payment.editId !== undefined) {
      const set = { paymentId: said.paymentId, leaseUntil: editLease(at) };
      const edit = await edits.move(payment.editId, 'pay', set, session);
      if (edit !== null) await payments.closeOpen(session, said.orderId);
      return edit === null ? giveBack(session, arrived) : { edit };
    }
    const paid = await payBy(session, arrived);
    if (paid !== null) {
      await payments.captureAll(session, [said]);
      return { paid };
    }
    const { part } = arrived.payment;
    // A late deposit never buys anything.
    const late =
      part === 'DEPOSIT'
        ? null
        : await latePayments.begin(session, { ...said, part }, { at, leaseUntil: latePaymentLease(at) });
    return late === null ? giveBack(session, arrived) : { late };
  }

  async function giveBack(session: Session, { said, refundId }: Arrived): Promise<Effect> {
    const { orderId, paymentId, amountMinor, currency } = said;
    await refundDesk.open(session, {
      _id: refundId,
      orderId,
      paymentId,
      cause: 'LATE_PAYMENT',
      afterSaleId: null,
      amountMinor,
      goodsMinor: 0,
      pointsReturned: 0,
      currency,
      lines: [],
    });
    return 'REFUND';
  }

  async function succeed(payment: Payment, said: PaymentNotification, answering?: Answering): Promise<Settled> {
    const refundId = newId('refund');
    const at = clock.now();
    const { effect, isAnswered } = await settleTogether({ payment, said, at, refundId, answering });
    if (isAnswered) answering?.committed();
    await crashPoint('order.paying.settled');
    if (effect === 'DUPLICATE') return { result: 'DUPLICATE' };
    if (effect !== 'REFUND') {
      if ('paid' in effect) {
        const paid = { payment: { ...payment, ...moneyArrived(said, at), captured: true }, order: effect.paid };
        return { result: 'APPLIED', paid };
      }
      await ('edit' in effect ? carryOut(effect.edit) : honour(effect.late));
      return { result: 'APPLIED' };
    }
    log.warn(
      { orderId: said.orderId, paymentId: said.paymentId },
      'money came for an order that could not be paid; it goes back',
    );
    await refundDesk.carryOut(refundId);
    return { result: 'APPLIED' };
  }

  return async function settlePayment(
    payment: Payment,
    said: PaymentNotification,
    answering?: Answering,
  ): Promise<Settled> {
    const wrong = mismatch(payment, said);
    if (wrong !== null) return { result: wrong };
    if (said.outcome === 'SUCCEEDED') return succeed(payment, said, answering);
    const failed = await payments.fail(payment._id, said.transactionId, clock.now());
    return { result: failed ? 'APPLIED' : 'DUPLICATE' };
  };
}

const hasPaid = (effect: Effect | undefined) => typeof effect === 'object' && 'paid' in effect;

/** What is recorded as the answer of a call whose payment the provider has settled. */
export const payAnswer = (paymentId: string): Outcome<string> => accepted(paymentId);

const wholePaid = ({ amountMinor }: PaymentNotification, at: Date) =>
  pay({ totalMinor: amountMinor }, { at, actor: 'member' });

function moneyCame({ orderId, paymentId, transactionId, amountMinor, currency }: PaymentNotification): StartedAction {
  return {
    actor: actorOf(systemViewer('order')),
    action: 'payment.settled',
    facts: { transactionId, amountMinor, currency },
    subjects: [orderId, paymentId],
    requestId: orderId,
  };
}
