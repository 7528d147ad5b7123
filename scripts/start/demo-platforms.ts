import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import { openCashier } from '../demo/cashier/open-cashier.ts';
import type { Running } from './until-stopped.ts';

/** The mini-program of the demo shop. */
const demoMiniProgram = { id: 'wx-demo', secret: 'wx-demo-secret' };

/** What stands in for the world outside the demo shop. */
export interface DemoPlatforms {
  /** The settings with which the subgraphs use it. A setting that the environment gives wins. */
  readonly env: Readonly<Record<string, string>>;
  /** Where shoppers pay. */
  readonly cashierUrl: string;
}

/**
 * Starts what the demo shop would otherwise need from outside: a WeChat platform that knows the mini-program `wx-demo` (the code `demo-<name>`
 * signs that person in any number of times), and a cashier with WeChat Pay, Alipay and Stripe. Payments by `TEST` are taken, too.
 * `shopUrl` is where the payment platforms call back.
 */
export async function demoPlatforms(running: Running, shopUrl: string): Promise<DemoPlatforms> {
  const { id, secret } = demoMiniProgram;
  const weChat = await startFakeWeChat({ port: 0, apps: { [id]: secret } });
  await running.onStop(() => weChat.stop());
  const cashier = await openCashier({ shopUrl, appId: id });
  await running.onStop(() => cashier.stop());
  return {
    env: {
      ALLOW_TEST_PAYMENTS: 'true',
      WECHAT_API_URL: weChat.url,
      WECHAT_APPS: JSON.stringify({ [id]: secret }),
      ...cashier.env,
    },
    cashierUrl: cashier.url,
  };
}
