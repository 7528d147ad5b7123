import { accepted, invalidState, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { Order } from '../../order/domain/order.ts';

/** Where the order of a presale stands besides its state: the first three are all PENDING_PAYMENT. */
export const presalePhases = ['DEPOSIT_DUE', 'DEPOSIT_PAID', 'BALANCE_DUE', 'BALANCE_PAID', 'CLOSED'] as const;
export type PresalePhase = (typeof presalePhases)[number];

/** Every way from phase to phase. Each is made on the condition that the order is still in one of the phases it leaves. */
export const phaseMoves = {
  payDeposit: { from: ['DEPOSIT_DUE'], to: 'DEPOSIT_PAID' },
  // The goods are held for the order now.
  openBalance: { from: ['DEPOSIT_PAID'], to: 'BALANCE_DUE' },
  payBalance: { from: ['BALANCE_DUE'], to: 'BALANCE_PAID' },
  // The balance came after its time, when the goods could be held again.
  payLate: { from: ['CLOSED'], to: 'BALANCE_PAID' },
  close: { from: ['DEPOSIT_DUE', 'DEPOSIT_PAID', 'BALANCE_DUE'], to: 'CLOSED' },
} as const satisfies Record<string, { readonly from: readonly PresalePhase[]; readonly to: PresalePhase }>;

/** Which part of a presale order a payment is for. */
export type PresalePart = 'DEPOSIT' | 'BALANCE';

/** What an order agreed to with its presale, and how far it is. Amounts are minor units of the order's currency, for all its units; deposit + balance = total. */
export interface OrderPresale {
  readonly presaleId: string;
  readonly phase: PresalePhase;
  readonly depositMinor: number;
  /** What the deposit counts for. */
  readonly depositWorthMinor: number;
  readonly balanceMinor: number;
  readonly balanceFrom: Date;
  readonly balanceTo: Date;
  readonly shipsAfter: Date;
  /** What becomes of the deposit when the shopper doesn't pay the balance. */
  readonly ifUnpaid: 'FORFEIT' | 'RETURN';
  readonly depositPaidAt: Date | null;
  /** When the goods were held and the balance could be paid; null before. */
  readonly balanceDueAt: Date | null;
  /** When to try to hold the goods (again). */
  readonly holdAt: Date;
  /** The deposit once the shop has kept it: 0 or all of it. */
  readonly forfeitedMinor: number;
}

/** An order that came from a presale. */
export type PresaleOrder = Order & { readonly presale: OrderPresale };

/** Whether the order came from a presale. */
export function isPresale(order: Order): order is PresaleOrder {
  return order.presale !== undefined;
}

/** What can be paid for an order now, minor units, and which part of it that is; null: the whole. */
export interface Due {
  readonly amountMinor: number;
  readonly part: PresalePart | null;
}

/** What can be paid now. INVALID_STATE when nothing can any more, BALANCE_NOT_DUE between deposit and balance. */
export function dueOf(order: Order): Outcome<Due> {
  if (order.status !== 'PENDING_PAYMENT') return refused(invalidState(['orderId'], { state: order.status }));
  if (!isPresale(order)) return accepted({ amountMinor: order.totalMinor, part: null });
  const { phase, depositMinor, balanceMinor } = order.presale;
  if (phase === 'DEPOSIT_DUE') return accepted({ amountMinor: depositMinor, part: 'DEPOSIT' });
  if (phase === 'BALANCE_DUE') return accepted({ amountMinor: balanceMinor, part: 'BALANCE' });
  return refused(balanceNotDue(order.presale));
}

/** BALANCE_NOT_DUE: the deposit is paid and the balance can't be yet. */
function balanceNotDue({ balanceFrom, balanceTo }: OrderPresale) {
  return {
    type: 'BalanceNotDueError',
    code: 'BALANCE_NOT_DUE',
    path: ['orderId'],
    balanceFrom: balanceFrom.toISOString(),
    balanceTo: balanceTo.toISOString(),
  } as const satisfies Refusal;
}

/** What becomes of the deposit when an order ends before its balance was paid; `NONE` was paid. */
export type DepositEnd = 'NONE' | 'RETURNED' | 'FORFEITED';

/** Goods that come later than this leave the shopper free to go. Milliseconds. */
const mostLateMs = 60 * 60_000;

/**
 * What becomes of the deposit at an order's end. It goes back whenever the shopper isn't why: staff or a cancelled presale ended the order, or its goods
 * weren't there when the balance should have been paid. Otherwise the presale's rule decides.
 */
export function depositAtEnd(
  {
    phase,
    balanceFrom,
    balanceDueAt,
    ifUnpaid,
  }: Pick<OrderPresale, 'phase' | 'balanceFrom' | 'balanceDueAt' | 'ifUnpaid'>,
  { at, byShop }: { readonly at: Date; readonly byShop: boolean },
): DepositEnd {
  if (phase !== 'DEPOSIT_PAID' && phase !== 'BALANCE_DUE') return 'NONE';
  const goodsLate =
    balanceDueAt === null ? at >= balanceFrom : balanceDueAt.getTime() - balanceFrom.getTime() > mostLateMs;
  return byShop || goodsLate || ifUnpaid === 'RETURN' ? 'RETURNED' : 'FORFEITED';
}
