import { AmountError, parseAmount, type AmountErrorCode } from '#kit/money/money.ts';
import { currencyMismatch, invalidInput, type Refusal, type Wording } from '#kit/user-error/user-error.ts';
import type { OfferScope, Stacking, Title } from '../../quote/domain/rule.ts';
import { channelCodes } from './channels.ts';

/** The readers below hand every problem to `refuse` and go on, so that a form shows all of them at once. */
export type Refuse = (refusal: Refusal) => void;

/** An amount as a caller gives it. */
export interface AmountInput {
  readonly amount: string;
  readonly currency: string;
}

export interface ScopeInput {
  readonly productIds?: readonly string[] | null;
  readonly skuIds?: readonly string[] | null;
  readonly categorySlugs?: readonly string[] | null;
  readonly brandIds?: readonly string[] | null;
  readonly channels?: readonly string[] | null;
  readonly tierLevels?: readonly number[] | null;
}

export interface StackingInput {
  readonly group?: string | null;
  readonly exclusive?: boolean | null;
  readonly priority?: number | null;
}

const longestTitle = 80;
const longestGroup = 40;
const longestList = 500;
const highestPriority = 1_000;
const highestTier = 99;
/** ¥10 billion: far above any budget, far below where adding up loses exactness. */
const largestMinor = 1_000_000_000_000;
const largestCount = 1_000_000_000;

/** A title of 1 to 80 characters in Chinese (or whatever the shop writes), and perhaps in English. */
export function readTitle(title: string, titleEn: string | null | undefined, refuse: Refuse): Title {
  const read = (text: string, path: string) => {
    const trimmed = text.trim();
    if (trimmed.length === 0 || [...trimmed].length > longestTitle) {
      refuse(invalidInput([path], sentence(`1 to ${longestTitle} characters`, `1 到 ${longestTitle} 个字符`)));
    }
    return trimmed;
  };
  return { zh: read(title, 'title'), en: titleEn == null ? null : read(titleEn, 'titleEn') };
}

/** A window that ends after it starts, and not in the past. */
export function readWindow(window: { startsAt: Date; endsAt: Date }, at: Date, refuse: Refuse): void {
  if (window.endsAt <= window.startsAt) {
    refuse(invalidInput(['endsAt'], { en: 'It must end after it starts.', zh: '结束时间须晚于开始时间。' }));
  } else if (window.endsAt <= at) {
    refuse(invalidInput(['endsAt'], { en: 'It must end in the future.', zh: '结束时间须晚于现在。' }));
  }
}

/** An amount above zero in minor units of `currency`; null when absent or refused. */
export function readAmount(
  input: AmountInput | null | undefined,
  path: readonly string[],
  currency: string,
  refuse: Refuse,
): number | null {
  if (input == null) return null;
  if (input.currency !== currency) {
    refuse(currencyMismatch([...path, 'currency'], currency, input.currency));
    return null;
  }
  try {
    const { minor } = parseAmount(input.amount, input.currency);
    if (minor > 0 && minor <= largestMinor) return minor;
    refuse(
      invalidInput(
        [...path, 'amount'],
        sentence('an amount above zero, at most 10,000,000,000', '大于零、不超过 100 亿的金额'),
      ),
    );
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    refuse(invalidInput([...path, 'amount'], amountProblems[error.code]));
  }
  return null;
}

const amountProblems: Record<AmountErrorCode, Wording> = {
  NOT_A_DECIMAL: { en: 'The amount must be a plain decimal such as 12.30.', zh: '金额须为普通小数，例如 12.30。' },
  TOO_PRECISE: { en: 'The amount has more decimals than its currency.', zh: '金额的小数位数超过了该币种的最小单位。' },
  TOO_LARGE: { en: 'The amount is too large.', zh: '金额过大。' },
  UNKNOWN_CURRENCY: { en: 'The currency must be an ISO 4217 code such as CNY.', zh: '币种须为 ISO 4217 代码。' },
};

/** Percent off: above 0, at most 100, up to 4 decimals; null when absent or refused. */
export function readPercent(input: string | null | undefined, path: readonly string[], refuse: Refuse): string | null {
  if (input == null) return null;
  const plain = /^(\d{1,3})(?:\.(\d{1,4})0*)?$/.test(input);
  if (plain && Number(input) > 0 && Number(input) <= 100) return input;
  refuse(
    invalidInput(path, sentence('above 0 and at most 100, with up to 4 decimals', '大于 0、不超过 100，最多 4 位小数')),
  );
  return null;
}

/** A whole number within its limits; null when absent or refused. */
export function readCount(
  input: number | null | undefined,
  path: readonly string[],
  refuse: Refuse,
  { from = 1, to = largestCount }: { from?: number; to?: number } = {},
): number | null {
  if (input == null || (Number.isInteger(input) && input >= from && input <= to)) return input ?? null;
  refuse(invalidInput(path, sentence(`a whole number from ${from} to ${to}`, `${from} 到 ${to} 之间的整数`)));
  return null;
}

/** Goods, channels and tiers; absent lists are empty, repetitions are dropped. */
export function readScope(input: ScopeInput | null | undefined, refuse: Refuse): OfferScope {
  const list = <T>(
    name: keyof ScopeInput,
    values: readonly T[] | null | undefined,
    fits: (value: T) => boolean,
  ): T[] => {
    const unique = [...new Set(values ?? [])];
    if (unique.length > longestList) {
      refuse(invalidInput(['scope', name], sentence(`at most ${longestList} entries`, `最多 ${longestList} 项`)));
    }
    unique.forEach((value, index) => {
      if (!fits(value)) refuse(invalidInput(['scope', name, String(index)], sentence('one that exists', '存在的值')));
    });
    return unique;
  };
  const isName = (value: string) => value.length > 0 && value.length <= 200;
  return {
    productIds: list('productIds', input?.productIds, isName),
    skuIds: list('skuIds', input?.skuIds, isName),
    categorySlugs: list('categorySlugs', input?.categorySlugs, isName),
    brandIds: list('brandIds', input?.brandIds, isName),
    channels: list('channels', input?.channels, (code) => channelCodes.includes(code)),
    tierLevels: list('tierLevels', input?.tierLevels, (level) => level >= 0 && level <= highestTier),
  };
}

/** Group, exclusiveness and priority; absent ones are the group of the kind, not exclusive, 0. */
export function readStacking(input: StackingInput | null | undefined, refuse: Refuse): Stacking {
  const group = input?.group?.trim() ?? null;
  if (group !== null && (group.length === 0 || group.length > longestGroup)) {
    refuse(
      invalidInput(['stacking', 'group'], sentence(`1 to ${longestGroup} characters`, `1 到 ${longestGroup} 个字符`)),
    );
  }
  const limits = { from: -highestPriority, to: highestPriority };
  const priority = readCount(input?.priority, ['stacking', 'priority'], refuse, limits) ?? 0;
  return { group, exclusive: input?.exclusive ?? false, priority };
}

function sentence(en: string, zh: string): Wording {
  return { en: `Give ${en}.`, zh: `请填写${zh}。` };
}
