import { staffViewer, type PromotionApp } from './promotion-app.ts';

/** Offers for tests, created the way staff create them: running in June 2026, for everybody and everything. */

export const june = { startsAt: '2026-06-01T00:00:00.000Z', endsAt: '2026-07-01T00:00:00.000Z' };

/** An amount of CNY as input. */
export function yuan(amount: string) {
  return { amount, currency: 'CNY' };
}

/** Creates a promotion (¥10 off from ¥100 unless told otherwise); its id. */
export async function aPromotion(app: PromotionApp, more: Record<string, unknown> = {}): Promise<string> {
  const ladder = [{ thresholdAmount: yuan('100'), amountOff: yuan('10') }];
  const input = { title: '满100减10', kind: 'AMOUNT_OFF_LADDER', ...june, ladder, ...more };
  const { promotion } = await created(
    app,
    'mutation ($input: CreatePromotionInput!) { payload: createPromotion(input: $input) { promotion { id } userErrors { code path } } }',
    input,
  );
  return promotion.id;
}

/** Creates a coupon template (¥5 off anything unless told otherwise); its id. */
export async function aTemplate(app: PromotionApp, more: Record<string, unknown> = {}): Promise<string> {
  const input = { title: '五元券', ...june, amountOff: yuan('5'), ...more };
  const { template } = await created(
    app,
    'mutation ($input: CreateCouponTemplateInput!) { payload: createCouponTemplate(input: $input) { template { id } userErrors { code path } } }',
    input,
  );
  return template.id;
}

/** Creates a flash sale of one SKU (¥1 each, 10 pieces unless told otherwise); the id of its item. */
export async function aFlashItem(
  app: PromotionApp,
  item: Record<string, unknown> = {},
  sale: Record<string, unknown> = {},
): Promise<string> {
  const input = { title: '秒杀', ...june, items: [{ skuId: 'sku_1', price: yuan('1'), quota: 10, ...item }], ...sale };
  const { flashSale } = await created(
    app,
    'mutation ($input: CreateFlashSaleInput!) { payload: createFlashSale(input: $input) { flashSale { items { id } } userErrors { code path } } }',
    input,
  );
  return flashSale.items[0].id;
}

async function created(app: PromotionApp, query: string, input: Record<string, unknown>) {
  const { data, errors } = await app.ask(query, { input }, staffViewer);
  const problems = errors ?? data.payload.userErrors;
  if (problems.length > 0) throw new Error(`not created: ${JSON.stringify(problems)}`);
  return data.payload;
}
