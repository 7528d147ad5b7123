import type { Logger } from 'pino';

/** Apollo's libraries log texts; their chatter about starting is of use to debugging only. */
export function quietLogger(log: Logger) {
  return {
    debug: (message?: unknown) => log.trace({ from: 'apollo' }, String(message)),
    info: (message?: unknown) => log.debug({ from: 'apollo' }, String(message)),
    warn: (message?: unknown) => log.warn({ from: 'apollo' }, String(message)),
    error: (message?: unknown) => log.error({ from: 'apollo' }, String(message)),
  };
}
