import { describe, expect, test } from '@jest/globals';
import { inAHurry, subscribersOf, type EventPayload } from './events.ts';

const paid: EventPayload<'order.paid'> = {
  orderId: 'ord_1',
  number: '2026112312345678',
  memberId: 'mbr_1',
  channel: 'web',
  region: '上海市',
  currency: 'CNY',
  totalMinor: 2790,
  goodsMinor: 1990,
  pointsSpent: 0,
  lines: [],
  paidAt: '2026-11-23T08:00:00.000Z',
};
const toldOf = (held?: EventPayload<'order.paid'>['held']) =>
  subscribersOf({ name: 'order.paid', payload: { ...paid, ...(held && { held }) } });

describe('who is told of an event', () => {
  test('is everybody who listens to it', () => {
    expect(subscribersOf({ name: 'order.held', payload: { orderId: 'ord_1', onHold: true } })).toEqual(['logistics']);
  });

  test('is, of a paid order, only who holds something for it', () => {
    expect(toldOf([])).toEqual(['product', 'logistics']);
    expect(toldOf(['BENEFITS'])).toEqual(['product', 'promotion', 'logistics']);
    expect(toldOf(['POINTS'])).toEqual(['product', 'member', 'logistics']);
    expect(toldOf(['BENEFITS', 'POINTS'])).toEqual(['product', 'promotion', 'member', 'logistics']);
  });

  test('is everybody when the order doesn’t say what was held', () => {
    expect(toldOf()).toEqual(['product', 'promotion', 'member', 'logistics']);
  });
});

describe('who is in a hurry for an event', () => {
  test('is who does more than count it or note it', () => {
    expect(inAHurry('order.paid', ['product', 'logistics', 'member'])).toEqual(['logistics', 'member']);
    expect(inAHurry('fulfillment.allocated', ['order'])).toEqual([]);
    expect(inAHurry('order.cancelled', ['promotion', 'logistics'])).toEqual(['promotion', 'logistics']);
  });
});
