import {
  mayMove,
  paidStatuses,
  transitions,
  type StoredStatus,
  type TransitionName,
} from '../../order/domain/order-states.ts';
import { goodsMinor, type Order } from '../../order/domain/order.ts';
import { isPresale, type PresalePhase } from '../../presale/domain/order-presale.ts';
import type { Payment } from '../../payment/domain/payment.ts';
import type { Refund } from '../../refund/domain/refund.ts';

/** Two values of one order that should be the same; amounts in minor units. */
export interface Comparison {
  readonly invariant: string;
  readonly subject: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Everything that must agree on one order, its payments and its refunds. */
export function accountsOf(order: Order, payments: readonly Payment[], refunds: readonly Refund[]): Comparison[] {
  const { _id: subject, totalMinor, subtotalMinor, discountMinor, freightMinor, paidMinor, refundedMinor } = order;
  const paid = (paidStatuses as readonly string[]).includes(order.status);
  // What an order that took the place of others is paid with came through theirs.
  const isOwn = order.paidThrough === undefined;
  const own = refunds.filter((refund) => refund.orderId === subject);
  // What an edit gave back isn't the order's any more.
  const changed = sumOf(own.filter(({ cause }) => cause === 'ORDER_CHANGED'));
  const captured = isOwn ? sumOf(payments.filter((payment) => payment.captured)) - changed : paidMinor;
  const given =
    (order.refundedBefore ?? 0) +
    sumOf(own.filter(({ cause }) => cause !== 'LATE_PAYMENT' && cause !== 'ORDER_CHANGED'));
  const compare = (invariant: string, expected: unknown, found: unknown) => ({ invariant, subject, expected, found });
  return [
    compare('orders: subtotal - discount + freight = total', totalMinor, subtotalMinor - discountMinor + freightMinor),
    compare('orders: sum of lines + freight = total', totalMinor, goodsMinor(order) + freightMinor),
    compare('orders: captured = paid', paidMinor, captured),
    compare('orders: captured <= due', true, captured <= totalMinor),
    ...(paid ? [compare('orders: a paid one has its payment', totalMinor, captured)] : []),
    compare('orders: refunds = refunded', refundedMinor, given),
    compare('orders: refunds <= captured', true, given <= captured),
    ...presaleAccounts(order),
    ...payments.map((payment) => ({
      invariant: 'payments: given back = their refunds',
      subject: payment._id,
      expected: sumOf(refunds.filter((refund) => refund.paymentId === payment._id)),
      found: payment.refundedMinor,
    })),
    ...payments.map((payment) => ({
      invariant: 'payments: given back <= received',
      subject: payment._id,
      expected: true,
      found: payment.refundedMinor <= payment.amountMinor,
    })),
  ];
}

/** What must agree on the order of a presale; nothing for any other. */
function presaleAccounts(order: Order): Comparison[] {
  if (!isPresale(order)) return [];
  const { _id: subject, status, presale, totalMinor, paidMinor, refundedMinor } = order;
  const { phase, depositMinor, balanceMinor, forfeitedMinor } = presale;
  const received: Record<PresalePhase, readonly number[]> = {
    DEPOSIT_DUE: [0],
    DEPOSIT_PAID: [depositMinor],
    BALANCE_DUE: [depositMinor],
    BALANCE_PAID: [totalMinor],
    CLOSED: [0, depositMinor],
  };
  const fitting = unpaid.has(status) ? unpaidPhases : ended.has(status) ? endPhases : paidPhases;
  // What an ended order has kept, it has kept as the deposit that was forfeited: no more, no less, and once.
  const kept = phase === 'CLOSED' ? paidMinor - refundedMinor : 0;
  const compare = (invariant: string, expected: unknown, found: unknown) => ({ invariant, subject, expected, found });
  return [
    compare('presales: deposit + balance = total', totalMinor, depositMinor + balanceMinor),
    compare('presales: received = what the phase says', true, received[phase].includes(paidMinor)),
    compare('presales: the phase fits the state', true, fitting.includes(phase)),
    compare('presales: kept of an ended order = its forfeited deposit', forfeitedMinor, kept),
  ];
}

const unpaidPhases: readonly PresalePhase[] = ['DEPOSIT_DUE', 'DEPOSIT_PAID', 'BALANCE_DUE'];
const paidPhases: readonly PresalePhase[] = ['BALANCE_PAID'];
/** A paid order can be cancelled, too. */
const endPhases: readonly PresalePhase[] = ['CLOSED', 'BALANCE_PAID'];
const unpaid: ReadonlySet<StoredStatus> = new Set(['PLACING', 'ABANDONED', 'PENDING_PAYMENT']);
const ended: ReadonlySet<StoredStatus> = new Set(['CANCELLED', 'CLOSED']);

/**
 * Where the timeline leaves the allowed moves, in words; empty when every state was reached by a move from the one before and the last entry is where
 * the order stands.
 */
export function brokenPath(order: Pick<Order, 'status' | 'timeline'>): string {
  let at: StoredStatus = 'PLACING';
  for (const { status } of order.timeline) {
    if (status !== at && !canReach(at, status)) return `${at} -> ${status}`;
    at = status;
  }
  return at === order.status ? '' : `ends ${at}, stands ${order.status}`;
}

function canReach(from: StoredStatus, to: StoredStatus): boolean {
  const moves = Object.keys(transitions) as TransitionName[];
  return moves.some((move) => transitions[move].to === to && mayMove(from, move));
}

function sumOf(amounts: readonly { readonly amountMinor: number }[]): number {
  return amounts.reduce((total, { amountMinor }) => total + amountMinor, 0);
}
