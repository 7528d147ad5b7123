import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeOfferSubject, writeOfferUnit } from '#kit/neighbours/offer-subject.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import { aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, lockOf } from '../testing/orders.ts';
import { guestViewer, memberViewer, startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
let app: PromotionApp;
/** Applies to SKU `tea` on the website only, so that the other tests' carts see nothing of it. */
let teaPromotion: string;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon });
  const scope = { skuIds: ['tea'], channels: ['web'] };
  teaPromotion = await aPromotion(app, { titleEn: 'Tea week', scope, perMemberLimit: 1 });
});
afterAll(() => app?.subgraph.stop());

const lineOf = (skuId: string, unitPriceMinor = 10_000, quantity = 1) => ({
  lineId: `line of ${skuId}`,
  skuId,
  productId: `product of ${skuId}`,
  brandId: null,
  categorySlugs: [],
  quantity,
  unitPriceMinor,
});

const quote = (more: Record<string, unknown> = {}, locale: 'zh-CN' | 'en' = 'en') =>
  app.operate(
    'quote',
    {
      channel: 'web',
      currency: 'CNY',
      memberId: 'mbr_1',
      tierLevel: 1,
      lines: [lineOf('cup')],
      couponIds: [],
      couponCodes: [],
      points: { requested: 0, balance: 0 },
      freightMinor: 800,
      ...more,
    },
    systemViewer('order', { locale }),
  );

async function claim(templateId: string, memberId = 'mbr_1'): Promise<string> {
  const mutation = 'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { coupon { id } } }';
  return (await app.ask(mutation, { input: { templateId } }, memberViewer(memberId))).data.claimCoupon.coupon.id;
}

describe('a quote', () => {
  test('explains its price in the shopper’s language', async () => {
    const { lines, ...facts } = await quote({ lines: [lineOf('tea', 12_000)] });
    expect(lines).toEqual([
      {
        lineId: 'line of tea',
        skuId: 'tea',
        quantity: 1,
        unitPriceMinor: 12_000,
        totalMinor: 11_000,
        steps: [
          { kind: 'CHANNEL_PRICE', label: 'Price', promotionId: null, beforeMinor: 12_000, afterMinor: 12_000 },
          {
            kind: 'AMOUNT_OFF_LADDER',
            label: 'Tea week',
            promotionId: teaPromotion,
            beforeMinor: 12_000,
            afterMinor: 11_000,
          },
        ],
      },
    ]);
    expect(facts).toEqual({
      currency: 'CNY',
      subtotalMinor: 12_000,
      discountMinor: 1_000,
      freightMinor: 800,
      totalMinor: 11_800,
      rejected: [],
      benefits: { promotions: [{ promotionId: teaPromotion, amountMinor: 1_000 }], coupons: [] },
      points: { spendable: 0, spent: 0, discountMinor: 0, earned: 110 },
    });
    const inChinese = await quote({ lines: [lineOf('tea', 9_901)] }, 'zh-CN');
    expect(inChinese.rejected).toEqual([
      {
        promotionId: teaPromotion,
        code: teaPromotion,
        reason: 'THRESHOLD_NOT_REACHED',
        missingMinor: 99,
        message: '满100减10：再买 0.99 CNY 可用。',
      },
    ]);
  });

  test('knows how often the member has used a promotion', async () => {
    const promotions = [{ promotionId: teaPromotion, amountMinor: 1_000 }];
    await app.operate('lockBenefits', lockOf(anOrderId(), { memberId: 'mbr_heavy', promotions }));
    const reasons = async (memberId: string | null) =>
      (await quote({ memberId, lines: [lineOf('tea')] })).rejected.map(({ reason }: { reason: string }) => reason);
    expect(await reasons('mbr_heavy')).toEqual(['MEMBER_LIMIT_REACHED']);
    expect(await reasons('mbr_light')).toEqual([]);
    expect(await reasons(null)).toEqual(['SIGN_IN_REQUIRED']);
  });

  test('applies a chosen coupon, and says of every other why not', async () => {
    const own = await claim(await aTemplate(app));
    const foreign = await claim(await aTemplate(app), 'mbr_2');
    const facts = await quote({ couponIds: [own, foreign, 'cpn_unknown'] });
    expect(facts.benefits.coupons).toEqual([{ templateId: expect.any(String), couponId: own, amountMinor: 500 }]);
    const coupons = facts.rejected.filter(({ promotionId }: { promotionId: string | null }) => promotionId === null);
    expect(coupons).toEqual([
      {
        promotionId: null,
        code: foreign,
        reason: 'NOT_FOUND',
        missingMinor: null,
        message: 'There is no such coupon.',
      },
      {
        promotionId: null,
        code: 'cpn_unknown',
        reason: 'NOT_FOUND',
        missingMinor: null,
        message: 'There is no such coupon.',
      },
    ]);
  });

  test('chooses the best of the member’s own coupons when told to', async () => {
    const best = await claim(await aTemplate(app, { amountOff: yuan('30') }), 'mbr_rich');
    await claim(await aTemplate(app, { amountOff: yuan('20') }), 'mbr_rich');
    const facts = await quote({ memberId: 'mbr_rich', couponIds: null });
    expect(facts.benefits.coupons).toMatchObject([{ couponId: best, amountMinor: 3_000 }]);
    expect((await quote({ memberId: 'mbr_rich', couponIds: [] })).benefits.coupons).toEqual([]);
  });

  test('takes a code that the member could claim, and the claimed coupon once there is one', async () => {
    const templateId = await aTemplate(app, { code: 'JUNE', threshold: yuan('50') });
    const byCode = { couponCodes: [' june ', 'JUNE', 'nope'] };
    const before = await quote(byCode);
    expect(before.benefits.coupons).toEqual([{ templateId, couponId: null, amountMinor: 500 }]);
    expect(before.rejected).toContainEqual(
      expect.objectContaining({ promotionId: null, code: 'NOPE', reason: 'NOT_FOUND' }),
    );
    const couponId = await claim(templateId);
    expect((await quote(byCode)).benefits.coupons).toEqual([{ templateId, couponId, amountMinor: 500 }]);
    expect((await quote({ ...byCode, lines: [lineOf('cup', 4_900)] })).rejected).toContainEqual(
      expect.objectContaining({ code: 'JUNE', reason: 'THRESHOLD_NOT_REACHED', missingMinor: 100 }),
    );
    expect((await quote({ ...byCode, memberId: null })).rejected).toContainEqual(
      expect.objectContaining({ code: 'JUNE', reason: 'SIGN_IN_REQUIRED' }),
    );
  });

  test('reads each kind of document at most once and writes nothing', async () => {
    const ids = [await claim(await aTemplate(app), 'mbr_3'), await claim(await aTemplate(app), 'mbr_3')];
    app.commands.length = 0;
    await quote({
      memberId: 'mbr_3',
      couponIds: ids,
      lines: Array.from({ length: 50 }, (_, index) => lineOf(`s${index}`)),
    });
    expect(app.commands.map(({ collection, command }) => `${command} ${collection}`).sort()).toEqual([
      'find couponTemplates',
      'find coupons',
      'find promotionMemberUses',
      'find promotions',
    ]);
  });

  test('doesn’t ask how often a promotion was used by somebody whom it isn’t for', async () => {
    app.commands.length = 0;
    const { rejected } = await quote({ channel: 'app', lines: [lineOf('tea')] });
    expect(rejected).toMatchObject([{ promotionId: teaPromotion }]);
    expect(app.commands.map(({ command, collection }) => `${command} ${collection}`)).toEqual(['find promotions']);
  });
});

describe('checking a coupon code', () => {
  const check = (code: string, memberId: string | null = 'mbr_1', channel = 'web') =>
    app.operate('checkCouponCode', { code, memberId, channel });
  const codesOf = async (answer: Promise<{ refusals?: { code: string }[] }>) =>
    (await answer).refusals?.map(({ code }) => code);

  test('finds it however it is written, for guests too', async () => {
    const templateId = await aTemplate(app, { code: 'WELCOME' });
    expect(await check(' welcome')).toEqual({ ok: true, value: { templateId, code: 'WELCOME' } });
    expect(await check('WELCOME', null)).toMatchObject({ ok: true });
  });

  test('refuses an unknown one and one of another channel alike', async () => {
    await aTemplate(app, { code: 'APP-ONLY', scope: { channels: ['app'] } });
    expect(await codesOf(check('APP-ONLY'))).toEqual(['COUPON_NOT_FOUND']);
    expect(await check('APP-ONLY')).toEqual(await check('UNKNOWN'));
    expect(await check('APP-ONLY', 'mbr_1', 'app')).toMatchObject({ ok: true });
  });

  test('refuses one whose time is over', async () => {
    await aTemplate(app, { code: 'SHORT', endsAt: '2026-06-18T05:00:00.000Z' });
    app.clock.set('2026-06-18T05:00:00.000Z');
    expect(await codesOf(check('SHORT'))).toEqual(['COUPON_EXPIRED']);
    app.clock.set(noon);
  });

  test('refuses one that is taken, unless the member has it', async () => {
    const templateId = await aTemplate(app, { code: 'LAST', totalLimit: 1 });
    const couponId = await claim(templateId, 'mbr_2');
    expect(await codesOf(check('LAST'))).toEqual(['COUPON_USED_UP']);
    expect(await check('LAST', 'mbr_2')).toMatchObject({ ok: true });
    await app.operate(
      'lockBenefits',
      lockOf(anOrderId(), { memberId: 'mbr_2', coupons: [{ templateId, couponId, amountMinor: 500 }] }),
    );
    expect(await codesOf(check('LAST', 'mbr_2'))).toEqual(['COUPON_USED_UP']);
  });
});

describe('a storefront page of 20 products and 70 SKUs', () => {
  test('costs one query for promotions, one for flash sales and none a SKU', async () => {
    const place = { brandId: 'brd_1', categorySlugs: ['cups'] };
    await aPromotion(app, { kind: 'TIMED_PRICE', ladder: [{ percentOff: '10' }], scope: { categorySlugs: ['cups'] } });
    const skus = Array.from({ length: 70 }, (_, index) => ({
      __typename: 'Sku',
      id: `sku_${index}`,
      offerUnit: writeOfferUnit({
        ...{ productId: `prd_${index % 20}`, skuIds: [`sku_${index}`], ...place },
        ...{ priceMinor: 1_000, floorMinor: 0, currency: 'CNY' },
      }),
    }));
    const products = Array.from({ length: 20 }, (_, index) => ({
      __typename: 'Product',
      id: `prd_${index}`,
      offerSubject: writeOfferSubject({ productId: `prd_${index}`, skuIds: [`sku_${index}`], ...place }),
    }));
    app.commands.length = 0;
    const { data, errors } = await app.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) {
        ... on Sku { bestOffer { price { amount currency } promotion { id title kind } flashSale { id } } }
        ... on Product { promotions { id title kind } }
      } }`,
      { representations: [...skus, ...products] },
      guestViewer,
    );
    expect(errors).toBeUndefined();
    expect(data._entities[0].bestOffer.price).toEqual({ amount: '9.00', currency: 'CNY' });
    expect(data._entities[89].promotions).toHaveLength(1);
    expect(app.commands.map(({ collection, command }) => `${command} ${collection}`).sort()).toEqual([
      'find flashSaleItems',
      'find promotions',
    ]);
  });
});
