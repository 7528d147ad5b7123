import { z } from 'zod';
import { readConfig } from '#kit/config/config.ts';

/** What is traced and told to be slow. */
export interface TracingSettings {
  /** The OTLP receiver without `/v1/traces`; null turns tracing off. */
  readonly endpoint: string | null;
  /** The share of requests that are traced whatever becomes of them, 0 to 1. */
  readonly ratio: number;
  /** From here on something is slow, milliseconds. */
  readonly slowMs: number;
}

const settings = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'where traces are sent by OTLP over HTTP, for example http://collector:4318; nothing is traced when absent',
    ),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(0.01)
    .describe('the share of requests that are traced, 0 to 1; slow and failed ones are in any case'),
  SLOW_OPERATION_MS: z.coerce
    .number()
    .int()
    .min(1)
    .max(60_000)
    .default(1_000)
    .describe('from how many milliseconds on an operation is slow, 1 to 60000'),
});

/** Reads the settings. Throws ConfigError. */
export function tracingSettings(env: Readonly<Record<string, string | undefined>>): TracingSettings {
  const read = readConfig(settings, env);
  return {
    endpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    ratio: read.OTEL_TRACES_SAMPLER_ARG,
    slowMs: read.SLOW_OPERATION_MS,
  };
}
