import { describe, expect, test } from '@jest/globals';
import { discrepanciesOf, type StockBooks } from './stock-discrepancies.ts';

const place = { warehouseId: 'w', skuId: 's' };

function books(more: Partial<StockBooks> = {}): StockBooks {
  return {
    levels: [{ ...place, onHand: 10, reserved: 3, damaged: 2, safety: 1, available: 4, bin: 'A-01-01' }],
    movedOnHand: [{ ...place, units: 10 }],
    movedDamaged: [{ ...place, units: 2 }],
    openReservations: [{ ...place, units: 3 }],
    totals: new Map([['s', 4]]),
    ...more,
  };
}

describe('the stock books', () => {
  test('agree', () => {
    expect(discrepanciesOf(books())).toEqual([]);
  });

  test.each([
    ['the ledger misses a movement', { movedOnHand: [{ ...place, units: 9 }] }, 'onHand = sum of movements', 9, 10],
    ['damage was not booked', { movedDamaged: [] }, 'damaged = sum of movements', 0, 2],
    [
      'a reservation was given back twice',
      { openReservations: [{ ...place, units: 4 }] },
      'reserved = sum of open reservations',
      4,
      3,
    ],
    ['the total was not moved', { totals: new Map([['s', 5]]) }, 'total = sum of available', 4, 5],
  ])('disagree when %s', (_, wrong, rule, expected, found) => {
    expect(discrepanciesOf(books(wrong))).toMatchObject([{ rule, expected, found }]);
  });

  test('disagree when something is reserved that no warehouse has', () => {
    const nowhere = { warehouseId: 'x', skuId: 's', units: 1 };
    const wrong = books({ openReservations: [{ ...place, units: 3 }, nowhere] });
    expect(discrepanciesOf(wrong)).toMatchObject([{ place: 'x:s', expected: 1, found: 0 }]);
  });

  test('disagree when more was sold than is there', () => {
    const oversold = { ...place, onHand: 1, reserved: 2, damaged: 0, safety: 0, available: -1, bin: 'A-01-01' };
    const wrong = books({
      levels: [oversold],
      movedOnHand: [{ ...place, units: 1 }],
      movedDamaged: [],
      openReservations: [{ ...place, units: 2 }],
      totals: new Map([['s', -1]]),
    });
    expect(discrepanciesOf(wrong)).toMatchObject([{ rule: 'available >= 0', expected: 0, found: -1 }]);
  });
});
