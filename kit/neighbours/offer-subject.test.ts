import { expect, test } from '@jest/globals';
import { readOfferSubject, readOfferUnit, writeOfferSubject, writeOfferUnit } from './offer-subject.ts';

const cup = {
  productId: 'prd_cup',
  brandId: 'brd_1',
  categorySlugs: ['home', 'cups, mugs'],
  skuIds: ['sku_1', 'sku_2'],
};

test('what product tells of goods is what promotion reads', () => {
  expect(readOfferSubject(writeOfferSubject(cup))).toEqual(cup);
  const bare = { productId: 'prd_bare', brandId: null, categorySlugs: [], skuIds: [] };
  expect(readOfferSubject(writeOfferSubject(bare))).toEqual(bare);
  const unit = { ...cup, skuIds: ['sku_1'], priceMinor: 1_990, floorMinor: 1_200, currency: 'CNY' };
  expect(readOfferUnit(writeOfferUnit(unit))).toEqual(unit);
  // As product wrote it before there were floors.
  const earlier = writeOfferUnit(unit).split('\u001e').slice(0, -1).join('\u001e');
  expect(readOfferUnit(earlier)).toEqual({ ...unit, floorMinor: 0 });
});

test('a unit without a price is none', () => {
  expect(() => readOfferUnit(writeOfferSubject(cup))).toThrow(RangeError);
});
