import { describe, expect, test } from '@jest/globals';
import { inFeedOrder, type OrderChangeRow } from './order-change.ts';

const row = (_id: string, orderId: string, moves: number): OrderChangeRow => ({
  _id,
  orderId,
  moves,
  at: new Date(0),
  number: '1',
  status: 'PAID',
  partnerId: null,
  external: null,
});

describe('the order of changes in the feed', () => {
  test('is that of writing', () => {
    const rows = [row('2', 'b', 1), row('1', 'a', 1), row('3', 'c', 1)];
    expect(inFeedOrder(rows).map(({ _id }) => _id)).toEqual(['1', '2', '3']);
  });

  test('never swaps two changes of one order, even if a slow clock named the later one first', () => {
    const rows = [row('1', 'a', 3), row('2', 'b', 1), row('3', 'a', 2)];
    expect(inFeedOrder(rows).map(({ orderId, moves }) => [orderId, moves])).toEqual([
      ['a', 2],
      ['b', 1],
      ['a', 3],
    ]);
  });
});
