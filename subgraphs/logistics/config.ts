import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';
import type { DeliveryPolicy } from './delivery/domain/planning.ts';
import { regionNamed } from './network/domain/regions.ts';

const whole = (least: number, most: number, otherwise: number, what: string) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(most)
    .default(otherwise)
    .describe(`${what}, a whole number from ${least} to ${most}`);

const settings = z.object({
  LOGISTICS_DEFAULT_REGION: z
    .string()
    .refine((text) => regionNamed(text) !== null)
    .default('上海市')
    .describe('the Chinese name of the province or municipality that deliveries are planned to by default'),
  LOGISTICS_SPLIT_PENALTY_FEN: whole(0, 1_000_000, 500, 'what each further parcel of an order costs in goodwill, fen'),
  LOGISTICS_PROMISED_DAYS: whole(0, 60, 3, 'the days within which an arrival counts as in time'),
  LOGISTICS_LATENESS_PENALTY_FEN: whole(0, 1_000_000, 300, 'what each day of lateness costs in goodwill, fen'),
});

/** The settings of this subgraph. ConfigError, one clear line, when one can't be used. */
export function readLogisticsConfig(env: Readonly<Record<string, string | undefined>>): DeliveryPolicy {
  const given = readConfig(settings, env);
  return {
    defaultRegion: given.LOGISTICS_DEFAULT_REGION,
    splitPenaltyMinor: given.LOGISTICS_SPLIT_PENALTY_FEN,
    promisedDays: given.LOGISTICS_PROMISED_DAYS,
    latenessPenaltyMinorPerDay: given.LOGISTICS_LATENESS_PENALTY_FEN,
  };
}
