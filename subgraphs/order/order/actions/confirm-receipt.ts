import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Member } from '../../caller.ts';
import { complete } from '../domain/order-changes.ts';
import type { Order } from '../domain/order.ts';
import type { Orders } from '../store/orders.ts';

interface ConfirmReceiptParts {
  readonly orders: Orders;
  readonly transact: Transact;
  readonly clock: Clock;
}

export type ConfirmReceipt = ReturnType<typeof createConfirmReceipt>;

/** The member has the goods: the order is complete. */
export function createConfirmReceipt({ orders, transact, clock }: ConfirmReceiptParts) {
  return async function confirmReceipt(orderId: string, member: Member): Promise<Outcome<Order>> {
    const order = await orders.own(orderId, member.memberId);
    if (order === null) return refused(notFound(['orderId'], 'order'));
    const made = complete({ at: clock.now(), actor: 'member' });
    const completed = await transact((session) => orders.change(session, orderId, made));
    if (completed !== null) return accepted(completed);
    const now = await orders.byId(orderId);
    return refused(invalidState(['orderId'], { state: now?.status ?? order.status }));
  };
}
