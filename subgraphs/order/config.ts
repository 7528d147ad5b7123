import { z } from 'zod';
import { ConfigError, readConfig } from '#kit/config/config.ts';
import { shortestSecret } from '#kit/config/secret.ts';
import { personalDataSettings } from '#kit/personal-data/settings.ts';
import { readNuonuoSettings, type NuonuoSettings } from './invoice/issuers/nuonuo/nuonuo-settings.ts';
import { readPlatformSettings, type PlatformSettings } from './payment/providers/platform-settings.ts';

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const minutes = z.coerce
  .number()
  .int()
  .min(1)
  .max(7 * 24 * 60);
const days = z.coerce.number().int().min(1).max(365);

const settings = z.object({
  NODE_ENV: z.string().optional(),
  ...personalDataSettings,
  ORDER_UNPAID_MINUTES: minutes.default(30).describe('how long an order may stay unpaid, 1 to 10080 minutes'),
  ORDER_AUTO_RECEIVE_DAYS: days
    .default(15)
    .describe('days after shipping when the receipt counts as confirmed, 1 to 365'),
  AFTER_SALE_DAYS: days.default(7).describe('days after the receipt in which an after-sale may be asked for, 1 to 365'),
  ALLOW_TEST_PAYMENTS: flag.describe('true to take payments by the provider for development, else false'),
  PAYMENT_TEST_SECRET: z
    .string()
    .min(shortestSecret)
    .optional()
    .describe(
      `the secret that signs the callbacks of the provider for development, at least ${shortestSecret} characters`,
    ),
});

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The settings of the order subgraph, durations in milliseconds. */
export interface OrderConfig {
  readonly unpaidMs: number;
  readonly autoReceiveMs: number;
  readonly afterSaleWindowMs: number;
  /** The secret of the provider for development; null where it may not be used. */
  readonly testPaymentSecret: string | null;
  /** The secrets that protect the keys of personal data, the one for new keys first. */
  readonly personalDataKeys: readonly string[];
  readonly platforms: PlatformSettings;
  /** The issuer of invoices; null where none is set up. */
  readonly nuonuo: NuonuoSettings | null;
}

/** Reads the settings once. Throws ConfigError in one line, also when play money is switched on in production or has no secret. */
export function readOrderConfig(env: Readonly<Record<string, string | undefined>>): OrderConfig {
  const read = readConfig(settings, env);
  if (read.ALLOW_TEST_PAYMENTS && read.NODE_ENV === 'production') {
    throw new ConfigError(
      'ALLOW_TEST_PAYMENTS is true while NODE_ENV is production. Expected: no payments with play money in production',
    );
  }
  if (read.ALLOW_TEST_PAYMENTS && read.PAYMENT_TEST_SECRET === undefined) {
    throw new ConfigError(
      `PAYMENT_TEST_SECRET is not set. Expected: a secret of at least ${shortestSecret} characters, because ALLOW_TEST_PAYMENTS is true`,
    );
  }
  return {
    unpaidMs: read.ORDER_UNPAID_MINUTES * minuteMs,
    autoReceiveMs: read.ORDER_AUTO_RECEIVE_DAYS * dayMs,
    afterSaleWindowMs: read.AFTER_SALE_DAYS * dayMs,
    testPaymentSecret: read.ALLOW_TEST_PAYMENTS ? (read.PAYMENT_TEST_SECRET ?? null) : null,
    personalDataKeys: read.PERSONAL_DATA_KEYS,
    platforms: readPlatformSettings(env),
    nuonuo: readNuonuoSettings(env),
  };
}
