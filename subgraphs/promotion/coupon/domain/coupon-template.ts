import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { freshBudget, type Budget } from '../../offer/domain/budget.ts';
import { currencyOfChannels } from '../../offer/domain/channels.ts';
import {
  readAmount,
  readCount,
  readPercent,
  readScope,
  readStacking,
  readTitle,
  readWindow,
  type AmountInput,
  type Refuse,
  type ScopeInput,
  type StackingInput,
} from '../../offer/domain/offer-input.ts';
import { refuseMoreOffThanSpent } from '../../promotion/domain/define-promotion.ts';
import type { OfferScope, Stacking, Title } from '../../quote/domain/rule.ts';

/** A kind of coupon as it is kept. Amounts in minor units of `currency`. */
export interface CouponTemplate {
  readonly _id: string;
  readonly title: Title;
  /** As `codeOf` makes it; null for one that is claimed from the list. */
  readonly code: string | null;
  readonly scope: OfferScope;
  readonly thresholdMinor: number | null;
  readonly amountOffMinor: number | null;
  readonly percentOff: string | null;
  readonly currency: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly validDays: number | null;
  readonly totalLimit: number | null;
  /** How many may still be claimed; null without a limit. */
  readonly claimsLeft: number | null;
  readonly perMemberLimit: number;
  readonly stacking: Stacking;
  readonly budget: Budget | null;
  readonly createdAt: Date;
  readonly createdBy: string;
}

/** A kind of coupon as a caller describes it. */
export interface CouponTemplateInput {
  readonly title: string;
  readonly titleEn?: string | null;
  readonly code?: string | null;
  readonly scope?: ScopeInput | null;
  readonly threshold?: AmountInput | null;
  readonly amountOff?: AmountInput | null;
  readonly percentOff?: string | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly validDays?: number | null;
  readonly totalLimit?: number | null;
  readonly perMemberLimit?: number | null;
  readonly stacking?: StackingInput | null;
  readonly budget?: AmountInput | null;
}

/** How a code is kept and compared: without the spaces around it, in upper case. */
export function codeOf(typed: string): string {
  return typed.trim().toUpperCase();
}

/** The template that the input describes, or every reason why it can't be one. */
export function defineCouponTemplate(
  input: CouponTemplateInput,
  { id, at, by }: { id: string; at: Date; by: string },
): Outcome<CouponTemplate> {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (refusal) => refusals.push(refusal);
  const scope = readScope(input.scope, refuse);
  const currency = currencyOfChannels(scope.channels);
  if (currency === null) return refused(...refusals);
  if ((input.amountOff == null) === (input.percentOff == null)) {
    refuse(
      invalidInput(['amountOff'], {
        en: 'Give either amountOff or percentOff.',
        zh: '请填写 amountOff 或 percentOff 其中之一。',
      }),
    );
  }
  const totalLimit = readCount(input.totalLimit, ['totalLimit'], refuse);
  const template: CouponTemplate = {
    _id: id,
    title: readTitle(input.title, input.titleEn, refuse),
    code: readCode(input.code, refuse),
    scope,
    thresholdMinor: readAmount(input.threshold, ['threshold'], currency, refuse),
    amountOffMinor: readAmount(input.amountOff, ['amountOff'], currency, refuse),
    percentOff: readPercent(input.percentOff, ['percentOff'], refuse),
    currency,
    startsAt: input.startsAt,
    endsAt: input.endsAt,
    validDays: readCount(input.validDays, ['validDays'], refuse, { to: 3_650 }),
    totalLimit,
    claimsLeft: totalLimit,
    perMemberLimit: readCount(input.perMemberLimit, ['perMemberLimit'], refuse, { to: 100 }) ?? 1,
    stacking: readStacking(input.stacking, refuse),
    budget: freshBudget(readAmount(input.budget, ['budget'], currency, refuse)),
    createdAt: at,
    createdBy: by,
  };
  refuseMoreOffThanSpent(template, ['amountOff'], refuse);
  readWindow(input, at, refuse);
  return refusals.length === 0 ? accepted(template) : refused(...refusals);
}

function readCode(input: string | null | undefined, refuse: Refuse): string | null {
  if (input == null) return null;
  const code = codeOf(input);
  if (!/^[A-Z0-9-]{3,40}$/.test(code)) {
    refuse(
      invalidInput(['code'], {
        en: 'A code has 3 to 40 letters, digits and hyphens.',
        zh: '券码须为 3 到 40 位字母、数字或连字符。',
      }),
    );
  }
  return code;
}
