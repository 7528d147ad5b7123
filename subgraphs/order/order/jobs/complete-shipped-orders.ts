import type { Job } from '#kit/jobs/jobs.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { complete } from '../domain/order-changes.ts';
import type { Orders } from '../store/orders.ts';

interface CompleteParts {
  readonly orders: Orders;
  readonly transact: Transact;
  /** How long after shipping the receipt counts as confirmed, milliseconds. */
  readonly autoReceiveMs: number;
}

const everyMs = 60_000;
const batch = 200;

/** Confirms the receipt of orders whose shopper didn't, unless they are on hold. */
export function completeShippedOrders({ orders, transact, autoReceiveMs }: CompleteParts): Job {
  return {
    name: 'complete-shipped-orders',
    everyMs,
    async run({ now, signal }) {
      for (;;) {
        const due = await orders.shippedBefore(new Date(now.getTime() - autoReceiveMs), batch);
        for (const { _id } of due) {
          signal.throwIfAborted();
          const made = { ...complete({ at: now, actor: 'system' }), onlyIf: { hold: null } };
          await transact((session) => orders.change(session, _id, made));
        }
        if (due.length < batch) return;
      }
    },
  };
}
