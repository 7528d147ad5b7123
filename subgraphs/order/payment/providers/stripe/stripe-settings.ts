import { z } from 'zod';
import { secretSetting } from '#kit/config/secret.ts';

/** What we are to Stripe. */
export interface StripeSettings {
  /** The address of its API, without a path. */
  readonly url: string;
  /** The account that gets the money, `acct_…`. */
  readonly accountId: string;
  readonly secretKey: string;
  /** Sign the webhooks: two while one replaces the other. */
  readonly webhookSecrets: readonly string[];
}

/** The settings in the environment. */
export const stripeVariables = z.object({
  STRIPE_ACCOUNT_ID: z
    .string()
    .regex(/^acct_\w{8,}$/)
    .describe('the id of the account that gets the money, it begins with acct_'),
  STRIPE_SECRET_KEY: secretSetting(
    z
      .string()
      .regex(/^[rs]k_(live|test)_\w{16,}$/)
      .describe('a secret or restricted key of the account, it begins with sk_ or rk_'),
  ),
  STRIPE_WEBHOOK_SECRETS: secretSetting(
    z
      .string()
      .regex(/^whsec_\S{24,}(,whsec_\S{24,})?$/)
      .describe(
        'the signing secret of the webhook endpoint, it begins with whsec_; two with a comma while one replaces the other',
      ),
    { split: (text) => text.split(',') },
  ),
  STRIPE_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.stripe.com')
    .describe('the address of Stripe, for example https://api.stripe.com'),
});

/** The settings as the adapter takes them. */
export function stripeSettings(read: z.output<typeof stripeVariables>): StripeSettings {
  return {
    url: read.STRIPE_API_URL,
    accountId: read.STRIPE_ACCOUNT_ID,
    secretKey: read.STRIPE_SECRET_KEY,
    webhookSecrets: read.STRIPE_WEBHOOK_SECRETS.split(','),
  };
}
