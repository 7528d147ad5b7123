import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';
import { secretSetting, secretText } from '#kit/config/secret.ts';
import { personalDataSettings } from '#kit/personal-data/settings.ts';

const appsSchema = z.record(z.string().min(1), z.string().min(1));

/** The variables of this subgraph. */
export const memberSettings = z.object({
  MEMBER_KEY_SECRET: secretText('a secret that protects the keys with which tokens are signed'),
  ...personalDataSettings,
  SIGN_IN_TRIES: z.coerce
    .number()
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('how many wrong passwords an account takes before it rests, 1 to 100'),
  SIGN_IN_TRIES_PER_ADDRESS: z.coerce
    .number()
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe('how many wrong passwords and taken names come from one client address before it rests, 1 to 100000'),
  SIGN_IN_WINDOW_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(1440)
    .default(15)
    .describe('for how many minutes wrong passwords count, 1 to 1440'),
  SIGN_UPS_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(3000)
    .describe('how many may sign up in one minute over all processes, 1 to 1000000'),
  WECHAT_API_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.weixin.qq.com')
    .describe("the address of WeChat's platform, for example https://api.weixin.qq.com"),
  WECHAT_APPS: secretSetting(
    z
      .string()
      .default('{}')
      .transform((text, context) => {
        const read = appsSchema.safeParse(parseJson(text));
        if (read.success) return read.data;
        context.addIssue({ code: 'custom', message: 'not an object of texts' });
        return z.NEVER;
      })
      .describe('a JSON object of the mini-programs: each id with its secret, for example {"wx1234":"secret"}'),
    { split: (text) => Object.values(appsSchema.safeParse(parseJson(text)).data ?? {}) },
  ),
  FIRST_ADMIN_EMAIL: z
    .string()
    .optional()
    .describe('the e-mail address of the first administrator, made when there is no staff'),
  FIRST_ADMIN_PASSWORD: secretSetting(
    z.string().optional().describe('the password of the first administrator, 8 to 128 characters'),
    { shortest: 12 },
  ),
});

/** The settings of the member subgraph. */
export type MemberConfig = z.output<typeof memberSettings>;

/** Reads the settings of this subgraph from the environment. @throws ConfigError with one clear line. */
export function readMemberConfig(env: Readonly<Record<string, string | undefined>>): MemberConfig {
  return readConfig(memberSettings, env);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it with the setting's name.
    return null;
  }
}
