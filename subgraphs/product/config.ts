import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';

const settings = z.object({
  MINIMUM_MARGIN_PERCENT: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,4})?$/)
    .default('0')
    .describe('what must be left above the cost of a piece, a percentage of the cost from 0 to 999 such as 12.5'),
});

/** What the shop wants to earn at least. */
export interface ProductConfig {
  /** A percentage of the cost, such as `12.5`. */
  readonly minimumMarginPercent: string;
}

/** The settings of this subgraph. ConfigError, one clear line, when one can't be used. */
export function readProductConfig(env: Readonly<Record<string, string | undefined>>): ProductConfig {
  return { minimumMarginPercent: readConfig(settings, env).MINIMUM_MARGIN_PERCENT };
}
