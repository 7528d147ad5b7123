import type { Messages, Refusal } from './refusal.ts';

/** The same words in both languages, or one text for both where it is a name or a number. */
export type Wording = string | { readonly en: string; readonly zh: string };

/** Things that are often not found, in words. Anything else is passed as `{ en, zh }`. */
const things = {
  product: { en: 'product', zh: '商品' },
  sku: { en: 'SKU', zh: '规格' },
  supplier: { en: 'supplier', zh: '供应商' },
  category: { en: 'category', zh: '分类' },
  brand: { en: 'brand', zh: '品牌' },
  importJob: { en: 'import', zh: '导入任务' },
  channel: { en: 'channel', zh: '渠道' },
  promotion: { en: 'promotion', zh: '促销活动' },
  couponTemplate: { en: 'coupon template', zh: '优惠券模板' },
  coupon: { en: 'coupon', zh: '优惠券' },
  flashSale: { en: 'flash sale', zh: '秒杀活动' },
  flashSaleItem: { en: 'flash-sale item', zh: '秒杀商品' },
  presale: { en: 'presale', zh: '预售' },
  member: { en: 'member', zh: '会员' },
  address: { en: 'address', zh: '收货地址' },
  cart: { en: 'cart', zh: '购物车' },
  cartLine: { en: 'cart line', zh: '购物车商品' },
  order: { en: 'order', zh: '订单' },
  orderLine: { en: 'order line', zh: '订单商品' },
  payment: { en: 'payment', zh: '支付单' },
  afterSale: { en: 'after-sale case', zh: '售后单' },
  warehouse: { en: 'warehouse', zh: '仓库' },
  fulfillment: { en: 'fulfillment', zh: '发货单' },
  parcel: { en: 'parcel', zh: '包裹' },
  shipment: { en: 'shipment', zh: '运单' },
  carrier: { en: 'carrier', zh: '承运商' },
  region: { en: 'region', zh: '地区' },
} as const;

export type Thing = keyof typeof things;

function inBoth(wording: Wording): { en: string; zh: string } {
  return typeof wording === 'string' ? { en: wording, zh: wording } : wording;
}

/** NOT_FOUND: there is no such thing, or it isn't the caller's: the two look alike on purpose. */
export function notFound(path: readonly string[], what: Thing | { readonly en: string; readonly zh: string }) {
  return {
    type: 'NotFoundError',
    code: 'NOT_FOUND',
    path,
    what: typeof what === 'string' ? things[what] : what,
  } as const satisfies Refusal;
}

/** INVALID_INPUT: the value at `path` can't be used; `reason` is a sentence that says what would be accepted. */
export function invalidInput(path: readonly string[], reason: Wording) {
  return { type: 'InvalidInputError', code: 'INVALID_INPUT', path, reason: inBoth(reason) } as const satisfies Refusal;
}

/** IDEMPOTENCY_CONFLICT: the key was used before with another input. */
export function idempotencyConflict() {
  return {
    type: 'IdempotencyConflictError',
    code: 'IDEMPOTENCY_CONFLICT',
    path: ['idempotencyKey'],
  } as const satisfies Refusal;
}

/** INVALID_STATE: what `path` names is in a state, given in `facts.state`, that doesn't allow this. */
export function invalidState<F extends { readonly state: string }>(path: readonly string[], facts: F) {
  return { ...facts, type: 'InvalidStateError', code: 'INVALID_STATE', path } as const satisfies Refusal;
}

/** CURRENCY_MISMATCH: an amount is in another currency than the channel's or the order's. ISO 4217 codes. */
export function currencyMismatch(path: readonly string[], expected: string, given: string) {
  return {
    type: 'CurrencyMismatchError',
    code: 'CURRENCY_MISMATCH',
    path,
    expectedCurrency: expected,
    givenCurrency: given,
  } as const satisfies Refusal;
}

/** The sentences for the refusals above. */
export const commonMessages: Messages = {
  NOT_FOUND: {
    en: ({ what }: ReturnType<typeof notFound>) => `There is no such ${what.en}.`,
    zh: ({ what }: ReturnType<typeof notFound>) => `找不到该${what.zh}。`,
  },
  INVALID_INPUT: {
    en: ({ reason }: ReturnType<typeof invalidInput>) => reason.en,
    zh: ({ reason }: ReturnType<typeof invalidInput>) => reason.zh,
  },
  IDEMPOTENCY_CONFLICT: {
    en: () => 'This idempotency key was used before with another input. Use a new key for a new request.',
    zh: () => '该幂等键已用于另一份请求内容，新的请求请使用新的幂等键。',
  },
  INVALID_STATE: {
    en: ({ state }: { state: string }) =>
      `This can't be done while the state is ${state}. Reload to see what is possible now.`,
    zh: ({ state }: { state: string }) => `当前状态（${state}）不支持此操作，请刷新后查看可执行的操作。`,
  },
  CURRENCY_MISMATCH: {
    en: ({ expectedCurrency, givenCurrency }: ReturnType<typeof currencyMismatch>) =>
      `The amount must be in ${expectedCurrency}, not in ${givenCurrency}.`,
    zh: ({ expectedCurrency, givenCurrency }: ReturnType<typeof currencyMismatch>) =>
      `金额币种应为 ${expectedCurrency}，而不是 ${givenCurrency}。`,
  },
  TOO_MANY_REQUESTS: {
    en: ({ retryAfterSeconds }: { retryAfterSeconds: number }) =>
      `Too many requests. Please try again in ${retryAfterSeconds} s.`,
    zh: ({ retryAfterSeconds }: { retryAfterSeconds: number }) => `请求过于频繁，请在 ${retryAfterSeconds} 秒后重试。`,
  },
};
