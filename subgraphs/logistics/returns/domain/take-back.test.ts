import { describe, expect, test } from '@jest/globals';
import type { Reservation } from '../../reservation/domain/reservation.ts';
import { takeBack } from './take-back.ts';

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

const receipt = (skuId: string, restocked: number, writtenOff = 0, receiptId = 'rcp_1') => ({
  afterSaleId: 'afs_1',
  receiptId,
  lines: [{ skuId, restocked, writtenOff }],
});
const back = (warehouseId: string, quantity: number, writtenOff = 0, receiptId = 'rcp_1') => ({
  afterSaleId: 'afs_1',
  receiptId,
  skuId: 'a',
  warehouseId,
  quantity,
  writtenOff,
});

describe('goods that come back', () => {
  test('go to the warehouses that had sent them, those that were written off last', () => {
    expect(takeBack(order(), receipt('a', 1, 2))).toEqual({
      ok: true,
      value: [{ ...back('north', 2, 1) }, { ...back('south', 1, 1) }],
    });
  });

  test('of one receipt are booked once', () => {
    expect(takeBack(order({ returned: [back('north', 1)] }), receipt('a', 1))).toEqual({ ok: true, value: [] });
  });

  test('are never more than were sent and are not back yet', () => {
    const refusal = { code: 'INVALID_INPUT', path: ['lines', '0'] };
    const again = receipt('a', 1, 1, 'rcp_2');
    expect(takeBack(order({ returned: [back('north', 2)] }), again)).toMatchObject({ refusals: [refusal] });
    expect(takeBack(order(), receipt('b', 1))).toMatchObject({ refusals: [refusal] });
  });

  test('of an order that sent nothing are refused', () => {
    const refusals = [{ code: 'NOT_FOUND', path: ['orderId'] }];
    expect(takeBack(null, receipt('a', 1))).toMatchObject({ refusals });
    expect(takeBack(order({ lines: [line('a', 'north', 1, 'OPEN')] }), receipt('a', 1))).toMatchObject({ refusals });
  });
});
