import {
  pino,
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  type LoggerOptions,
} from 'pino';
import { redact, redactEntries, withoutKeyValues } from './redact.ts';

export type { Logger };

/** The levels that LOG_LEVEL may name. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof logLevels)[number];

/**
 * JSON lines on standard output (or `destination`), each with the service's name. Tokens, passwords, phone numbers,
 * e-mail addresses, recipients and address lines are masked wherever they stand in the logged object; texts are not
 * searched, so never build a message from such values.
 */
export function createLogger(options: {
  readonly service: string;
  readonly level: LogLevel;
  readonly destination?: DestinationStream;
}): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: redact, req: describeRequest, res: describeResponse },
    formatters: { level: (level) => ({ level }), log: redactExceptSerialized },
    hooks: { streamWrite: withoutKeyValues },
  };
  return redactingChildren(options.destination === undefined ? pino(settings) : pino(settings, options.destination));
}

/**
 * pino writes what a child carries once, past every formatter; so it is masked before pino sees it. Children inherit
 * this method.
 */
function redactingChildren(log: Logger): Logger {
  const child = log.child;
  log.child = function <CustomLevels extends string = never>(
    this: Logger,
    bindings: Bindings,
    options?: ChildLoggerOptions<CustomLevels>,
  ): Logger<CustomLevels> {
    return child.call(this, redactExceptSerialized(bindings), options) as Logger<CustomLevels>;
  };
  return log;
}

/** What has a serializer (an HTTP server sets its own) must reach it as it is. */
function redactExceptSerialized({ err, req, res, ...entries }: Record<string, unknown>): Record<string, unknown> {
  return {
    ...redactEntries(entries),
    ...(err === undefined ? {} : { err }),
    ...(req === undefined ? {} : { req }),
    ...(res === undefined ? {} : { res }),
  };
}

/** Method and path. The query of a URL may hold variables, the headers hold the caller's token. */
function describeRequest({ method, url }: { method?: string; url?: string }): Record<string, unknown> {
  return { method, path: url?.split('?', 1)[0] };
}

function describeResponse({ statusCode }: { statusCode?: number }): Record<string, unknown> {
  return { statusCode };
}
