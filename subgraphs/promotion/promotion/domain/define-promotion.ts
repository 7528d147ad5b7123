import { accepted, invalidInput, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { freshBudget } from '../../offer/domain/budget.ts';
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
import { builtKinds, type BuiltKind, type LadderStep } from '../../quote/domain/rule.ts';
import type { Promotion } from './promotion.ts';

/** A rung as a caller gives it. */
export interface LadderStepInput {
  readonly thresholdAmount?: AmountInput | null;
  readonly thresholdQuantity?: number | null;
  readonly amountOff?: AmountInput | null;
  readonly percentOff?: string | null;
}

/** A promotion as a caller describes it. */
export interface PromotionInput {
  readonly title: string;
  readonly titleEn?: string | null;
  readonly kind: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly scope?: ScopeInput | null;
  readonly ladder?: readonly LadderStepInput[] | null;
  readonly stacking?: StackingInput | null;
  readonly budget?: AmountInput | null;
  readonly usageLimit?: number | null;
  readonly perMemberLimit?: number | null;
  readonly belowFloor?: boolean | null;
}

const mostRungs = 10;

/** The promotion that the input describes, or every reason why it can't be one. */
export function definePromotion(
  input: PromotionInput,
  { id, at, by }: { id: string; at: Date; by: string },
): Outcome<Promotion> {
  const refusals: Refusal[] = [];
  const refuse: Refuse = (refusal) => refusals.push(refusal);
  const kind = builtKinds.find((built) => built === input.kind);
  if (kind === undefined) {
    return refused(
      invalidInput(['kind'], {
        en: `${input.kind} is not available yet. Choose one of ${builtKinds.join(', ')}.`,
        zh: `${input.kind} 尚未开放，请选择 ${builtKinds.join('、')}。`,
      }),
    );
  }
  const scope = readScope(input.scope, refuse);
  const currency = currencyOfChannels(scope.channels);
  if (currency === null) return refused(...refusals);
  const usageLimit = readCount(input.usageLimit, ['usageLimit'], refuse);
  const promotion: Promotion = {
    _id: id,
    title: readTitle(input.title, input.titleEn, refuse),
    kind,
    startsAt: input.startsAt,
    endsAt: input.endsAt,
    scope,
    ladder: readLadder(kind, input.ladder ?? [], currency, refuse),
    stacking: readStacking(input.stacking, refuse),
    currency,
    budget: freshBudget(readAmount(input.budget, ['budget'], currency, refuse)),
    usageLimit,
    usesLeft: usageLimit,
    perMemberLimit: readCount(input.perMemberLimit, ['perMemberLimit'], refuse),
    belowFloor: input.belowFloor === true ? { approvedBy: null, approvedAt: null } : null,
    pausedAt: null,
    endedAt: null,
    createdAt: at,
    createdBy: by,
  };
  readWindow(input, at, refuse);
  return refusals.length === 0 ? accepted(promotion) : refused(...refusals);
}

/** What each kind wants of its rungs. */
const shapes: Record<
  BuiltKind,
  { least: number; most: number; gives: 'amount' | 'percent' | 'either' | 'nothing'; threshold: boolean }
> = {
  AMOUNT_OFF_LADDER: { least: 1, most: mostRungs, gives: 'amount', threshold: true },
  PERCENT_OFF_LADDER: { least: 1, most: mostRungs, gives: 'percent', threshold: true },
  TIMED_PRICE: { least: 1, most: 1, gives: 'either', threshold: false },
  FREE_SHIPPING: { least: 0, most: 1, gives: 'nothing', threshold: true },
};

function readLadder(
  kind: BuiltKind,
  steps: readonly LadderStepInput[],
  currency: string,
  refuse: Refuse,
): LadderStep[] {
  const shape = shapes[kind];
  if (steps.length < shape.least || steps.length > shape.most) {
    refuse(
      invalidInput(['ladder'], {
        en: `${kind} has ${shape.least} to ${shape.most} rungs.`,
        zh: `${kind} 须有 ${shape.least} 到 ${shape.most} 个阶梯。`,
      }),
    );
    return [];
  }
  const rungs = steps.map((step, index) => readStep(kind, step, ['ladder', String(index)], currency, refuse));
  rungs.forEach((rung, index) => {
    const lower = rungs[index - 1];
    if (lower && !isHigher(rung, lower)) {
      refuse(
        invalidInput(['ladder', String(index)], {
          en: 'Each rung needs a higher threshold than the one before.',
          zh: '每个阶梯的门槛须高于前一个。',
        }),
      );
    }
  });
  return rungs;
}

function readStep(
  kind: BuiltKind,
  step: LadderStepInput,
  path: readonly string[],
  currency: string,
  refuse: Refuse,
): LadderStep {
  const { gives, threshold } = shapes[kind];
  const given = (step.amountOff != null ? 1 : 0) + (step.percentOff != null ? 2 : 0);
  const fits = { amount: [1], percent: [2], either: [1, 2], nothing: [0] }[gives];
  if (!fits.includes(given)) {
    const wanted = { amount: 'amountOff', percent: 'percentOff', either: 'amountOff / percentOff', nothing: '—' }[
      gives
    ];
    refuse(
      invalidInput(path, {
        en: `A rung of ${kind} gives exactly: ${wanted}.`,
        zh: `${kind} 的阶梯只能填写：${wanted}。`,
      }),
    );
  }
  if (!threshold && (step.thresholdAmount != null || step.thresholdQuantity != null)) {
    refuse(invalidInput(path, { en: `${kind} has no threshold.`, zh: `${kind} 不设门槛。` }));
  }
  const read: LadderStep = {
    thresholdMinor: readAmount(step.thresholdAmount, [...path, 'thresholdAmount'], currency, refuse),
    thresholdQuantity: readCount(step.thresholdQuantity, [...path, 'thresholdQuantity'], refuse),
    amountOffMinor: readAmount(step.amountOff, [...path, 'amountOff'], currency, refuse),
    percentOff: readPercent(step.percentOff, [...path, 'percentOff'], refuse),
  };
  refuseMoreOffThanSpent(read, [...path, 'amountOff'], refuse);
  return read;
}

/** Taking off more than the threshold is a slip of the pen: the price would be nothing. */
export function refuseMoreOffThanSpent(
  step: Pick<LadderStep, 'thresholdMinor' | 'amountOffMinor'>,
  path: readonly string[],
  refuse: Refuse,
): void {
  if (step.thresholdMinor === null || (step.amountOffMinor ?? 0) <= step.thresholdMinor) return;
  refuse(invalidInput(path, { en: 'It must not take off more than the threshold.', zh: '减免金额不得超过门槛金额。' }));
}

function isHigher(rung: LadderStep, lower: LadderStep): boolean {
  const amount = (rung.thresholdMinor ?? 0) - (lower.thresholdMinor ?? 0);
  const quantity = (rung.thresholdQuantity ?? 0) - (lower.thresholdQuantity ?? 0);
  return amount >= 0 && quantity >= 0 && amount + quantity > 0;
}
