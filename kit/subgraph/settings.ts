import { z } from 'zod';
import { secretTexts } from '#kit/config/secret.ts';
import { subgraphNames, type SubgraphName } from '#kit/events/events.ts';
import { logLevels } from '#kit/logging/logger.ts';

/** Where each service listens unless PORT says otherwise. */
export const defaultPorts = {
  gateway: 4000,
  product: 4001,
  order: 4002,
  promotion: 4003,
  member: 4004,
  logistics: 4005,
} as const;

/** Settings that every process of the distributed topology reads. */
export const sharedSettings = {
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  INTERNAL_CALL_SECRETS: secretTexts('the secrets that sign calls between services, the signing one first'),
  PRODUCT_URL: urlOf('product'),
  ORDER_URL: urlOf('order'),
  PROMOTION_URL: urlOf('promotion'),
  MEMBER_URL: urlOf('member'),
  LOGISTICS_URL: urlOf('logistics'),
};

/** A TCP port; 0 takes any free one. */
export function portOf(service: keyof typeof defaultPorts) {
  return z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(defaultPorts[service])
    .describe('the TCP port to listen on, 0 to 65535');
}

type SharedSettings = { readonly [K in Uppercase<`${SubgraphName}_url`>]: readonly string[] };

/** Where the replicas of the subgraphs listen, by name. */
export function subgraphUrls(settings: SharedSettings): Record<SubgraphName, readonly string[]> {
  const pairs = subgraphNames.map((name) => [name, settings[`${name.toUpperCase() as Uppercase<SubgraphName>}_URL`]]);
  return Object.fromEntries(pairs) as Record<SubgraphName, readonly string[]>;
}

function urlOf(name: SubgraphName) {
  const address = z.url({ protocol: /^https?$/ });
  return z
    .string()
    .default(`http://127.0.0.1:${defaultPorts[name]}`)
    .transform((text) => text.split(',').map((url) => url.trim()))
    .pipe(z.array(address))
    .describe(
      `the address of the ${name} subgraph, for example http://${name}:${defaultPorts[name]}, or those of its replicas, separated by commas`,
    );
}
