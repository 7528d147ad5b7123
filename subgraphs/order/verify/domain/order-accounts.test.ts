import { describe, expect, test } from '@jest/globals';
import type { StoredStatus } from '../../order/domain/order-states.ts';
import { brokenPath } from './order-accounts.ts';

const path = (status: StoredStatus, ...states: StoredStatus[]) =>
  brokenPath({
    status,
    timeline: states.map((state) => ({ at: new Date(0), status: state, actor: 'system', note: null })),
  });

describe('the path of an order', () => {
  test('is sound when every state was reached by an allowed move, notes between them or not', () => {
    expect(path('PLACING')).toBe('');
    expect(path('PAID', 'PENDING_PAYMENT', 'PAID', 'PAID')).toBe('');
    expect(path('COMPLETED', 'PENDING_PAYMENT', 'PAID', 'SHIPPED', 'DELIVERED', 'COMPLETED')).toBe('');
    expect(path('CLOSED', 'PENDING_PAYMENT', 'CLOSED')).toBe('');
  });

  test('is broken by a move that nobody may make', () => {
    expect(path('PAID', 'PENDING_PAYMENT', 'CANCELLED', 'PAID')).toBe('CANCELLED -> PAID');
    expect(path('SHIPPED', 'PENDING_PAYMENT', 'SHIPPED')).toBe('PENDING_PAYMENT -> SHIPPED');
    expect(path('PAID', 'PAID')).toBe('PLACING -> PAID');
  });

  test('is broken when a move left no entry', () => {
    expect(path('PAID', 'PENDING_PAYMENT')).toBe('ends PENDING_PAYMENT, stands PAID');
    expect(path('CANCELLED')).toBe('ends PLACING, stands CANCELLED');
  });
});
