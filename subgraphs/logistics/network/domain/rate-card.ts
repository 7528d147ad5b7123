import { invalidInput, type Refusal } from '#kit/user-error/user-error.ts';
import type { ZoneRate } from './network.ts';
import { isCost } from './warehouse-draft.ts';

const mostDays = 60;

/** What is wrong with a rate card: a zone twice, an amount outside 0 to 10,000 CNY, days outside 0 to 60 or the wrong way round. */
export function rateCardProblems(rates: readonly ZoneRate[]): Refusal[] {
  return rates.flatMap((rate, index) => {
    const path = (field: string) => ['rates', String(index), field];
    const problems: Refusal[] = [];
    if (rates.findIndex((other) => other.zone === rate.zone) < index) {
      const reason = { en: 'Each zone has one rate.', zh: '每个区域只能有一个费率。' };
      problems.push(invalidInput(path('zone'), reason));
    }
    const amount = { en: 'A rate is 0 to 10,000 CNY.', zh: '费率须为 0 到 10000 元。' };
    if (!isCost(rate.firstKgMinor)) problems.push(invalidInput(path('firstKg'), amount));
    if (!isCost(rate.extraKgMinor)) problems.push(invalidInput(path('extraKg'), amount));
    const days = { en: `Days are 0 to ${mostDays}.`, zh: `天数须为 0 到 ${mostDays}。` };
    if (!areDays(rate.minDays, 0)) problems.push(invalidInput(path('minDays'), days));
    else if (!areDays(rate.maxDays, rate.minDays)) {
      const en = `The promised days are from the best case to ${mostDays}.`;
      problems.push(invalidInput(path('maxDays'), { en, zh: `最长天数不得少于最短天数，且不超过 ${mostDays}。` }));
    }
    return problems;
  });
}

function areDays(days: number, least: number): boolean {
  return Number.isSafeInteger(days) && days >= least && days <= mostDays;
}
