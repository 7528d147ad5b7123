import { AmountError, parseAmount, type AmountErrorCode, type Money } from '#kit/money/money.ts';
import { accepted, invalidInput, refused, type Outcome } from '#kit/user-error/user-error.ts';

const reasons: Record<AmountErrorCode, { en: string; zh: string }> = {
  NOT_A_DECIMAL: { en: 'An amount is a plain decimal such as 12.30.', zh: '金额须为普通小数，例如 12.30。' },
  TOO_PRECISE: { en: 'The amount has more decimals than its currency.', zh: '金额的小数位数超过了该币种的最小单位。' },
  TOO_LARGE: { en: 'The amount is too large.', zh: '金额过大。' },
  UNKNOWN_CURRENCY: { en: 'A currency is an ISO 4217 code such as CNY.', zh: '币种须为 ISO 4217 代码，例如 CNY。' },
};

/** Reads an amount given as text. INVALID_INPUT at its `amount` or `currency`; whether it may be negative is for the caller to say. */
export function readAmount(amount: string, currency: string, path: readonly string[]): Outcome<Money> {
  try {
    return accepted(parseAmount(amount, currency));
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    const field = error.code === 'UNKNOWN_CURRENCY' ? 'currency' : 'amount';
    return refused(invalidInput([...path, field], reasons[error.code]));
  }
}
