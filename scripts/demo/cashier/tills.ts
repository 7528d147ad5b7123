import { startFakeAlipay } from '#kit/testing/fake-alipay/fake-alipay.ts';
import type { Callback } from '#kit/testing/fake-platform.ts';
import { startFakeStripe } from '#kit/testing/fake-stripe/fake-stripe.ts';
import { startFakeWeChatPay } from '#kit/testing/fake-wechat-pay/fake-wechat-pay.ts';

/** A payment that waits for its shopper. */
export interface OpenPayment {
  readonly platform: string;
  readonly paymentId: string;
  /** As people read it: `12.34 CNY`. */
  readonly amount: string;
}

/** A payment platform of the demo shop, seen from the shopper's side of the counter. */
export interface Till {
  /** The settings with which the shop reaches it. */
  readonly env: Readonly<Record<string, string>>;
  open(): OpenPayment[];
  /** The shopper pays; gives what the platform tells the shop. Throws for a payment that isn't open. */
  pay(paymentId: string): Callback;
  /** Refunds that the platform was asked for, as it tells the shop of them when the money is back, by their ids. */
  refunds(): ReadonlyMap<string, () => Callback>;
  stop(): Promise<void>;
}

const now = () => new Date();
const amountOf = (minor: number, currency: string) => `${(minor / 100).toFixed(2)} ${currency.toUpperCase()}`;

/** WeChat Pay, for the mini-program of the demo shop. */
export async function weChatPayTill(appId: string): Promise<Till> {
  const platform = await startFakeWeChatPay(now, appId);
  return {
    env: platform.env,
    open: () =>
      [...platform.payments.values()]
        .filter(({ state }) => state === 'NOTPAY')
        .map(({ out_trade_no: paymentId, amount }) => ({
          platform: 'WeChat Pay 微信支付',
          paymentId,
          amount: amountOf(amount.total, amount.currency),
        })),
    pay(paymentId) {
      platform.pay(paymentId);
      return platform.paidCallback(paymentId);
    },
    refunds: () =>
      new Map(
        [...platform.refunds.values()].map(({ out_refund_no: refundId, status }) => [
          refundId,
          () => {
            if (status === 'PROCESSING') platform.finishRefund(refundId);
            return platform.refundCallback(refundId);
          },
        ]),
      ),
    stop: () => platform.stop(),
  };
}

/** Alipay: by QR code, and by its page, from which the shopper's browser goes on to `page`. */
export async function alipayTill(page: () => string): Promise<Till> {
  const platform = await startFakeAlipay(now, page);
  return {
    env: platform.env,
    open: () =>
      [...platform.trades.values()]
        .filter(({ trade_status: status }) => status === 'WAIT_BUYER_PAY')
        .map(({ out_trade_no: paymentId, total_amount: yuan }) => ({
          platform: 'Alipay 支付宝',
          paymentId,
          amount: `${yuan} CNY`,
        })),
    pay(paymentId) {
      platform.pay(paymentId);
      return platform.paidCallback(paymentId);
    },
    refunds: () => new Map([...platform.refunds.keys()].map((id) => [id, () => platform.refundCallback(id)])),
    stop: () => platform.stop(),
  };
}

/** Stripe, which is told once where to call; `callbackUrl` is that address. */
export async function stripeTill(callbackUrl: string): Promise<Till> {
  const platform = await startFakeStripe(now);
  const intents = () => [...platform.intents.values()];
  return {
    env: platform.env,
    open: () =>
      intents()
        .filter(({ status }) => status === 'requires_payment_method')
        .map(({ metadata, amount, currency }) => ({
          platform: 'Stripe',
          paymentId: metadata['paymentId'] ?? '',
          amount: amountOf(amount, currency),
        })),
    pay(paymentId) {
      platform.pay(platform.intentOf(paymentId).client_secret);
      return platform.intentWebhook(callbackUrl, paymentId);
    },
    refunds: () =>
      new Map(
        [...platform.refunds].map(([refundId, { status }]) => [
          refundId,
          () => {
            if (status === 'pending') platform.finishRefund(refundId);
            return platform.refundWebhook(callbackUrl, refundId);
          },
        ]),
      ),
    stop: () => platform.stop(),
  };
}
