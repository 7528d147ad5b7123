import { describe, expect, test } from '@jest/globals';
import type { Reservation } from './reservation.ts';
import { takeBack } from './returns.ts';

const line = (skuId: string, warehouseId: string, quantity: number, state: 'SHIPPED' | 'OPEN' = 'SHIPPED') => ({
  id: `rsv_${skuId}_${warehouseId}`,
  orderLineId: 'orl_1',
  skuId,
  warehouseId,
  quantity,
  weightGrams: 0,
  state,
});

function order(more: Partial<Reservation> = {}): Reservation {
  return {
    orderId: 'ord_1',
    attempt: 1,
    state: 'CONFIRMED',
    releasedBecause: null,
    expiresAt: null,
    lines: [line('a', 'north', 2), line('a', 'south', 1), line('b', 'south', 1, 'OPEN')],
    returned: [],
    createdAt: new Date(0),
    version: 3,
    ...more,
  };
}

describe('goods that come back', () => {
  test('go to the warehouses that had sent them', () => {
    expect(takeBack(order(), 'afs_1', [{ skuId: 'a', quantity: 3 }])).toEqual({
      ok: true,
      value: [
        { afterSaleId: 'afs_1', skuId: 'a', warehouseId: 'north', quantity: 2 },
        { afterSaleId: 'afs_1', skuId: 'a', warehouseId: 'south', quantity: 1 },
      ],
    });
  });

  test('of one case are booked once', () => {
    const returned = [{ afterSaleId: 'afs_1', skuId: 'a', warehouseId: 'north', quantity: 1 }];
    expect(takeBack(order({ returned }), 'afs_1', [{ skuId: 'a', quantity: 1 }])).toEqual({ ok: true, value: [] });
  });

  test('are never more than were sent and are not back yet', () => {
    const returned = [{ afterSaleId: 'afs_1', skuId: 'a', warehouseId: 'north', quantity: 2 }];
    const refusal = { code: 'INVALID_INPUT', path: ['lines', '0', 'quantity'] };
    expect(takeBack(order({ returned }), 'afs_2', [{ skuId: 'a', quantity: 2 }])).toMatchObject({
      refusals: [refusal],
    });
    expect(takeBack(order(), 'afs_2', [{ skuId: 'b', quantity: 1 }])).toMatchObject({ refusals: [refusal] });
  });

  test('of an order that sent nothing are refused', () => {
    const refusals = [{ code: 'NOT_FOUND', path: ['orderId'] }];
    expect(takeBack(null, 'afs_1', [])).toMatchObject({ refusals });
    expect(takeBack(order({ lines: [line('a', 'north', 1, 'OPEN')] }), 'afs_1', [])).toMatchObject({ refusals });
  });
});
