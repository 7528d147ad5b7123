import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLogsVariable } from '#kit/testing/run-logs.ts';
import { judgeLogs } from './test/judge-logs.ts';

/**
 * Runs the tests whose path matches the given patterns, or all. Arguments are handed to jest as they are. When they are over, what their services logged is searched
 * for what must not be there; finding any counts as a failed test.
 */
// For a run that hangs, three times what a small machine needs; CI's own limit is 90 minutes.
const runLimitMs = 60 * 60_000;

const logs = await mkdtemp(join(tmpdir(), 'fullchain-logs-'));
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', jest, '--passWithNoTests', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test', [runLogsVariable]: logs } },
);

const limit = setTimeout(() => {
  process.stderr.write(`The tests took longer than ${runLimitMs / 60_000} minutes and were stopped.\n`);
  child.kill('SIGKILL');
}, runLimitMs);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => void finish(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));

async function finish(code: number): Promise<void> {
  clearTimeout(limit);
  const clean = await judgeLogs(logs, (line) => void process.stderr.write(`${line}\n`));
  await rm(logs, { recursive: true, force: true });
  process.exitCode = clean ? code : code || 1;
}
