import { describe, expect, test } from '@jest/globals';
import { brokenOf, Promises, type KeptOrder } from './promises.ts';

const told = { id: 'ord_1', number: '26112300001', totalMinor: 4_900 };
const kept: KeptOrder = {
  _id: 'ord_1',
  number: '26112300001',
  totalMinor: 4_900,
  paidMinor: 4_900,
  refundedMinor: 0,
  status: 'PAID',
  visible: true,
};
const promised = () => new Promises().placed(told);

describe('a promise', () => {
  test('is kept by the order that was acknowledged', () => {
    expect(brokenOf({ ...promised(), status: 'PAID' }, kept)).toEqual([]);
  });

  test.each([
    ['the order is gone', {}, undefined, 'ord_1 was acknowledged and is gone'],
    ['it is only a draft', {}, { visible: false }, 'ord_1 was acknowledged and is gone'],
    ['it has another number', {}, { number: '7' }, 'ord_1 was 26112300001 and is 7'],
    ['it costs something else', {}, { totalMinor: 5_000 }, 'ord_1 cost 4900 and costs 5000'],
    ['it was paid and is not', { status: 'PAID' }, { status: 'CLOSED' }, 'ord_1 was paid and is CLOSED'],
    ['it was cancelled and is not', { status: 'CANCELLED' }, {}, 'ord_1 was cancelled and is PAID'],
    [
      'its money did not go back',
      { status: 'CANCELLED' },
      { status: 'CANCELLED', refundedMinor: 4_000 },
      'ord_1 was cancelled; 4900 were paid and 4000 went back',
    ],
  ] as const)('is broken when %s', (_, more, change, line) => {
    const order = change === undefined ? undefined : { ...kept, ...change };
    expect(brokenOf({ ...promised(), ...more }, order)).toEqual([line]);
  });

  test('to somebody who wanted to cancel may end either way', () => {
    const promise = { ...promised(), status: 'PAID', wantsToCancel: true } as const;
    expect(brokenOf(promise, { ...kept, status: 'CANCELLED', refundedMinor: 4_900 })).toEqual([]);
    expect(brokenOf(promise, kept)).toEqual([]);
  });

  test('of an order that was to be changed is kept by its old total and by the new one, until the change is acknowledged', () => {
    const promise = { ...promised(), orElseMinor: 5_300 };
    expect([brokenOf(promise, kept), brokenOf(promise, { ...kept, totalMinor: 5_300 })]).toEqual([[], []]);
    expect(brokenOf(promise, { ...kept, totalMinor: 5_400 })).toEqual(['ord_1 cost 4900 and costs 5400']);
    expect(brokenOf({ ...promise, totalMinor: 5_300, orElseMinor: null }, kept)).toEqual([
      'ord_1 cost 5300 and costs 4900',
    ]);
  });

  test('that is repeated must say the same', () => {
    const promises = new Promises();
    promises.placed(told);
    promises.placed(told);
    expect(promises.all()).toHaveLength(1);
    expect(() => promises.placed({ ...told, totalMinor: 1 })).toThrow('was 26112300001 of 4900');
  });
});
