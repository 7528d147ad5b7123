import type { Refusal } from '#kit/user-error/user-error.ts';

/** UNFINISHED_ORDERS: so many orders still need to know whom they are for. */
export function unfinishedOrders(orders: number) {
  return { type: 'UnfinishedOrdersError', code: 'UNFINISHED_ORDERS', orders } as const satisfies Refusal;
}
