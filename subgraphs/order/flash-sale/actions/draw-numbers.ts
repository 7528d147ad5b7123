import { randomInt } from 'node:crypto';
import type { Session } from '#kit/mongo/transaction.ts';
import { numbersPerDay, orderNumber } from '../../order/domain/order-number.ts';
import type { FlashSaleOrders } from '../store/flash-sale-orders.ts';

/** Draws a number for each of the orders that are placed at these times, none of which another order has: as a transaction sees it, or as it is at this moment. */
export type DrawNumbers = (placedAt: readonly Date[], session?: Session) => Promise<string[]>;

export function createDrawNumbers(orders: Pick<FlashSaleOrders, 'numbersTaken'>): DrawNumbers {
  return async (placedAt, session) => {
    const used = new Set<string>();
    const draw = (at: Date): string => {
      for (;;) {
        const number = orderNumber(at, randomInt(numbersPerDay));
        if (used.has(number)) continue;
        used.add(number);
        return number;
      }
    };
    const numbers = placedAt.map(draw);
    let unsure = [...numbers];
    while (unsure.length > 0) {
      const taken = await orders.numbersTaken(unsure, session);
      unsure = [];
      for (const [index, at] of placedAt.entries()) {
        if (!taken.has(numbers[index] ?? '')) continue;
        numbers[index] = draw(at);
        unsure.push(numbers[index]);
      }
    }
    return numbers;
  };
}
