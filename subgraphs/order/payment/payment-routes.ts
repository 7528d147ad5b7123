import type { Route, RouteResponse } from '#kit/subgraph/subgraph.ts';
import type { ReceivePaymentNotification } from './actions/receive-payment-notification.ts';
import type { PaymentProviderName } from './domain/payment.ts';

/** What each platform wants to hear: once the effect is stored, and when its word wasn't believed. */
interface Door {
  readonly provider: PaymentProviderName;
  readonly path: string;
  readonly success: RouteResponse;
  readonly refusal: RouteResponse;
}

const prefix = '/callbacks/order/payments';

const doors = {
  TEST: {
    provider: 'TEST',
    path: `${prefix}/test`,
    success: { status: 200, body: '{"code":"SUCCESS"}' },
    refusal: { status: 401, body: '{"code":"FAIL"}' },
  },
  WECHAT_PAY: {
    provider: 'WECHAT_PAY',
    path: `${prefix}/wechat-pay`,
    success: { status: 200, body: '{"code":"SUCCESS","message":"成功"}' },
    refusal: { status: 401, body: '{"code":"FAIL","message":"失败"}' },
  },
  ALIPAY: {
    provider: 'ALIPAY',
    path: `${prefix}/alipay`,
    success: { status: 200, body: 'success', contentType: 'text/plain' },
    refusal: { status: 401, body: 'failure', contentType: 'text/plain' },
  },
  STRIPE: {
    provider: 'STRIPE',
    path: `${prefix}/stripe`,
    success: { status: 200, body: '{"received":true}' },
    refusal: { status: 401, body: '{"received":false}' },
  },
} as const satisfies Partial<Record<PaymentProviderName, Door>>;

/** Where a platform calls back, behind the address that the shop has outside. */
export function callbackUrl(outside: string, provider: keyof typeof doors): string {
  return new URL(doors[provider].path, outside).href;
}

/**
 * Where the payment platforms call back. They are answered with success only after the effect is stored; what isn't believed gets one constant
 * answer, so that nobody learns from it what was wrong.
 */
export function paymentRoutes(receive: ReceivePaymentNotification): Route[] {
  return Object.values(doors).map(({ provider, path, success, refusal }) => ({
    method: 'POST',
    path,
    async handle({ rawBody, headers }) {
      const { result } = await receive(provider, { rawBody, headers });
      return result === 'REFUSED' ? refusal : success;
    },
  }));
}
