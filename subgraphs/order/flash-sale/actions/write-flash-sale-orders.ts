import { randomInt } from 'node:crypto';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { numbersPerDay, orderNumber } from '../../order/domain/order-number.ts';
import type { Order } from '../../order/domain/order.ts';
import type { FlashSaleOrders } from '../store/flash-sale-orders.ts';

/**
 * Writes what was decided about orders, all in one transaction, and answers what counts, by order id: whoever writes first under an order's id has decided, be it the
 * order or the mark that it never will be.
 */
export type WriteFlashSaleOrders = (decided: readonly Order[]) => Promise<Map<string, Order>>;

export function createWriteFlashSaleOrders(parts: {
  readonly orders: FlashSaleOrders;
  /** Begins anew after a duplicate key: somebody has written under one of the ids, or numbers, meanwhile. */
  readonly transact: Transact;
}): WriteFlashSaleOrders {
  const { orders, transact } = parts;

  return async (decided) => {
    const written = await transact(async (session) => {
      const known = await orders.byIds(
        decided.map((order) => order._id),
        session,
      );
      const fresh = decided.filter((order) => !known.has(order._id));
      if (fresh.length === 0) return known;
      const numbered = await withNumbers(session, fresh);
      await orders.insert(session, numbered);
      await crashPoint('order.flash-sale.before-commit');
      return new Map([...known, ...numbered.map((order) => [order._id, order] as const)]);
    });
    await crashPoint('order.flash-sale.written');
    return written;
  };

  /** Each with a number that no other order has. */
  async function withNumbers(session: Session, fresh: readonly Order[]): Promise<Order[]> {
    const used = new Set<string>();
    const draw = ({ placedAt }: Order): string => {
      for (;;) {
        const number = orderNumber(placedAt, randomInt(numbersPerDay));
        if (!used.has(number)) return number;
      }
    };
    const numbered: Order[] = [];
    let missing = fresh;
    while (missing.length > 0) {
      const drawn = missing.map((order) => {
        const number = draw(order);
        used.add(number);
        return { ...order, number };
      });
      const taken = await orders.numbersTaken(
        session,
        drawn.map(({ number }) => number),
      );
      numbered.push(...drawn.filter(({ number }) => !taken.has(number)));
      missing = drawn.filter(({ number }) => taken.has(number));
    }
    return numbered;
  }
}
