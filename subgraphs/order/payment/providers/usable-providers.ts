import type { Clock } from '#kit/clock/clock.ts';
import { callbackUrl } from '../payment-routes.ts';
import { createAlipayProvider } from './alipay/alipay-provider.ts';
import type { PaymentProvider } from './payment-provider.ts';
import type { PlatformSettings } from './platform-settings.ts';
import { createStripeProvider } from './stripe/stripe-provider.ts';
import { createTestProvider } from './test-provider.ts';
import { createWeChatPayProvider } from './wechat-pay/wechat-pay-provider.ts';

interface ProviderSettings {
  readonly platforms: PlatformSettings;
  readonly testPaymentSecret: string | null;
}

/** The providers that the settings allow. */
export function usableProviders({ platforms, testPaymentSecret }: ProviderSettings, clock: Clock): PaymentProvider[] {
  const { outside, weChatPay, alipay, stripe } = platforms;
  const usable: PaymentProvider[] = [];
  if (testPaymentSecret !== null) usable.push(createTestProvider({ secret: testPaymentSecret, clock }));
  if (weChatPay !== null && outside !== null) {
    const notifyUrl = callbackUrl(outside, 'WECHAT_PAY');
    usable.push(createWeChatPayProvider({ settings: weChatPay, notifyUrl, clock }));
  }
  if (alipay !== null && outside !== null) {
    const notifyUrl = callbackUrl(outside, 'ALIPAY');
    usable.push(createAlipayProvider({ settings: alipay, notifyUrl, clock }));
  }
  if (stripe !== null) usable.push(createStripeProvider({ settings: stripe }));
  return usable;
}
