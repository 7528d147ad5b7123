import { ConfigError } from '#kit/config/config.ts';
import { MongoUnusableError } from '#kit/mongo/connect.ts';
import { NoMongodError } from '../mongo/find-mongod.ts';
import { MongodError } from '../mongo/start-mongod.ts';
import { StartRefused } from './start-refused.ts';

/** How long stopping may take before the process ends anyway; what it has started ends with it. Milliseconds. */
const stopLimitMs = 9_500;

/** What the running start has to end again, last first. */
export interface Running {
  /** Remembers how to end something; ends it at once when everything is ending already. */
  onStop(stop: () => Promise<void>): Promise<void>;
  /** Ends everything because of a problem; the line says which. */
  giveUp(line: string): void;
}

/** Thrown through a start that was stopped in the middle. */
class Stopping extends Error {}

/**
 * Runs `start` and keeps the process until SIGINT or SIGTERM, then ends everything that it named with `onStop` and exits
 * with 0. A problem is one line on standard error and exit code 1, never a stack trace.
 */
export async function untilStopped(start: (running: Running) => Promise<void>): Promise<void> {
  const stops: (() => Promise<void>)[] = [];
  let ending: Promise<never> | undefined;

  const end = (exitCode: number): Promise<never> => (ending ??= endAll(exitCode));
  const endAll = async (exitCode: number): Promise<never> => {
    setTimeout(() => process.exit(1), stopLimitMs).unref();
    let code = exitCode;
    for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) {
      try {
        await stop();
      } catch (error) {
        say(`Stopping: ${lineFor(error)}`);
        code = 1;
      }
    }
    process.exit(code);
  };

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (ending === undefined) say('Stopping …');
      void end(0);
    });
  }

  try {
    await start({
      onStop: async (stop) => {
        if (ending !== undefined) {
          await stop();
          throw new Stopping();
        }
        stops.push(stop);
      },
      giveUp: (line) => {
        if (ending === undefined) say(line);
        void end(1);
      },
    });
  } catch (error) {
    if (ending === undefined) say(lineFor(error));
    await end(1);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function lineFor(error: unknown): string {
  const foreseen = [ConfigError, MongoUnusableError, NoMongodError, MongodError, StartRefused];
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (foreseen.some((kind) => error instanceof kind)) return line;
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `PORT: port ${String(error.port)} is in use; stop what listens there or set PORT`;
  }
  return `The start failed: ${line}`;
}
