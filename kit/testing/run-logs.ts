import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { createLogger } from '#kit/logging/logger.ts';

/** Where the processes of a whole test run write what they log and what must not be found there: the run searches it when it is over. */
export const runLogsVariable = 'FULLCHAIN_RUN_LOGS';

/** The names of what people and machines must not find in a log. Of a test's variables these are remembered, wherever they stand. */
const telling =
  /^(password|phone|email|identifier|recipient|line|note|text|reason|title|displayname|taxnumber|refreshtoken|code|carrier|trackingnumber)$/i;
/** Shorter ones stand in every log by chance. */
const shortest = 6;
const longest = 300;

const remembered = new Set<string>();

function write(file: string, line: string): void {
  const folder = process.env[runLogsVariable];
  if (folder) appendFileSync(join(folder, file), line);
}

/** The log of services that run in the test's own process: as chatty as can be, into the run's logs, and nowhere outside of a run. */
export function runLogger(service: string): Logger {
  if (!process.env[runLogsVariable]) return pino({ level: 'silent' });
  const destination = { write: (line: string) => write(`${service}-${process.pid}.log`, line) };
  return createLogger({ service, level: 'trace', destination });
}

/** Adds a line of another process to the run's logs. */
export function keepRunLog(service: string, line: string): void {
  write(`${service}.log`, `${line}\n`);
}

/** Remembers a token, a key or a password that must be found in no log of the run. */
export function mustNotBeLogged(secret: string | undefined): void {
  if (!process.env[runLogsVariable] || secret === undefined || remembered.has(secret)) return;
  if (secret.length < shortest || secret.length > longest) return;
  remembered.add(secret);
  write(`secrets-${process.pid}.jsonl`, `${JSON.stringify(secret)}\n`);
}

/** Remembers what of a request's variables must be found in no log of the run: what names somebody, what they wrote, and what lets them in. */
export function variablesMustNotBeLogged(variables: unknown): void {
  if (!process.env[runLogsVariable] || typeof variables !== 'object' || variables === null) return;
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === 'string' && telling.test(name)) mustNotBeLogged(value);
    else variablesMustNotBeLogged(value);
  }
}
