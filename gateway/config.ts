import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';
import { portOf, sharedSettings, subgraphUrls } from '#kit/subgraph/settings.ts';

const settings = z.object({
  ...sharedSettings,
  PORT: portOf('gateway'),
  JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where the keys that sign access tokens are published; asked of the member subgraph when absent'),
  DEMO_DATA: z.enum(['on', 'off']).default('off').describe('on or off'),
  INTROSPECTION: z.enum(['on', 'off']).optional().describe('on or off; as DEMO_DATA when absent'),
});

/** The gateway's settings from the environment. Throws ConfigError naming the first one that is wrong. */
export function gatewayConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(settings, env);
  return {
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    secrets: read.INTERNAL_CALL_SECRETS,
    urls: subgraphUrls(read),
    jwksUrl: read.JWKS_URL ?? null,
    demo: read.DEMO_DATA === 'on',
    introspection: (read.INTROSPECTION ?? read.DEMO_DATA) === 'on',
  };
}
