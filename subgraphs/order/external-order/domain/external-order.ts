import type { Money } from '#kit/money/money.ts';
import { currencyMismatch, invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import { addressRefusals } from '../../checkout/domain/delivery-address.ts';
import { lineRefusals } from '../../order/domain/line-input.ts';
import type { OrderAddress } from '../../order/domain/order.ts';

/** An order as a partner has it. */
export interface ExternalOrder {
  readonly system: string;
  readonly externalId: string;
  readonly placedAt: Date;
  readonly address: OrderAddress;
  readonly lines: readonly { readonly skuCode: string; readonly quantity: number; readonly unitPrice: Money }[];
  readonly total: Money;
  readonly paid: boolean;
}

/** Clocks of partners may be ahead by this much. */
const clockSkewMs = 5 * 60_000;

function textRefusals(text: string, field: string, longest: number): Refusal[] {
  if (text.length >= 1 && text.length <= longest) return [];
  return [
    invalidInput([field], { en: `This has 1 to ${longest} characters.`, zh: `长度须为 1 到 ${longest} 个字符。` }),
  ];
}

function goodsOf(order: ExternalOrder): number {
  return order.lines.reduce((total, line) => total + line.unitPrice.minor * line.quantity, 0);
}

function amountRefusals(order: ExternalOrder): Refusal[] {
  const { currency } = order.total;
  const foreign = order.lines.findIndex((line) => line.unitPrice.currency !== currency);
  if (foreign >= 0) {
    const given = order.lines[foreign]?.unitPrice.currency ?? '';
    return [currencyMismatch(['lines', String(foreign), 'unitPrice', 'currency'], currency, given)];
  }
  const negative = order.lines.findIndex((line) => line.unitPrice.minor < 0);
  if (negative >= 0) {
    return [
      invalidInput(['lines', String(negative), 'unitPrice', 'amount'], {
        en: 'A price is 0 or more.',
        zh: '单价不能为负数。',
      }),
    ];
  }
  const goods = goodsOf(order);
  if (Number.isSafeInteger(goods) && order.total.minor >= goods) return [];
  return [
    invalidInput(['total'], {
      en: 'The total must be at least the sum of the lines; what is above it is freight.',
      zh: '总额不得低于各行金额之和，超出部分视为运费。',
    }),
  ];
}

/** Every reason why a partner's order can't be taken over as it is; none when it can. */
export function externalRefusals(order: ExternalOrder, now: Date): Refusal[] {
  const refusals = [
    ...textRefusals(order.system, 'system', 50),
    ...textRefusals(order.externalId, 'externalId', 100),
    ...addressRefusals(order.address, ['address']),
    ...lineRefusals(order.lines),
  ];
  if (order.placedAt.getTime() > now.getTime() + clockSkewMs) {
    refusals.push(
      invalidInput(['placedAt'], { en: 'An order was not placed in the future.', zh: '下单时间不能晚于当前时间。' }),
    );
  }
  return refusals.length > 0 ? refusals : amountRefusals(order);
}

/** The amounts of a partner's order, minor units: prices are the partner's, what the total has above the lines is freight. */
export function amountsOf(order: ExternalOrder) {
  const goods = goodsOf(order);
  return {
    subtotalMinor: goods,
    discountMinor: 0,
    freightMinor: order.total.minor - goods,
    totalMinor: order.total.minor,
  };
}
