import { isIP } from 'node:net';
import { z } from 'zod';
import { readConfig, refuseDemoInProduction } from '#kit/config/config.ts';
import { usualBudgets } from './limits/points/budgets.ts';
import { portOf, sharedSettings, subgraphUrls } from '#kit/subgraph/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const frontDoor = z.object({
  GRAPH_ACCESS: z
    .enum(['guarded', 'open'])
    .optional()
    .describe('guarded or open; open with DEMO_DATA when absent, else guarded'),
  INTROSPECTION: z.enum(['on', 'off']).optional().describe('on or off; as DEMO_DATA when absent'),
  CORS_ORIGINS: z
    .string()
    .default('')
    .transform((text) => listOf(text))
    .refine((origins) => origins.every(isOrigin))
    .describe('the origins whose pages may call the graph, separated by commas, for example https://shop.example'),
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => listOf(text))
    .refine((proxies) => proxies.every((proxy) => isIP(proxy.replace(/\/\d{1,3}$/, '')) > 0))
    .describe('addresses and networks of the proxies before the gateway, separated by commas, for example 10.0.0.0/8'),
  POINTS_PER_MINUTE: points(usualBudgets.caller, 'somebody who is signed in'),
  POINTS_PER_MINUTE_PARTNER: points(usualBudgets.partner, 'a partner'),
  POINTS_PER_MINUTE_ADDRESS: points(usualBudgets.address, 'all at one address who are not signed in'),
  ANSWERS_KEPT_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(1_000)
    .default(200)
    .describe('how long all who aren’t signed in and ask the same share an answer, milliseconds, 0 to 1000'),
  DEMO_DATA: z.enum(['on', 'off']).default('off').describe('on or off'),
});

const settings = z.object({
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .optional()
    .describe('a MongoDB replica set, by which several gateways share what callers may still ask for'),
  MONGODB_DATABASE_PREFIX: z.string().default('fullchain').describe('the start of the database names'),
  ...sharedSettings,
  PORT: portOf('gateway'),
  JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where the keys that sign access tokens are published; asked of the member subgraph when absent'),
});

/** Who gets in, and how much of it: the settings of the gateway that are the same in every topology. Throws ConfigError. */
export function frontDoorConfig(env: Environment) {
  const read = readConfig(frontDoor, env);
  const demo = read.DEMO_DATA === 'on';
  if (demo) refuseDemoInProduction(env);
  return {
    demo,
    access: read.GRAPH_ACCESS ?? (demo ? 'open' : 'guarded'),
    introspection: (read.INTROSPECTION ?? read.DEMO_DATA) === 'on',
    origins: read.CORS_ORIGINS,
    trustedProxies: read.TRUSTED_PROXIES,
    keepAnswersMs: read.ANSWERS_KEPT_MS,
    budgets: {
      caller: read.POINTS_PER_MINUTE,
      partner: read.POINTS_PER_MINUTE_PARTNER,
      address: read.POINTS_PER_MINUTE_ADDRESS,
    },
  } as const;
}

/** The settings of a gateway that is a process of its own. Throws ConfigError naming the first one that is wrong. */
export function gatewayConfig(env: Environment) {
  const read = readConfig(settings, env);
  return {
    mongo: read.MONGODB_URI ? { uri: read.MONGODB_URI, database: `${read.MONGODB_DATABASE_PREFIX}_gateway` } : null,
    port: read.PORT,
    logLevel: read.LOG_LEVEL,
    secrets: read.INTERNAL_CALL_SECRETS,
    urls: subgraphUrls(read),
    jwksUrl: read.JWKS_URL ?? null,
  };
}

function points(usual: number, whose: string) {
  return z.coerce
    .number()
    .int()
    .min(1000)
    .max(1_000_000_000)
    .default(usual)
    .describe(`how many points a minute ${whose} may spend, 1000 to 1000000000`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Scheme, host and port, and nothing more: what a browser sends as `origin`. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;
}
