import { ConfigError } from '#kit/config/config.ts';
import { MongoUnusableError } from '#kit/mongo/connect.ts';

/** Something that was started and must be stopped. */
export interface Stoppable {
  stop(): Promise<void>;
}

/** How long stopping may take before the process ends anyway, milliseconds. */
const stopLimitMs = 9000;

/**
 * Runs a service as this process: starts it, stops it on SIGTERM or SIGINT and ends with 0. When it can't start, one line says why
 * (a stack only for what nobody foresaw) and the process ends with 1.
 */
export async function runProcess(service: string, start: () => Promise<Stoppable>): Promise<void> {
  const starting = start();
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), stopLimitMs).unref();
    await (await starting).stop();
    process.exit(0);
  };
  const onSignal = () =>
    void stop().catch((error: unknown) => {
      process.stderr.write(`${service} did not stop cleanly: ${lineFor(error)}\n`);
      process.exit(1);
    });
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  try {
    await starting;
  } catch (error) {
    process.stderr.write(`${service} can't start: ${lineFor(error)}\n`);
    process.exit(1);
  }
}

function lineFor(error: unknown): string {
  if (error instanceof ConfigError || error instanceof MongoUnusableError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) return `port ${String(error.port)} is in use`;
  return error.stack ?? error.message;
}
