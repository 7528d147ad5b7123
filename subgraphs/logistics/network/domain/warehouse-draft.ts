import { accepted, invalidInput, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { LocalName, Warehouse, WarehouseTier } from './network.ts';
import { regionNamed, type Region } from './regions.ts';

/** A warehouse as people write it down. */
export interface WarehouseDraft {
  readonly code: string;
  readonly name: LocalName;
  readonly tier: WarehouseTier;
  readonly region: string;
  readonly city: string;
  readonly parentCode: string | null;
  readonly coverage: readonly string[] | null;
  readonly channels: readonly string[] | null;
  /** `HH:MM` in China. */
  readonly cutoff: string;
  readonly carrierCode: string;
  readonly handlingMinor: number;
  readonly dailyParcels: number;
}

const mostDailyParcels = 1_000_000;
/** ¥10,000: more than any parcel costs, less than what a slip of the keyboard adds. */
export const mostMinor = 1_000_000;

/** Checks a draft on its face; whether its parent and carrier exist is for the caller to say. */
export function readWarehouse(draft: WarehouseDraft): Outcome<Omit<Warehouse, 'id'>> {
  const region = regionNamed(draft.region);
  const coverage = draft.coverage?.map(regionNamed) ?? null;
  const cutoffMinutes = minutesOf(draft.cutoff);
  const problems: Refusal[] = [
    ...codeProblems(draft.code),
    ...nameProblems(draft.name),
    ...(region === null ? [notFound(['region'], 'region')] : []),
    ...cityProblems(draft.city),
    ...(coverage ?? []).flatMap((covered, index) =>
      covered === null ? [notFound(['coverage', String(index)], 'region')] : [],
    ),
    ...emptyListProblems('coverage', draft.coverage),
    ...emptyListProblems('channels', draft.channels),
    ...(cutoffMinutes === null ? [cutoffProblem()] : []),
    ...handlingProblems(draft.handlingMinor),
    ...dailyParcelsProblems(draft.dailyParcels),
  ];
  if (problems.length > 0 || region === null || cutoffMinutes === null) return refused(...problems);
  const covered = coverage?.filter((one): one is Region => one !== null) ?? null;
  const { cutoff: _cutoff, ...rest } = draft;
  return accepted({ ...rest, region, coverage: covered === null ? null : [...new Set(covered)], cutoffMinutes });
}

/** Minutes after midnight as `HH:MM`. */
export function clockText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function minutesOf(text: string): number | null {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return parts === null ? null : Number(parts[1]) * 60 + Number(parts[2]);
}

/** INVALID_INPUT unless a code is 2 to 20 capitals, digits and hyphens. */
export function codeProblems(code: string): Refusal[] {
  if (/^[A-Z0-9][A-Z0-9-]{1,19}$/.test(code)) return [];
  const en = 'A code has 2 to 20 capitals, digits and hyphens.';
  return [invalidInput(['code'], { en, zh: '编码须为 2 到 20 位大写字母、数字或连字符。' })];
}

/** INVALID_INPUT unless both names have 1 to 60 characters. */
export function nameProblems({ zh, en }: LocalName): Refusal[] {
  const wrong = (text: string) => text.trim().length < 1 || text.length > 60;
  const reason = { en: 'A name has 1 to 60 characters.', zh: '名称须为 1 到 60 个字符。' };
  return [
    ...(wrong(zh) ? [invalidInput(['name'], reason)] : []),
    ...(wrong(en) ? [invalidInput(['nameEn'], reason)] : []),
  ];
}

function cityProblems(city: string): Refusal[] {
  if (city.trim().length >= 1 && city.length <= 30) return [];
  return [invalidInput(['city'], { en: 'A city has 1 to 30 characters.', zh: '城市须为 1 到 30 个字符。' })];
}

function emptyListProblems(field: string, list: readonly string[] | null): Refusal[] {
  if (list === null || list.length > 0) return [];
  const reason = { en: 'Leave the list out to mean all; it may not be empty.', zh: '不填写表示全部，列表不能为空。' };
  return [invalidInput([field], reason)];
}

function cutoffProblem(): Refusal {
  return invalidInput(['cutoff'], {
    en: 'The cut-off is HH:MM from 00:00 to 23:59.',
    zh: '截单时间须为 00:00 到 23:59。',
  });
}

function handlingProblems(minor: number): Refusal[] {
  if (isCost(minor)) return [];
  const reason = { en: 'The handling cost is 0 to 10,000 CNY.', zh: '操作成本须为 0 到 10000 元。' };
  return [invalidInput(['handlingCost'], reason)];
}

function dailyParcelsProblems(parcels: number): Refusal[] {
  if (Number.isSafeInteger(parcels) && parcels >= 1 && parcels <= mostDailyParcels) return [];
  const en = `A warehouse sends 1 to ${mostDailyParcels} parcels a day.`;
  return [invalidInput(['dailyParcels'], { en, zh: `日处理包裹数须为 1 到 ${mostDailyParcels}。` })];
}

/** Whether an amount in fen is one that a parcel can cost. */
export function isCost(minor: number): boolean {
  return Number.isSafeInteger(minor) && minor >= 0 && minor <= mostMinor;
}
