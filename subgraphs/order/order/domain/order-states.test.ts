import { describe, expect, test } from '@jest/globals';
import {
  mayMove,
  orderStatuses,
  transitions,
  unreachable,
  type StoredStatus,
  type TransitionName,
} from './order-states.ts';

const all: readonly StoredStatus[] = ['PLACING', 'ABANDONED', ...orderStatuses];

describe('the states of an order', () => {
  test('can all be reached from placing, and no move starts where nobody comes', () => {
    expect(unreachable(transitions, 'PLACING', all)).toEqual({ states: [], transitions: [] });
  });

  test('a table with an island is found out', () => {
    const broken = { go: { from: ['PLACING'], to: 'PAID' }, lost: { from: ['CLOSED'], to: 'COMPLETED' } } as const;
    expect(unreachable(broken, 'PLACING', ['PLACING', 'PAID', 'CLOSED', 'COMPLETED'])).toEqual({
      states: ['CLOSED', 'COMPLETED'],
      transitions: ['lost'],
    });
  });

  test('nothing leaves an end', () => {
    const leaving = (status: StoredStatus) =>
      (Object.keys(transitions) as TransitionName[]).filter((name) => mayMove(status, name));
    expect(leaving('CANCELLED')).toEqual([]);
    expect(leaving('CLOSED')).toEqual(['payLate']);
    expect(leaving('COMPLETED')).toEqual([]);
    expect(leaving('ABANDONED')).toEqual([]);
  });

  test('a paid order is out of reach of the unpaid timer, and a closed one of a payment', () => {
    expect(mayMove('PAID', 'close')).toBe(false);
    expect(mayMove('CLOSED', 'pay')).toBe(false);
    expect(mayMove('CANCELLED', 'pay')).toBe(false);
    expect(mayMove('SHIPPED', 'cancelPaid')).toBe(false);
  });
});
