import { randomInt } from 'node:crypto';
import { newId } from '#kit/ids/ids.ts';
import { isDuplicateKey, type Session, type Transact } from '#kit/mongo/transaction.ts';
import { numbersPerDay, orderNumber } from '../../order/domain/order-number.ts';
import type { Order } from '../../order/domain/order.ts';
import type { OrderPrivacy } from '../../personal-data/order-privacy.ts';
import type { Payment } from '../../payment/domain/payment.ts';
import type { Refund } from '../../refund/domain/refund.ts';
import { historicalRecords, placementOf, type HistoricalOrder } from '../domain/historical-order.ts';

/** Where loaded records go, all in the caller's transaction. */
interface LoadParts {
  readonly transact: Transact;
  readonly ordersPlaced: (session: Session, placementIds: readonly string[]) => Promise<Order[]>;
  readonly insertOrders: (session: Session, orders: readonly Order[]) => Promise<void>;
  readonly insertPayments: (session: Session, payments: readonly Payment[]) => Promise<void>;
  readonly insertRefunds: (session: Session, refunds: readonly Refund[]) => Promise<void>;
  readonly insertChanges: (session: Session, orders: readonly Order[]) => Promise<void>;
  readonly privacy: Pick<OrderPrivacy, 'sealAddress'>;
  readonly unpaidMs: number;
}

/** A twin that loads the same keys, or a number that is taken, makes a load begin again. */
const mostAttempts = 5;

/** Writes orders of the past with their payments and refunds, all or none, and answers them in order. Those that are there already stay as they are. Nobody is told. */
export function createLoadOrders(parts: LoadParts) {
  async function loadOnce(past: readonly HistoricalOrder[]): Promise<Order[]> {
    const keys = past.map(({ key }) => placementOf(key));
    return parts.transact(async (session) => {
      const known = await parts.ordersPlaced(session, keys);
      const byKey = new Map(known.map((order) => [order.placementId, order]));
      const fresh = past.filter(({ key }) => !byKey.has(placementOf(key)));
      const written = await write(session, fresh);
      for (const order of written) byKey.set(order.placementId, order);
      return keys.flatMap((key) => byKey.get(key) ?? []);
    });
  }

  async function write(session: Session, past: readonly HistoricalOrder[]): Promise<Order[]> {
    const freeNumber = numbersOnce();
    const records = await Promise.all(
      past.map(async (order) => {
        const [id, number] = [newId('order'), freeNumber(order.placedAt)];
        const address = await parts.privacy.sealAddress({ _id: id, memberId: order.memberId }, order.address);
        return historicalRecords(order, { id, number, address }, parts.unpaidMs);
      }),
    );
    const orders = records.map(({ order }) => order);
    const payments = records.flatMap(({ payment }) => (payment === null ? [] : [payment]));
    const refunds = records.flatMap(({ refund }) => (refund === null ? [] : [refund]));
    if (orders.length > 0) await parts.insertOrders(session, orders);
    if (payments.length > 0) await parts.insertPayments(session, payments);
    if (refunds.length > 0) await parts.insertRefunds(session, refunds);
    if (orders.length > 0) await parts.insertChanges(session, orders);
    return orders;
  }

  return async function loadOrders(past: readonly HistoricalOrder[]): Promise<Order[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await loadOnce(past);
      } catch (error) {
        if (!isDuplicateKey(error) || attempt === mostAttempts) throw error;
      }
    }
  };
}

/** Gives out order numbers, none twice. */
function numbersOnce(): (at: Date) => string {
  const taken = new Set<string>();
  return function free(at) {
    const number = orderNumber(at, randomInt(numbersPerDay));
    if (taken.has(number)) return free(at);
    taken.add(number);
    return number;
  };
}
