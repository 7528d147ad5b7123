import { describe, expect, test } from '@jest/globals';
import { packInto, type PackedParcel } from './parcels.ts';

const contents = [
  { skuId: 'a', quantity: 2 },
  { skuId: 'b', quantity: 1 },
  { skuId: 'a', quantity: 1 },
];
const a = (quantity: number) => ({ skuId: 'a', quantity });
const b = { skuId: 'b', quantity: 1 };
const parcel = (lines: PackedParcel['lines'], weightGrams = 500): PackedParcel => ({ weightGrams, lines });

describe('packing', () => {
  test('without parcels makes one with everything, unweighed', () => {
    expect(packInto(contents, null)).toMatchObject({ ok: true, value: [{ weightGrams: null, lines: [a(3), b] }] });
  });

  test('into one weighed parcel needs no lines', () => {
    expect(packInto(contents, [parcel(null)])).toMatchObject({ value: [{ weightGrams: 500, lines: [a(3), b] }] });
  });

  test('into several parcels keeps what each holds', () => {
    const outcome = packInto(contents, [parcel([a(1), b]), parcel([a(1), a(1)], 70)]);
    expect(outcome).toMatchObject({ value: [{ lines: [a(1), b] }, { weightGrams: 70, lines: [a(2)] }] });
  });

  test.each([
    ['a piece is missing', [parcel([a(2), b])], ['parcels']],
    ['there is a piece too many', [parcel([a(4), b])], ['parcels']],
    ['something foreign is in it', [parcel([a(3), b, { skuId: 'c', quantity: 1 }])], ['parcels']],
    ['there is no parcel', [], ['parcels']],
    ['there are too many parcels', Array.from({ length: 51 }, () => parcel([a(1)])), ['parcels']],
    ['one of several parcels says nothing', [parcel([a(3), b]), parcel(null)], ['parcels', '1', 'lines']],
    ['a parcel weighs nothing', [parcel(null, 0)], ['parcels', '0', 'weightGrams']],
    ['a parcel weighs more than a ton', [parcel(null, 1_000_001)], ['parcels', '0', 'weightGrams']],
    ['a quantity is 0', [parcel([a(3), { ...b, quantity: 0 }])], ['parcels', '0', 'lines', '1', 'quantity']],
    ['a quantity is negative', [parcel([a(4), a(-1), b])], ['parcels', '0', 'lines', '1', 'quantity']],
  ])('is refused when %s', (_, given, path) => {
    expect(packInto(contents, given)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_INPUT', path }] });
  });
});
