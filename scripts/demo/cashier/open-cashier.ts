import { deliver, startFakePlatform, type PlatformAnswer } from '#kit/testing/fake-platform.ts';
import { cashierPage } from './cashier-page.ts';
import { alipayTill, stripeTill, weChatPayTill } from './tills.ts';

/** Where the shoppers of the demo shop pay. */
export interface Cashier {
  /** Its page. */
  readonly url: string;
  /** The settings with which the shop reaches the platforms, and they the shop. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface CashierOptions {
  /** Where the shop is reached from outside. */
  readonly shopUrl: string;
  /** The mini-program that is bound to the merchant at WeChat Pay. */
  readonly appId: string;
  /** How often platforms look for refunds to tell of, milliseconds. */
  readonly tellEveryMs?: number;
}

const html = { 'content-type': 'text/html; charset=utf-8' };

/**
 * Opens stand-ins for WeChat Pay, Alipay and Stripe, which speak their protocols with keys of their own, and a page on any free port where whoever looks after the demo shop pays
 * in the shopper's place. Refunds are told of when the money is "back", a moment later, again and again until the shop has taken it. They forget everything when they are stopped.
 */
export async function openCashier({ shopUrl, appId, tellEveryMs = 1_000 }: CashierOptions): Promise<Cashier> {
  const tills = await Promise.all([
    weChatPayTill(appId),
    alipayTill(() => counter.url),
    stripeTill(`${shopUrl}/callbacks/order/payments/stripe`),
  ]);
  const told = new Set<string>();

  async function pay(paymentId: string): Promise<PlatformAnswer> {
    const till = tills.find((each) => each.open().some((payment) => payment.paymentId === paymentId));
    if (till === undefined) return page(404, `${paymentId} doesn't wait to be paid.`);
    const { status } = await deliver(till.pay(paymentId));
    return status === 200
      ? page(200, `${paymentId} is paid.`)
      : page(502, `The shop answered the platform's word with ${status}; it will ask by itself.`);
  }

  const page = (status: number, said: string | null = null): PlatformAnswer => ({
    status,
    headers: html,
    body: cashierPage(
      tills.flatMap((till) => till.open()),
      said,
    ),
  });

  const counter = await startFakePlatform(({ method, url }) => {
    const [, place = '', paymentId = ''] = url.pathname.split('/');
    if (method === 'POST' && place === 'pay') return pay(decodeURIComponent(paymentId));
    return page(method === 'GET' ? 200 : 405);
  });

  async function tell(): Promise<void> {
    for (const till of tills) {
      for (const [refundId, finish] of till.refunds()) {
        if (!told.has(refundId) && (await isTaken(finish))) told.add(refundId);
      }
    }
  }

  let telling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => (telling = telling.then(tell)), tellEveryMs);

  return {
    url: counter.url,
    env: Object.assign({ PAYMENT_CALLBACK_URL: shopUrl }, ...tills.map(({ env }) => env)),
    async stop() {
      clearInterval(timer);
      await telling;
      await Promise.all([counter, ...tills].map((each) => each.stop()));
    },
  };
}

/** Whether the shop takes a callback; one that can't be reached is told later. */
async function isTaken(callback: () => Parameters<typeof deliver>[0]): Promise<boolean> {
  try {
    return (await deliver(callback())).status === 200;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
