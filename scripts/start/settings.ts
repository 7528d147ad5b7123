import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readConfig, refuseDemoInProduction } from '#kit/config/config.ts';
import { logLevels } from '#kit/logging/logger.ts';
import { subgraphNames } from '#kit/events/events.ts';
import { defaultPorts } from '#kit/subgraph/settings.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

type Service = keyof typeof defaultPorts;

function portOf(fallback: number, what: string) {
  return z.coerce.number().int().min(0).max(65_535).default(fallback).describe(`${what}, a TCP port from 0 to 65535`);
}

const settings = z.object({
  PORT: portOf(defaultPorts.gateway, 'where the graph is reached'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
    .optional()
    .describe('the address of a MongoDB replica set, for example mongodb://127.0.0.1:27017/?replicaSet=rs0'),
  MONGODB_DATABASE_PREFIX: z
    .string()
    .regex(/^[\w-]{1,40}$/)
    .default('fullchain')
    .describe('the start of the database names, 1 to 40 letters, digits, hyphens or underscores'),
  DATA_DIR: z.string().default(`${root}.data`).describe('a folder for the database and the generated secrets'),
  DEMO_DATA: z.enum(['on', 'off']).optional().describe('on or off; on when absent, but in production'),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('warn')
    .describe(`one of ${logLevels.join(', ')}`),
});

/** From one replica of a subgraph to the next. */
const portStep = 10;

const places = z.object({
  REPLICAS: z.coerce.number().int().min(1).max(9).default(1).describe('processes of each subgraph, 1 to 9'),
  PORT: portOf(defaultPorts.gateway, 'where the gateway listens'),
  PRODUCT_PORT: portOf(defaultPorts.product, 'where product listens'),
  ORDER_PORT: portOf(defaultPorts.order, 'where order listens'),
  PROMOTION_PORT: portOf(defaultPorts.promotion, 'where promotion listens'),
  MEMBER_PORT: portOf(defaultPorts.member, 'where member listens'),
  LOGISTICS_PORT: portOf(defaultPorts.logistics, 'where logistics listens'),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** What a local start, in either topology, reads from the environment. */
export interface StartSettings {
  readonly port: number;
  /** Undefined: bring and start a MongoDB of our own. */
  readonly mongoUri: string | undefined;
  readonly databasePrefix: string;
  readonly dataDir: string;
  readonly demo: boolean;
  readonly logLevel: (typeof logLevels)[number];
}

/** Throws ConfigError, naming the variable, when one can't be used. */
export function startSettings(env: Environment): StartSettings {
  const read = readConfig(settings, env);
  const demo = (read.DEMO_DATA ?? (read.NODE_ENV === 'production' ? 'off' : 'on')) === 'on';
  if (demo) refuseDemoInProduction(env);
  return {
    port: read.PORT,
    mongoUri: read.MONGODB_URI,
    databasePrefix: read.MONGODB_DATABASE_PREFIX,
    dataDir: resolve(read.DATA_DIR),
    demo,
    logLevel: read.LOG_LEVEL,
  };
}

/** A process of the distributed topology. */
export interface ServiceProcess {
  readonly service: Service;
  /** `order`, and `order 2` for its second replica. */
  readonly name: string;
  readonly port: number;
  /** The setting that the port comes from. */
  readonly portSetting: string;
}

/** The gateway and the replicas of each subgraph, with where they listen: `REPLICAS` processes of a subgraph, ten ports apart. Throws ConfigError. */
export function distributedProcesses(env: Environment): ServiceProcess[] {
  const read = readConfig(places, env);
  const subgraphs = subgraphNames.flatMap((service) => {
    const portSetting = `${service.toUpperCase() as Uppercase<typeof service>}_PORT` as const;
    return Array.from({ length: read.REPLICAS }, (_, index) => ({
      service,
      name: index === 0 ? service : `${service} ${index + 1}`,
      port: read[portSetting] + index * portStep,
      portSetting,
    }));
  });
  return [{ service: 'gateway', name: 'gateway', port: read.PORT, portSetting: 'PORT' }, ...subgraphs];
}
