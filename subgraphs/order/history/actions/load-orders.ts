import { randomInt } from 'node:crypto';
import { numbersPerDay, orderNumber } from '../../order/domain/order-number.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Payment } from '../../payment/domain/payment.ts';
import type { Refund } from '../../refund/domain/refund.ts';
import { historicalRecords, type HistoricalOrder } from '../domain/historical-order.ts';

/** Where loaded records go, each in one write. */
interface LoadParts {
  readonly insertOrders: (orders: readonly Order[]) => Promise<void>;
  readonly insertPayments: (payments: readonly Payment[]) => Promise<void>;
  readonly insertRefunds: (refunds: readonly Refund[]) => Promise<void>;
  readonly insertChanges: (orders: readonly Order[]) => Promise<void>;
  readonly unpaidMs: number;
}

export type LoadOrders = ReturnType<typeof createLoadOrders>;

/** Writes orders of the past with their payments and refunds. Nobody is told. */
export function createLoadOrders(parts: LoadParts) {
  return async function loadOrders(past: readonly HistoricalOrder[]): Promise<Order[]> {
    const taken = new Set<string>();
    const freeNumber = (at: Date): string => {
      const number = orderNumber(at, randomInt(numbersPerDay));
      if (taken.has(number)) return freeNumber(at);
      taken.add(number);
      return number;
    };
    const records = past.map((order) => historicalRecords(order, freeNumber(order.placedAt), parts.unpaidMs));
    const orders = records.map(({ order }) => order);
    const payments = records.flatMap(({ payment }) => (payment === null ? [] : [payment]));
    const refunds = records.flatMap(({ refund }) => (refund === null ? [] : [refund]));
    if (orders.length > 0) await parts.insertOrders(orders);
    if (payments.length > 0) await parts.insertPayments(payments);
    if (refunds.length > 0) await parts.insertRefunds(refunds);
    if (orders.length > 0) await parts.insertChanges(orders);
    return orders;
  };
}
