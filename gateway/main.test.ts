import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { bareEnvironment } from '#kit/testing/bare-environment.ts';

const main = join(import.meta.dirname, 'main.ts');
const secret = 'a secret of the services that is long enough';

/** Runs the gateway's process until it ends, or until it says that it listens, when it is told to stop. */
function run(env: Record<string, string>): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...bareEnvironment, PORT: '0', INTERNAL_CALL_SECRETS: secret, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('listening')) child.kill('SIGTERM');
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, errors }));
  });
}

test('the gateway starts with no more than a secret, and ends cleanly on SIGTERM', async () => {
  expect(await run({})).toEqual({ code: 0, errors: '' });
});

test.each([
  ['a missing secret', { INTERNAL_CALL_SECRETS: '' }, 'INTERNAL_CALL_SECRETS is not set'],
  [
    'a short secret',
    { INTERNAL_CALL_SECRETS: `${secret},short` },
    'INTERNAL_CALL_SECRETS has a value that cannot be used',
  ],
  ['a port that is none', { PORT: '70000' }, 'PORT has a value that cannot be used'],
  ['an address that is none', { ORDER_URL: 'order:4002' }, 'ORDER_URL has a value that cannot be used'],
])('%s ends the start with one clear line', async (_, env, line) => {
  const { code, errors } = await run(env);
  expect(code).toBe(1);
  expect(errors).toMatch(new RegExp(`^gateway can't start: ${line}\\. Expected: [^\\n]+\\n$`));
});
