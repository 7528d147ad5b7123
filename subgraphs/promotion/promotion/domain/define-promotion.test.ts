import { describe, expect, test } from '@jest/globals';
import { definePromotion, type LadderStepInput, type PromotionInput } from './define-promotion.ts';

const at = new Date('2026-06-18T04:00:00.000Z');
const yuan = (amount: string) => ({ amount, currency: 'CNY' });
const step = (threshold: string, off: string): LadderStepInput => ({
  thresholdAmount: yuan(threshold),
  amountOff: yuan(off),
});

const define = (more: Partial<PromotionInput>) =>
  definePromotion(
    {
      title: '满减',
      kind: 'AMOUNT_OFF_LADDER',
      startsAt: new Date('2026-06-01T00:00:00.000Z'),
      endsAt: new Date('2026-07-01T00:00:00.000Z'),
      ladder: [step('100', '10')],
      ...more,
    },
    { id: 'prm_1', at, by: 'stf_1' },
  );
const problemsOf = (more: Partial<PromotionInput>) => {
  const outcome = define(more);
  return outcome.ok ? [] : outcome.refusals.map(({ code, path }) => `${code} ${path?.join('.')}`);
};

describe('a promotion', () => {
  test('is defined with amounts in minor units and nothing used', () => {
    expect(define({ budget: yuan('5000'), usageLimit: 7, stacking: { priority: 3 } })).toEqual({
      ok: true,
      value: expect.objectContaining({
        _id: 'prm_1',
        title: { zh: '满减', en: null },
        ladder: [{ thresholdMinor: 10_000, thresholdQuantity: null, amountOffMinor: 1_000, percentOff: null }],
        stacking: { group: null, exclusive: false, priority: 3 },
        currency: 'CNY',
        budget: { limitMinor: 500_000, leftMinor: 500_000, committedMinor: 0, spentMinor: 0 },
        usageLimit: 7,
        usesLeft: 7,
        perMemberLimit: null,
        createdBy: 'stf_1',
      }),
    });
  });

  test.each(['BUY_X_GET_Y', 'GIFT', 'BUNDLE'])('of kind %s is refused as not available yet', (kind) => {
    expect(problemsOf({ kind })).toEqual(['INVALID_INPUT kind']);
  });

  test.each<[string, Partial<PromotionInput>, string[]]>([
    ['no title', { title: ' ' }, ['INVALID_INPUT title']],
    ['a title of 81 characters', { title: '长'.repeat(81) }, ['INVALID_INPUT title']],
    ['an end at its start', { endsAt: new Date('2026-06-01T00:00:00.000Z') }, ['INVALID_INPUT endsAt']],
    ['an end in the past', { endsAt: at }, ['INVALID_INPUT endsAt']],
    ['no rungs', { ladder: [] }, ['INVALID_INPUT ladder']],
    [
      '11 rungs',
      { ladder: Array.from({ length: 11 }, (_, index) => step(String(100 + index), '1')) },
      ['INVALID_INPUT ladder'],
    ],
    ['rungs that do not rise', { ladder: [step('100', '10'), step('100', '20')] }, ['INVALID_INPUT ladder.1']],
    ['a percentage in an amount ladder', { ladder: [{ percentOff: '10' }] }, ['INVALID_INPUT ladder.0']],
    ['an amount in a percent ladder', { kind: 'PERCENT_OFF_LADDER' }, ['INVALID_INPUT ladder.0']],
    [
      'an amount and a percentage',
      { kind: 'TIMED_PRICE', ladder: [{ amountOff: yuan('1'), percentOff: '1' }] },
      ['INVALID_INPUT ladder.0'],
    ],
    [
      'a timed price with a threshold',
      { kind: 'TIMED_PRICE', ladder: [step('100', '10')] },
      ['INVALID_INPUT ladder.0'],
    ],
    [
      'free shipping that gives an amount',
      { kind: 'FREE_SHIPPING', ladder: [step('100', '10')] },
      ['INVALID_INPUT ladder.0'],
    ],
    ['more off than spent', { ladder: [step('10', '10.01')] }, ['INVALID_INPUT ladder.0.amountOff']],
    ['three decimals', { ladder: [step('100', '10.001')] }, ['INVALID_INPUT ladder.0.amountOff.amount']],
    ['a negative amount', { ladder: [step('100', '-1')] }, ['INVALID_INPUT ladder.0.amountOff.amount']],
    ['another currency', { budget: { amount: '1', currency: 'USD' } }, ['CURRENCY_MISMATCH budget.currency']],
    ['a budget of nothing', { budget: yuan('0') }, ['INVALID_INPUT budget.amount']],
    [
      'a limit of 0 and of a half',
      { usageLimit: 0, perMemberLimit: 0.5 },
      ['INVALID_INPUT usageLimit', 'INVALID_INPUT perMemberLimit'],
    ],
    ['a priority of 1,001', { stacking: { priority: 1_001 } }, ['INVALID_INPUT stacking.priority']],
    ['a nameless group', { stacking: { group: ' ' } }, ['INVALID_INPUT stacking.group']],
    [
      '501 SKUs',
      { scope: { skuIds: Array.from({ length: 501 }, (_, index) => `sku_${index}`) } },
      ['INVALID_INPUT scope.skuIds'],
    ],
    ['a tier below 0', { scope: { tierLevels: [-1] } }, ['INVALID_INPUT scope.tierLevels.0']],
    ['an unknown channel', { scope: { channels: ['web', 'radio'] } }, ['INVALID_INPUT scope.channels.1']],
  ])('is refused with %s', (_, more, problems) => {
    expect(problemsOf(more)).toEqual(problems);
  });

  test.each<[string, Partial<PromotionInput>]>([
    ['a timed price by amount', { kind: 'TIMED_PRICE', ladder: [{ amountOff: yuan('1') }] }],
    ['a timed price by percentage', { kind: 'TIMED_PRICE', ladder: [{ percentOff: '12.5' }] }],
    ['free shipping for everybody', { kind: 'FREE_SHIPPING', ladder: [] }],
    ['free shipping from an amount on', { kind: 'FREE_SHIPPING', ladder: [{ thresholdAmount: yuan('99') }] }],
    [
      'a percent ladder by quantity',
      {
        kind: 'PERCENT_OFF_LADDER',
        ladder: [
          { thresholdQuantity: 2, percentOff: '10' },
          { thresholdQuantity: 3, percentOff: '20' },
        ],
      },
    ],
  ])('may be %s', (_, more) => {
    expect(problemsOf(more)).toEqual([]);
  });
});
