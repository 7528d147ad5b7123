import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bareEnvironment } from '#kit/testing/bare-environment.ts';
import { onlyOneStart } from './only-one-start.ts';

const limitMs = 12_000;

/** Runs the real script until it ends. */
function start(script: string, env: Record<string, string>): Promise<{ code: number | null; lines: string[] }> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL(`../${script}`, import.meta.url))],
      { env: { ...bareEnvironment, DATA_DIR: folder, ...env }, timeout: limitMs, killSignal: 'SIGKILL' },
    );
    let text = '';
    child.stdout.on('data', (chunk) => (text += String(chunk)));
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    child.once('close', (code) => resolve({ code, lines: text.trimEnd().split('\n') }));
  });
}

let folder: string;
let listener: Server;
let taken: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'start-test-'));
  listener = createServer();
  await new Promise<void>((resolve) => void listener.listen(0, resolve));
  taken = (listener.address() as AddressInfo).port;
});
afterEach(() => {
  listener.close();
});

describe.each(['start.ts', 'start-distributed.ts'])('%s refuses with one line and a failing exit code', (script) => {
  test('a port in use', async () => {
    expect(await start(script, { PORT: String(taken) })).toEqual({
      code: 1,
      lines: [`PORT: port ${taken} is in use; stop what listens there or set PORT`],
    });
  });

  test('a second start with the same data', async () => {
    const release = await onlyOneStart(folder);
    expect(await start(script, {})).toEqual({
      code: 1,
      lines: [`Already running (pid ${process.pid}); stop it first, or set DATA_DIR and PORT for another one`],
    });
    await release();
  });

  test('a setting that is wrong, naming it and what is expected', async () => {
    expect(await start(script, { PORT: 'eighty' })).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^PORT has a value that cannot be used\. Expected: .*a TCP port from 0 to 65535$/)],
    });
  });

  test('a MongoDB that does not answer, without its password', async () => {
    const uri = 'mongodb://shop:hunter2@127.0.0.1:1/?replicaSet=rs0';
    const { code, lines } = await start(script, { PORT: '0', ...freePorts, MONGODB_URI: uri });
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^MONGODB_URI: MongoDB at .*127\.0\.0\.1:1.* can't be reached/)]);
    expect(lines[0]).not.toContain('hunter2');
  });

  test('an address that is not of a MongoDB', async () => {
    expect(await start(script, { PORT: '0', ...freePorts, MONGODB_URI: 'postgres://127.0.0.1/shop' })).toEqual({
      code: 1,
      lines: [expect.stringMatching(/^MONGODB_URI has a value that cannot be used\. Expected: .*replica set/)],
    });
  });
});

/** Any free ones: the usual ports may be in use where the test runs. */
const freePorts = { PRODUCT_PORT: '0', ORDER_PORT: '0', PROMOTION_PORT: '0', MEMBER_PORT: '0', LOGISTICS_PORT: '0' };
