import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';
import type { Rate } from '#kit/token-buckets/token-buckets.ts';
import type { CrowdRates } from './flash-sale/memory/crowd-control.ts';

const whole = (most: number, otherwise: number, what: string) =>
  z.coerce
    .number()
    .int()
    .min(0)
    .max(most)
    .default(otherwise)
    .describe(`${what}, a whole number from 0 to ${most}; 0 for no limit`);

const settings = z.object({
  FLASH_SALE_MEMBER_BURST: whole(1_000, 30, 'how many purchases of flash sales one member may try at once'),
  FLASH_SALE_MEMBER_PER_SECOND: whole(1_000, 5, 'how many one member may try each second'),
  FLASH_SALE_ADDRESS_BURST: whole(100_000, 1_000, 'how many may be tried at once from one client address'),
  FLASH_SALE_ADDRESS_PER_SECOND: whole(100_000, 200, 'how many may be tried each second from one client address'),
});

/** The settings of this subgraph. ConfigError, one clear line, when one can't be used. */
export function readPromotionConfig(env: Readonly<Record<string, string | undefined>>): CrowdRates {
  const given = readConfig(settings, env);
  return {
    member: rateOf(given.FLASH_SALE_MEMBER_BURST, given.FLASH_SALE_MEMBER_PER_SECOND),
    address: rateOf(given.FLASH_SALE_ADDRESS_BURST, given.FLASH_SALE_ADDRESS_PER_SECOND),
  };
}

function rateOf(burst: number, perSecond: number): Rate | null {
  return burst === 0 || perSecond === 0 ? null : { burst, perSecond };
}
