import { formatAmount, type Money } from '#kit/money/money.ts';
import type { Messages } from '#kit/user-error/user-error.ts';

const shown = (amount: Money) => `${amount.currency} ${formatAmount(amount)}`;

/** The sentence for each refusal of this subgraph, and of the neighbours whose refusals it hands on. */
export const messages: Messages = {
  SKU_UNAVAILABLE: {
    en: () => 'This article is not sold here. Choose another one or remove it.',
    zh: () => '该商品在此渠道不可售，请更换或移除。',
  },
  INSUFFICIENT_STOCK: {
    en: ({ available }: { available: number }) => `Only ${available} left in stock. Reduce the quantity.`,
    zh: ({ available }: { available: number }) => `库存不足，仅剩 ${available} 件，请减少数量。`,
  },
  PRICE_CHANGED: {
    en: ({ expected, current }: { expected: Money; current: Money }) =>
      `The total changed from ${shown(expected)} to ${shown(current)}. Confirm the new total.`,
    zh: ({ expected, current }: { expected: Money; current: Money }) =>
      `总价已由 ${shown(expected)} 变为 ${shown(current)}，请确认新的总价。`,
  },
  PRESALE_NOT_OPEN: {
    en: ({ depositFrom, depositTo }: { depositFrom: string; depositTo: string }) =>
      `This presale takes deposits from ${depositFrom} to ${depositTo}.`,
    zh: () => '预售定金尚未开始或已经结束。',
  },
  PRESALE_SOLD_OUT: {
    en: ({ remaining }: { remaining: number }) =>
      remaining === 0
        ? 'Sold out. Units of unpaid orders may come back.'
        : `Only ${remaining} left. Choose a smaller quantity.`,
    zh: ({ remaining }: { remaining: number }) =>
      remaining === 0 ? '预售名额已满，未支付的名额可能会退回。' : `仅剩 ${remaining} 件，请减少数量。`,
  },
  PRESALE_LIMIT_REACHED: {
    en: ({ limitPerMember }: { limitPerMember: number }) => `One member may order ${limitPerMember} of this presale.`,
    zh: ({ limitPerMember }: { limitPerMember: number }) => `该预售每人限购 ${limitPerMember} 件。`,
  },
  BALANCE_NOT_DUE: {
    en: ({ balanceFrom, balanceTo }: { balanceFrom: string; balanceTo: string }) =>
      `The balance can be paid from ${balanceFrom} to ${balanceTo}, as soon as the goods are there.`,
    zh: () => '尾款尚不可支付，请在尾款支付时间内、到货后支付。',
  },
  COUPON_NOT_FOUND: {
    en: () => 'There is no such coupon code here. Check it for typing mistakes.',
    zh: () => '该优惠码不存在，请检查输入。',
  },
  COUPON_EXPIRED: {
    en: () => 'This coupon has expired. Use another one.',
    zh: () => '该优惠券已过期，请使用其他优惠券。',
  },
  COUPON_USED_UP: {
    en: () => 'All of these coupons are taken. Use another one.',
    zh: () => '该优惠券已被领完，请使用其他优惠券。',
  },
  COUPON_NOT_USABLE: {
    en: ({ reason }: { reason: string }) =>
      `A coupon can't be used for this order (${reason}). Take it off and try again.`,
    zh: ({ reason }: { reason: string }) => `有优惠券不适用于该订单（${reason}），请取消使用后重试。`,
  },
  BUDGET_EXHAUSTED: {
    en: () => 'The budget of a promotion has just run out. Look at the new price and order again.',
    zh: () => '促销预算刚刚用完，请查看最新价格后重新下单。',
  },
  PROMOTION_LIMIT_REACHED: {
    en: () => 'A promotion was used as often as it may be. Look at the new price and order again.',
    zh: () => '促销使用次数已达上限，请查看最新价格后重新下单。',
  },
  INSUFFICIENT_POINTS: {
    en: ({ available }: { available: number }) => `You have ${available} points to spend. Spend fewer.`,
    zh: ({ available }: { available: number }) => `可用积分为 ${available}，请减少使用的积分。`,
  },
  PAYMENT_PROVIDER_UNAVAILABLE: {
    en: ({ provider }: { provider: string }) =>
      `Paying by ${provider} is not possible here. Choose another way to pay.`,
    zh: ({ provider }: { provider: string }) => `此处不支持 ${provider} 支付，请选择其他支付方式。`,
  },
  INVOICE_EXISTS: {
    en: () => 'This order has an invoice already. Have it voided to get another one.',
    zh: () => '该订单已开具发票，如需重开请先冲红原发票。',
  },
  NOTHING_TO_INVOICE: {
    en: () => 'Nothing is paid for this order that could be invoiced.',
    zh: () => '该订单没有可开票的金额。',
  },
  INVOICING_UNAVAILABLE: {
    en: () => 'Invoices of this order are not issued here. Contact the shop.',
    zh: () => '暂不支持为该订单在线开具发票，请联系客服。',
  },
  REPLACEMENT_DEARER: {
    en: ({ difference }: { difference: Money }) =>
      `What you want instead costs ${shown(difference)} more, and nothing is charged for an exchange. Return the goods and order again.`,
    zh: ({ difference }: { difference: Money }) => `换购商品贵 ${shown(difference)}，换货不补差价，请退货后重新下单。`,
  },
  AFTER_SALE_WINDOW_CLOSED: {
    en: ({ closedAt }: { closedAt: string }) => `After-sales could be asked for until ${closedAt}. Contact the shop.`,
    zh: ({ closedAt }: { closedAt: string }) => `售后申请已于 ${closedAt} 截止，请联系客服。`,
  },
};
