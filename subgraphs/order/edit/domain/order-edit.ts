import type { Refusal } from '#kit/user-error/user-error.ts';
import type { PricedLine } from '../../order/domain/draft-order.ts';
import type { Actor, Benefits, Order } from '../../order/domain/order.ts';

/**
 * `HOLDING`: what is added is being held; `APPLYING`: warehouses and order are being changed; `SETTLING`: the same of an unpaid order, when nothing can refuse any more;
 * `UNDOING`: what was held is being given back.
 */
const editStates = ['HOLDING', 'AWAITING_PAYMENT', 'APPLYING', 'SETTLING', 'UNDOING', 'DONE', 'UNDONE'] as const;
export type EditState = (typeof editStates)[number];

/** The states in which somebody works on an edit, under its lease. */
export const workingStates = ['HOLDING', 'APPLYING', 'SETTLING', 'UNDOING'] as const;

/** Every move of an edit; each is made on the condition that it is still in one of the states that it leaves. */
export const editTransitions = {
  await: { from: ['HOLDING'], to: 'AWAITING_PAYMENT' },
  apply: { from: ['HOLDING'], to: 'APPLYING' },
  pay: { from: ['AWAITING_PAYMENT'], to: 'APPLYING' },
  refuse: { from: ['HOLDING', 'APPLYING'], to: 'UNDOING' },
  settle: { from: ['APPLYING'], to: 'SETTLING' },
  giveUp: { from: ['AWAITING_PAYMENT'], to: 'UNDOING' },
  finish: { from: ['APPLYING', 'SETTLING'], to: 'DONE' },
  undo: { from: ['UNDOING'], to: 'UNDONE' },
} as const satisfies Record<string, { readonly from: readonly EditState[]; readonly to: EditState }>;
export type EditMove = keyof typeof editTransitions;

/** An unpaid order as it is agreed anew: the whole of it was priced again, and what it needs is held by its next attempt. */
export type AgreedAnew = Pick<
  Order,
  'subtotalMinor' | 'discountMinor' | 'freightMinor' | 'totalMinor' | 'pointsSpent' | 'benefits' | 'deliveries'
> & {
  readonly attempt: number;
  readonly lines: readonly PricedLine[];
};

/** Units of a line that leave the order, and their share of what is paid for the line: what goes back for them if the order is paid. */
export interface RemovedUnits {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly minor: number;
}

/**
 * A change of the goods of an order. It is written down before anything is held, so that whoever comes after a crash can finish it or give everything back. Amounts
 * are minor units of the order's currency.
 */
export interface OrderEdit {
  /** The call's own id: whoever repeats it finds out what came of it. What is added is held under it. */
  readonly _id: string;
  readonly orderId: string;
  readonly actor: Actor;
  readonly requestedAt: Date;
  readonly state: EditState;
  /** Until then somebody is at work on it. */
  readonly leaseUntil: Date;
  readonly removed: readonly RemovedUnits[];
  /** At the prices of the day. */
  readonly added: readonly PricedLine[];
  /** Of an order that isn't paid: what it becomes. Nothing is due for the edit itself then, the order's total is. */
  readonly anew?: AgreedAnew;
  /** What the prices of the added lines rest on; nothing for an unpaid order, which holds it itself. */
  readonly benefits: Benefits;
  /** What sending the order costs more. */
  readonly freightMinor: number;
  /** Spent points that go back with the removed units. */
  readonly pointsReturned: number;
  /** Points that an unpaid order spends besides those that it spent before: held under the edit's id until promotion has decided. Absent: none. */
  readonly pointsAdded?: number;
  /** Added lines + freight − removed shares: above 0 it is to be paid, below 0 it goes back. */
  readonly balanceMinor: number;
  readonly currency: string;
  /** Until when `balanceMinor` must be paid. */
  readonly expiresAt: Date;
  /** The payment that brought it; null before, and when nothing is due. */
  readonly paymentId: string | null;
  /** Why it was undone. */
  readonly refusals: readonly Refusal[];
  /** Absent once it is at its end: an order has at most one that isn't. */
  readonly open?: true;
}
