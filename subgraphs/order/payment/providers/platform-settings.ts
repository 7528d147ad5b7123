import { z } from 'zod';
import { ConfigError, readConfig } from '#kit/config/config.ts';
import { alipaySettings, alipayVariables, type AlipaySettings } from './alipay/alipay-settings.ts';
import { stripeSettings, stripeVariables, type StripeSettings } from './stripe/stripe-settings.ts';
import { weChatPaySettings, weChatPayVariables, type WeChatPaySettings } from './wechat-pay/wechat-pay-settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The payment platforms that are used; null for those that aren't. */
export interface PlatformSettings {
  /** The address of the shop outside, where the platforms call back; Stripe is told of it in its dashboard, so it needs none. */
  readonly outside: string | null;
  readonly weChatPay: WeChatPaySettings | null;
  readonly alipay: AlipaySettings | null;
  readonly stripe: StripeSettings | null;
}

const outsideVariables = z.object({
  PAYMENT_CALLBACK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('the address of the shop outside, where payment platforms call back, for example https://shop.example'),
});

/** Reads the settings of the payment platforms. One that has no setting isn't used; ConfigError in one line when one has some settings and lacks others. */
export function readPlatformSettings(env: Environment): PlatformSettings {
  const weChatPay = ifNamed(weChatPayVariables, env);
  const alipay = ifNamed(alipayVariables, env);
  const stripe = ifNamed(stripeVariables, env);
  const { PAYMENT_CALLBACK_URL: outside = null } = readConfig(outsideVariables, env);
  const production = env['NODE_ENV'] === 'production';
  if ((weChatPay !== null || alipay !== null) && outside === null) {
    throw new ConfigError(
      `PAYMENT_CALLBACK_URL is not set. Expected: ${outsideVariables.shape.PAYMENT_CALLBACK_URL.description}`,
    );
  }
  for (const [name, url] of [
    ['PAYMENT_CALLBACK_URL', outside],
    ['WECHAT_PAY_API_URL', weChatPay?.WECHAT_PAY_API_URL],
    ['ALIPAY_GATEWAY_URL', alipay?.ALIPAY_GATEWAY_URL],
    ['STRIPE_API_URL', stripe?.STRIPE_API_URL],
  ] as const) {
    if (production && url?.startsWith('http:') === true) {
      throw new ConfigError(`${name} has a value that cannot be used. Expected: an address with https in production`);
    }
  }
  if (production && stripe?.STRIPE_SECRET_KEY.includes('_test_') === true) {
    throw new ConfigError('STRIPE_SECRET_KEY is a key for tests while NODE_ENV is production. Expected: a live key');
  }
  return {
    outside,
    weChatPay: weChatPay && weChatPaySettings(weChatPay),
    alipay: alipay && alipaySettings(alipay),
    stripe: stripe && stripeSettings(stripe),
  };
}

/** The settings of a platform; null when not one of them is set. */
function ifNamed<S extends z.ZodObject>(variables: S, env: Environment): z.output<S> | null {
  const named = Object.keys(variables.shape).some((name) => Boolean(env[name]) || Boolean(env[`${name}_FILE`]));
  return named ? readConfig(variables, env) : null;
}
