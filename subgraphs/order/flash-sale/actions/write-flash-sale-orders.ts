import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Order } from '../../order/domain/order.ts';
import type { FlashSaleOrders } from '../store/flash-sale-orders.ts';
import type { DrawNumbers } from './draw-numbers.ts';

/** What is known of orders that are to be written. */
export interface WriteOptions {
  /** They are new, as was seen a moment ago, and have their numbers. Where that isn't so any more a duplicate key tells, and it is looked up. */
  readonly assumeNew?: boolean;
}

/**
 * Writes what was decided about orders, all in one transaction, and answers what counts, by order id: whoever writes first under an order's id has decided, be it the
 * order or the mark that it never will be.
 */
export type WriteFlashSaleOrders = (decided: readonly Order[], options?: WriteOptions) => Promise<Map<string, Order>>;

export function createWriteFlashSaleOrders(parts: {
  readonly orders: FlashSaleOrders;
  readonly drawNumbers: DrawNumbers;
  /** Begins anew after a duplicate key: somebody has written under one of the ids, or numbers, meanwhile. */
  readonly transact: Transact;
}): WriteFlashSaleOrders {
  const { orders, drawNumbers, transact } = parts;

  return async (decided, { assumeNew = false } = {}) => {
    let isAssumed = assumeNew;
    const written = await transact(async (session) => {
      const { known, numbered } = isAssumed
        ? { known: new Map<string, Order>(), numbered: decided }
        : await lookUp(session, decided);
      isAssumed = false;
      if (numbered.length === 0) return known;
      await orders.insert(session, numbered);
      await crashPoint('order.flash-sale.before-commit');
      return new Map([...known, ...numbered.map((order) => [order._id, order] as const)]);
    });
    await crashPoint('order.flash-sale.written');
    return written;
  };

  /** What is written under their ids, and the others with numbers that no order has. */
  async function lookUp(session: Session, decided: readonly Order[]) {
    const known = await orders.byIds(
      decided.map((order) => order._id),
      session,
    );
    const fresh = decided.filter((order) => !known.has(order._id));
    const numbers = await drawNumbers(
      fresh.map(({ placedAt }) => placedAt),
      session,
    );
    return { known, numbered: fresh.map((order, index) => ({ ...order, number: numbers[index] ?? '' })) };
  }
}
