import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeOfferSubject, writeOfferUnit } from '#kit/neighbours/offer-subject.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from './testing/promotion-app.ts';

const db = testDatabase();
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: '2026-06-18T04:00:00.000Z' });
});
afterAll(() => app?.subgraph.stop());

const createPromotion = `mutation ($input: CreatePromotionInput!) {
  createPromotion(input: $input) {
    promotion { id title kind status startsAt endsAt ladder { thresholdAmount { amount } amountOff { amount currency } } budget { limit { amount } spent { amount } } }
    userErrors { __typename code message path }
  }
}`;
const june = { startsAt: '2026-06-01T00:00:00Z', endsAt: '2026-07-01T00:00:00Z' };
const ladder = [{ thresholdAmount: { amount: '100', currency: 'CNY' }, amountOff: { amount: '10', currency: 'CNY' } }];

describe('the promotion subgraph', () => {
  test('lets staff create a promotion that runs at once', async () => {
    const input = {
      title: '满100减10',
      titleEn: '10 off 100',
      kind: 'AMOUNT_OFF_LADDER',
      ...june,
      ladder,
      budget: { amount: '500', currency: 'CNY' },
    };
    const { data, errors } = await app.ask(createPromotion, { input }, staffViewer);
    expect(errors).toBeUndefined();
    expect(data.createPromotion).toEqual({
      promotion: {
        id: expect.stringMatching(/^prm_/),
        title: '10 off 100',
        kind: 'AMOUNT_OFF_LADDER',
        status: 'RUNNING',
        startsAt: '2026-06-01T00:00:00.000Z',
        endsAt: '2026-07-01T00:00:00.000Z',
        ladder: [{ thresholdAmount: { amount: '100.00' }, amountOff: { amount: '10.00', currency: 'CNY' } }],
        budget: { limit: { amount: '500.00' }, spent: { amount: '0.00' } },
      },
      userErrors: [],
    });
  });

  test.each([
    ['a guest', guestViewer, 'UNAUTHENTICATED'],
    ['a member', memberViewer('mbr_1'), 'FORBIDDEN'],
  ])('refuses it to %s before anything is read', async (_, viewer, code) => {
    app.commands.length = 0;
    const { errors } = await app.ask(createPromotion, { input: { title: 'x', kind: 'TIMED_PRICE', ...june } }, viewer);
    expect(errors?.map((error) => error.extensions.code)).toEqual([code]);
    expect(app.commands).toEqual([]);
  });

  test('answers a reference to a promotion and the best offer of a SKU', async () => {
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) {
        ... on Sku { id bestOffer { price { amount } endsAt promotion { title } flashSale { id } } }
        ... on Product { id promotions { title } }
      }
    }`;
    const subject = { productId: 'prd_1', brandId: 'brd_1', categorySlugs: ['tea'], skuIds: ['sku_1'] };
    const timed = {
      title: '限时',
      kind: 'TIMED_PRICE',
      ...june,
      scope: { categorySlugs: ['tea'] },
      ladder: [{ percentOff: '12.5' }],
    };
    const { data: created } = await app.ask(createPromotion, { input: timed }, staffViewer);
    expect(created.createPromotion.userErrors).toEqual([]);
    const representations = [
      {
        __typename: 'Sku',
        id: 'sku_1',
        offerUnit: writeOfferUnit({ ...subject, priceMinor: 8_000, floorMinor: 0, currency: 'CNY' }),
      },
      { __typename: 'Sku', id: 'sku_2', offerUnit: null },
      { __typename: 'Product', id: 'prd_1', offerSubject: writeOfferSubject(subject) },
    ];
    const { data, errors } = await app.ask(query, { representations }, guestViewer);
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      {
        id: 'sku_1',
        bestOffer: {
          price: { amount: '70.00' },
          endsAt: '2026-07-01T00:00:00.000Z',
          promotion: { title: '限时' },
          flashSale: null,
        },
      },
      { id: 'sku_2', bestOffer: null },
      { id: 'prd_1', promotions: [{ title: '10 off 100' }, { title: '限时' }] },
    ]);
  });
});
