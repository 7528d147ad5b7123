import { formatAmount, money } from '#kit/money/money.ts';
import type { QuoteStep } from './quote.ts';
import type { Rejection, RejectionCode } from './rejection.ts';
import { titleIn } from './rule.ts';

type Locale = 'zh-CN' | 'en';

/** The steps of a price; those of flash-sale and presale orders have some that no quote has. */
type StepKind = QuoteStep['kind'] | 'FLASH_PRICE' | 'PRESALE_PRICE' | 'DEPOSIT_EXPANSION';

const stepLabels: Partial<Record<StepKind, { en: string; zh: string }>> = {
  CHANNEL_PRICE: { en: 'Price', zh: '商品价格' },
  FLASH_PRICE: { en: 'Flash-sale price', zh: '秒杀价' },
  PRESALE_PRICE: { en: 'Presale price', zh: '预售价' },
  DEPOSIT_EXPANSION: { en: 'Deposit counts for more', zh: '定金膨胀' },
  POINTS: { en: 'Points', zh: '积分抵扣' },
};

/** What a shopper reads beside a step: the offer's name, or the kind of step. */
export function stepLabel(step: QuoteStep, locale: Locale): string {
  return step.title ? titleIn(step.title, locale) : stepName(step.kind, locale);
}

/** What a shopper reads beside a step that isn't an offer's. */
export function stepName(kind: StepKind, locale: Locale): string {
  const label = stepLabels[kind];
  if (!label) throw new Error(`a step of kind ${kind} has no name`);
  return locale === 'en' ? label.en : label.zh;
}

const reasons: Record<Exclude<RejectionCode, 'THRESHOLD_NOT_REACHED'>, { en: string; zh: string }> = {
  NOT_STARTED: { en: 'It has not started yet.', zh: '尚未开始。' },
  EXPIRED: { en: 'It has expired.', zh: '已过期。' },
  USED_UP: { en: 'It has been used up.', zh: '已被领完或用完。' },
  ALREADY_USED: { en: 'It was used already.', zh: '已使用。' },
  LOCKED_BY_ORDER: { en: 'It is held by an order that awaits payment.', zh: '已被待支付订单占用。' },
  WITHDRAWN: { en: 'It was withdrawn.', zh: '已作废。' },
  NOT_FOUND: { en: 'There is no such coupon.', zh: '找不到该优惠券。' },
  NOT_IN_CHANNEL: { en: 'It is not offered in this channel.', zh: '不适用于当前渠道。' },
  NOT_ELIGIBLE_ITEMS: { en: 'None of the items is part of it.', zh: '购物车中没有适用的商品。' },
  TIER_NOT_ELIGIBLE: { en: 'It is for members of another tier.', zh: '当前会员等级不适用。' },
  EXCLUDED_BY_OTHER: { en: 'It cannot be combined with a better offer.', zh: '不能与更优惠的活动同时使用。' },
  BUDGET_EXHAUSTED: { en: 'Its budget is exhausted.', zh: '活动预算已用完。' },
  PRICE_FLOOR: { en: 'These prices go no lower.', zh: '商品已是最低价。' },
  MEMBER_LIMIT_REACHED: { en: 'You have used it as often as one person may.', zh: '已达到每人使用次数上限。' },
  SIGN_IN_REQUIRED: { en: 'Sign in to use it.', zh: '登录后可用。' },
  CURRENCY_MISMATCH: { en: 'It is in another currency.', zh: '币种不符。' },
  POINTS_LIMITED: {
    en: 'Points are spent in hundreds and pay at most half of the goods.',
    zh: '积分须为 100 的整数倍，且最多抵扣商品金额的一半。',
  },
};

/** What a shopper reads about an offer that takes nothing off, with its name and with what is missing. */
export function rejectionReason(rejection: Rejection, currency: string, locale: Locale): string {
  const reason = reasonOf(rejection, currency, locale);
  const name = rejection.title ? titleIn(rejection.title, locale) : rejection.couponCode;
  if (name === null) return reason;
  return locale === 'en' ? `${name}: ${reason}` : `${name}：${reason}`;
}

function reasonOf({ code, missingMinor, missingQuantity }: Rejection, currency: string, locale: Locale): string {
  if (code !== 'THRESHOLD_NOT_REACHED') return locale === 'en' ? reasons[code].en : reasons[code].zh;
  const amount = missingMinor === null ? null : `${formatAmount(money(missingMinor, currency))} ${currency}`;
  const pieces = missingQuantity === null ? null : String(missingQuantity);
  const parts =
    locale === 'en'
      ? [amount, pieces && `${pieces} ${pieces === '1' ? 'piece' : 'pieces'}`]
      : [amount, pieces && `${pieces} 件`];
  const missing = parts.filter((part) => part !== null).join(locale === 'en' ? ' and ' : '、');
  return locale === 'en' ? `Add ${missing} more.` : `再买 ${missing} 可用。`;
}
