import { formatAmount, money } from '#kit/money/money.ts';
import { demoCurrency } from '../catalogue/catalogue.ts';
import { shopPrice } from '../catalogue/prices.ts';
import { claimedByShopper, demoCoupons, demoFlashSale, demoPresale, demoPromotions } from '../marketing/promotions.ts';
import type { LoadedSku } from './load-catalogue.ts';
import type { OnProgress } from './progress.ts';
import { found, memberViewer, type Payload, type Shop, taken } from './shop.ts';

interface Titles {
  readonly nodes: readonly { readonly id: string; readonly title: string }[];
}

const day = 24 * 60 * 60_000;

/** Creates the promotions that aren't there yet; they are known by their titles. */
export async function loadPromotions(shop: Shop, began: Date, onProgress: OnProgress): Promise<void> {
  const wanted = demoPromotions(began);
  const { promotions } = await shop.ask<{ promotions: Titles }>(
    'promotion',
    '{ promotions(first: 100) { nodes { id title } } }',
    {},
  );
  const known = new Set(promotions.nodes.map(({ title }) => title));
  for (const input of wanted.filter(({ title }) => !known.has(title))) {
    const { createPromotion } = await shop.ask<{ createPromotion: Payload }>(
      'promotion',
      'mutation Create($input: CreatePromotionInput!) { createPromotion(input: $input) { userErrors { code message path } } }',
      { input },
    );
    taken(input.title, createPromotion);
  }
  onProgress({ part: 'promotions', done: wanted.length, total: wanted.length });
}

/** Creates the coupons that aren't there yet, and claims some for the demo shopper. */
export async function loadCoupons(shop: Shop, shopperId: string, began: Date, onProgress: OnProgress): Promise<void> {
  const wanted = demoCoupons(began);
  const claimable = await claimableCoupons(shop);
  for (const input of wanted.filter(({ title }) => !claimable.has(title))) {
    const { createCouponTemplate: payload } = await shop.ask<{ createCouponTemplate: Payload }>(
      'promotion',
      'mutation Create($input: CreateCouponTemplateInput!) { createCouponTemplate(input: $input) { userErrors { code message path } } }',
      { input },
    );
    // The list shows no coupons that are given out by code, but no code is given twice.
    if (payload.userErrors[0]?.code !== 'COUPON_CODE_TAKEN') taken(input.title, payload);
  }
  await claimForShopper(shop, shopperId);
  onProgress({ part: 'coupons', done: wanted.length, total: wanted.length });
}

async function claimableCoupons(shop: Shop): Promise<Map<string, string>> {
  const { couponTemplates } = await shop.ask<{ couponTemplates: Titles }>(
    'promotion',
    '{ couponTemplates(first: 100) { nodes { id title } } }',
    {},
    // Coupons of the highest tier are listed for that tier only.
    { ...shop.call.viewer, tierLevel: 3 },
  );
  return new Map(couponTemplates.nodes.map(({ id, title }) => [title, id]));
}

async function claimForShopper(shop: Shop, shopperId: string): Promise<void> {
  const claimable = await claimableCoupons(shop);
  const viewer = memberViewer(shopperId, 'web');
  const { _entities: entities } = await shop.ask<{
    _entities: readonly { coupons: { nodes: readonly { template: { title: string } }[] } }[];
  }>(
    'promotion',
    'query Claimed($of: [_Any!]!) { _entities(representations: $of) { ... on Member { coupons(first: 100) { nodes { template { title } } } } } }',
    { of: [{ __typename: 'Member', id: shopperId }] },
    viewer,
  );
  const claimed = new Set(entities[0]?.coupons.nodes.map(({ template }) => template.title));
  for (const title of claimedByShopper.filter((each) => !claimed.has(each))) {
    const { claimCoupon } = await shop.ask<{ claimCoupon: Payload }>(
      'promotion',
      'mutation Claim($input: ClaimCouponInput!) { claimCoupon(input: $input) { userErrors { code message path } } }',
      { input: { templateId: found(claimable, title) } },
      viewer,
    );
    taken(title, claimCoupon);
  }
}

/** Whether the demo shop's flash sale is open. */
export async function flashSaleIsOpen(shop: Shop): Promise<boolean> {
  const { flashSales } = await shop.ask<{ flashSales: Titles }>(
    'promotion',
    '{ flashSales(first: 100) { nodes { id title } } }',
    {},
  );
  return flashSales.nodes.some(({ title }) => title === demoFlashSale.title);
}

/** Puts the presale on sale unless it is. `lowestPriceOf` is what any channel asks for a SKU at least, fen. */
export async function openPresale(
  shop: Shop,
  skus: ReadonlyMap<string, LoadedSku>,
  lowestPriceOf: (skuCode: string) => number,
  began: Date,
): Promise<void> {
  const { skuCode, days, balanceDays, percent, depositPercent, depositWorthPercent, quota, limitPerMember } =
    demoPresale;
  const { presales } = await shop.ask<{ presales: { nodes: readonly object[] } }>(
    'promotion',
    '{ presales(first: 1) { nodes { id } } }',
    {},
  );
  if (presales.nodes.length > 0) return;
  const fen = shopPrice(Math.round((lowestPriceOf(skuCode) * percent) / 100));
  const share = (of: number) => Math.round((fen * of) / 10_000) * 100;
  const amount = (minor: number) => ({ amount: formatAmount(money(minor, demoCurrency)), currency: demoCurrency });
  const after = (count: number) => new Date(began.getTime() + count * day).toISOString();
  const input = {
    ...{ skuId: found(skus, skuCode).skuId, quota, limitPerMember, ifUnpaid: 'RETURN' },
    ...{ price: amount(fen), deposit: amount(share(depositPercent)), depositWorth: amount(share(depositWorthPercent)) },
    ...{ depositFrom: after(0), depositTo: after(days), balanceFrom: after(days) },
    ...{ balanceTo: after(days + balanceDays), shipsAfter: after(days + balanceDays) },
  };
  const { createPresale } = await shop.ask<{ createPresale: Payload }>(
    'promotion',
    'mutation Open($input: CreatePresaleInput!) { createPresale(input: $input) { userErrors { code message path } } }',
    { input },
  );
  taken('presale', createPresale);
}

/** Opens the flash sale. `lowestPriceOf` is what any channel asks for a SKU at least, fen. */
export async function openFlashSale(
  shop: Shop,
  skus: ReadonlyMap<string, LoadedSku>,
  lowestPriceOf: (skuCode: string) => number,
  began: Date,
): Promise<void> {
  const { title, titleEn, days, items } = demoFlashSale;
  const input = {
    title,
    titleEn,
    startsAt: began.toISOString(),
    endsAt: new Date(began.getTime() + days * day).toISOString(),
    items: items.map(({ skuCode, percent, quota, limitPerMember }) => {
      const price = money(shopPrice(Math.round((lowestPriceOf(skuCode) * percent) / 100)), demoCurrency);
      const { skuId } = found(skus, skuCode);
      return { skuId, price: { amount: formatAmount(price), currency: demoCurrency }, quota, limitPerMember };
    }),
  };
  const { createFlashSale } = await shop.ask<{ createFlashSale: Payload }>(
    'promotion',
    'mutation Open($input: CreateFlashSaleInput!) { createFlashSale(input: $input) { userErrors { code message path } } }',
    { input },
  );
  taken(title, createFlashSale);
}
