import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';

/** Runs the tests whose path matches the given patterns, or all. Arguments are handed to jest as they are. */
const runLimitMs = 20 * 60_000;

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const child = spawn(
  process.execPath,
  // jest needs vm modules for ESM; they and type stripping announce themselves as experimental in every worker.
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--passWithNoTests',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...process.env, NODE_ENV: 'test' } },
);

const limit = setTimeout(() => {
  process.stderr.write(`The tests took longer than ${runLimitMs / 60_000} minutes and were stopped.\n`);
  child.kill('SIGKILL');
}, runLimitMs);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  clearTimeout(limit);
  process.exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
});
