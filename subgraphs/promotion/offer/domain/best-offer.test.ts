import { describe, expect, test } from '@jest/globals';
import type { FlashSaleItem } from '../../flash-sale/domain/flash-sale.ts';
import { everything, guest, line, member, noon, promotion, rung } from '../../quote/domain/examples.ts';
import { bestOffer, rulesForOneUnit, type OfferQuestion } from './best-offer.ts';

const flashItem = (more: Partial<FlashSaleItem> = {}): FlashSaleItem => ({
  _id: 'fsi_1',
  flashSaleId: 'fls_1',
  skuId: 'a',
  priceMinor: 8_000,
  currency: 'CNY',
  quota: 10,
  remaining: 1,
  limitPerMember: null,
  startsAt: new Date(noon.getTime() - 1),
  endsAt: new Date(noon.getTime() + 1),
  channels: [],
  ...more,
});
const ask = ({ promotions = [], ...more }: Partial<OfferQuestion>) =>
  bestOffer({
    unit: line('a', 10_000),
    currency: 'CNY',
    shopper: guest,
    promotions: rulesForOneUnit(promotions),
    flashItems: [],
    at: noon,
    ...more,
  });
const timed = (id: string, amount: number) => promotion(id, { kind: 'TIMED_PRICE', ladder: [rung(null, { amount })] });

describe('the best offer of a SKU', () => {
  test('is none when nothing reduces its price', () => {
    expect(ask({})).toBeNull();
    expect(ask({ promotions: [promotion('with a threshold')] })).toBeNull();
    expect(ask({ promotions: [promotion('parcel', { kind: 'FREE_SHIPPING', ladder: [] })] })).toBeNull();
  });

  test('joins what a quote would join, names what takes most off, and ends with the first to end', () => {
    const soon = new Date(noon.getTime() + 1_000);
    const ladder = promotion('ladder', { ladder: [rung(null, { amount: 300 })], endsAt: soon });
    expect(ask({ promotions: [timed('timed', 1_000), ladder] })).toEqual({
      priceMinor: 8_700,
      currency: 'CNY',
      endsAt: soon,
      promotionId: 'timed',
      flashSaleId: null,
    });
  });

  test('uses the rungs of a ladder that one unit reaches without a threshold', () => {
    const ladder = [rung(null, { amount: 100 }), rung(10_000, { amount: 900 })];
    expect(ask({ promotions: [promotion('ladder', { ladder })] })?.priceMinor).toBe(9_900);
  });

  test('is for the shopper who asks', () => {
    const forTier = { ...timed('tier', 1_000), scope: { ...everything, tierLevels: [1] } };
    expect(ask({ promotions: [forTier] })).toBeNull();
    expect(ask({ promotions: [forTier], shopper: member })?.priceMinor).toBe(9_000);
  });

  test('is a flash sale when that is cheaper, and a promotion at the same price', () => {
    expect(ask({ flashItems: [flashItem()], promotions: [timed('timed', 1_999)] })).toMatchObject({
      priceMinor: 8_000,
      promotionId: null,
      flashSaleId: 'fls_1',
    });
    expect(ask({ flashItems: [flashItem()], promotions: [timed('timed', 2_000)] })).toMatchObject({
      promotionId: 'timed',
    });
  });

  test.each<[string, Partial<FlashSaleItem>]>([
    ['sold out', { remaining: 0 }],
    ['over', { endsAt: noon }],
    ['still to come', { startsAt: new Date(noon.getTime() + 1) }],
    ['held elsewhere', { channels: ['app'] }],
    ['dearer', { priceMinor: 10_000 }],
    ['in another currency', { currency: 'USD' }],
  ])('is not a flash sale that is %s', (_, more) => {
    expect(ask({ flashItems: [flashItem(more)] })).toBeNull();
  });
});
