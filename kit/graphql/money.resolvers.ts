import { AmountError, formatAmount, parseAmount, type AmountErrorCode, type Money } from '#kit/money/money.ts';
import { accepted, invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';

/** `Money` in the graph; its parent is the kit's `Money` in minor units. */
export const moneyResolvers = {
  Money: {
    amount: (parent: Money): string => formatAmount(parent),
    currency: (parent: Money): string => parent.currency,
  },
};

const reasons: Record<AmountErrorCode, { en: string; zh: string }> = {
  NOT_A_DECIMAL: { en: 'The amount must be a plain decimal such as 12.30.', zh: '金额须为普通小数，例如 12.30。' },
  TOO_PRECISE: {
    en: 'The amount has more decimal places than its currency.',
    zh: '金额的小数位数超过了该币种的最小单位。',
  },
  TOO_LARGE: { en: 'The amount is too large.', zh: '金额过大。' },
  UNKNOWN_CURRENCY: {
    en: 'The currency must be an ISO 4217 code such as CNY.',
    zh: '币种须为 ISO 4217 代码，例如 CNY。',
  },
};

/**
 * Reads a `MoneyInput` at `path`. The refusal is INVALID_INPUT at its `amount` or `currency`. Negative amounts are read
 * as such: whether one makes sense is for the caller to say.
 */
export function readMoneyInput(
  input: { readonly amount: string; readonly currency: string },
  path: readonly string[],
): Outcome<Money, ReturnType<typeof invalidInput>> {
  try {
    return accepted(parseAmount(input.amount, input.currency));
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    const field = error.code === 'UNKNOWN_CURRENCY' ? 'currency' : 'amount';
    return refused(invalidInput([...path, field], reasons[error.code]));
  }
}
