import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import type { Running } from './until-stopped.ts';

/** The mini-program of the demo shop. */
const demoMiniProgram = { id: 'wx-demo', secret: 'wx-demo-secret' };

/**
 * Starts what the demo shop would otherwise need from outside: a WeChat platform that knows the mini-program `wx-demo` (the code `demo-<name>`
 * signs that person in any number of times). Answers the settings with which the subgraphs use it and take payments by `TEST`.
 * A setting that the environment gives wins.
 */
export async function demoPlatforms(running: Running): Promise<Record<string, string>> {
  const { id, secret } = demoMiniProgram;
  const weChat = await startFakeWeChat({ port: 0, apps: { [id]: secret } });
  await running.onStop(() => weChat.stop());
  return {
    ALLOW_TEST_PAYMENTS: 'true',
    WECHAT_API_URL: weChat.url,
    WECHAT_APPS: JSON.stringify({ [id]: secret }),
  };
}
