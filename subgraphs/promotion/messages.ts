import { formatAmount, type Money } from '#kit/money/money.ts';
import type { Messages } from '#kit/user-error/user-error.ts';

const shown = (amount: Money) => `${amount.currency} ${formatAmount(amount)}`;

/** The sentences of this subgraph's refusals; the shared ones are the kit's. */
export const messages: Messages = {
  COUPON_NOT_FOUND: {
    en: () => 'There is no such coupon. Check the code.',
    zh: () => '找不到该优惠券，请检查券码。',
  },
  COUPON_EXPIRED: {
    en: () => 'This coupon has expired.',
    zh: () => '该优惠券已过期。',
  },
  COUPON_USED_UP: {
    en: () => 'All coupons of this kind are taken.',
    zh: () => '该优惠券已被领完。',
  },
  CLAIM_LIMIT_REACHED: {
    en: ({ limitPerMember }: { limitPerMember: number }) =>
      `You have claimed all ${limitPerMember} of these coupons that one member may have.`,
    zh: ({ limitPerMember }: { limitPerMember: number }) => `每人限领 ${limitPerMember} 张，您已领完。`,
  },
  COUPON_CODE_TAKEN: {
    en: () => 'Another coupon has this code already. Choose another code.',
    zh: () => '该券码已被使用，请更换。',
  },
  COUPON_NOT_USABLE: {
    en: () => 'This coupon can not be used any more. Take it off and try again.',
    zh: () => '该优惠券已不可用，请移除后重试。',
  },
  BUDGET_EXHAUSTED: {
    en: () => 'The budget of this offer is used up. Please look at the new price.',
    zh: () => '该优惠的预算已用完，请查看最新价格。',
  },
  PROMOTION_LIMIT_REACHED: {
    en: () => 'This offer was used as often as it may be. Please look at the new price.',
    zh: () => '该优惠已达使用上限，请查看最新价格。',
  },
  FLASH_SALE_NOT_OPEN: {
    en: ({ startsAt, endsAt }: { startsAt: string; endsAt: string }) =>
      `This flash sale is open from ${startsAt} to ${endsAt}.`,
    zh: () => '秒杀活动尚未开始或已经结束。',
  },
  FLASH_SALE_SOLD_OUT: {
    en: ({ remaining }: { remaining: number }) =>
      remaining === 0
        ? 'Sold out. Units of unpaid orders may come back.'
        : `Only ${remaining} left. Choose a smaller quantity.`,
    zh: ({ remaining }: { remaining: number }) =>
      remaining === 0 ? '已抢光，未支付的名额可能会退回。' : `仅剩 ${remaining} 件，请减少数量。`,
  },
  FLASH_SALE_LIMIT_REACHED: {
    en: ({ limitPerMember }: { limitPerMember: number }) => `One member may buy ${limitPerMember} of this item.`,
    zh: ({ limitPerMember }: { limitPerMember: number }) => `该商品每人限购 ${limitPerMember} 件。`,
  },
  INSUFFICIENT_STOCK: {
    en: ({ available }: { available: number }) => `Only ${available} left in stock.`,
    zh: ({ available }: { available: number }) => `库存不足，仅剩 ${available} 件。`,
  },
  PRICE_CHANGED: {
    en: ({ expected, current }: { expected: Money; current: Money }) =>
      `The total changed from ${shown(expected)} to ${shown(current)}. Confirm the new total.`,
    zh: ({ expected, current }: { expected: Money; current: Money }) =>
      `总价已由 ${shown(expected)} 变为 ${shown(current)}，请确认新的总价。`,
  },
  ORDER_REFUSED: {
    en: ({ reason }: { reason: string }) => `The order could not be placed (${reason}). Nothing was bought.`,
    zh: ({ reason }: { reason: string }) => `下单失败（${reason}），未产生任何购买。`,
  },
};
