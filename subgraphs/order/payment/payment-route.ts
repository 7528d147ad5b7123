import type { Route } from '#kit/subgraph/subgraph.ts';
import type { ReceivePaymentNotification } from './actions/receive-payment-notification.ts';

/**
 * Where the payment platform for development calls back. It is answered with success only after the effect is stored; what isn't believed gets one constant
 * answer, so that nobody learns from it what was wrong.
 */
export function testPaymentRoute(receive: ReceivePaymentNotification): Route {
  return {
    method: 'POST',
    path: '/callbacks/order/payments/test',
    async handle({ rawBody, headers }) {
      const { result } = await receive('TEST', { rawBody, headers });
      return result === 'REFUSED'
        ? { status: 401, body: '{"code":"FAIL"}' }
        : { status: 200, body: '{"code":"SUCCESS"}' };
    },
  };
}
