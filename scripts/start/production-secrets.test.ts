import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { bareEnvironment } from '#kit/testing/bare-environment.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const strong = randomBytes(32).toString('hex');
const advice = 'Expected: random text in production, as of `openssl rand -hex 32`';

/** Runs the process of a service as in production until it ends, with a database that nobody finds. */
function start(main: string, env: Record<string, string>): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      cwd: root,
      env: {
        ...bareEnvironment,
        NODE_ENV: 'production',
        PORT: '0',
        MONGODB_URI: 'mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=300&replicaSet=none',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 30_000,
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code) => resolve({ code, errors: errors.trimEnd() }));
  });
}

describe.each([
  ['gateway', 'gateway/main.ts'],
  ...['product', 'order', 'promotion', 'member', 'logistics'].map((name) => [name, `subgraphs/${name}/main.ts`]),
])('%s in production', (service, main) => {
  const keySecret = { MEMBER_KEY_SECRET: strong, PERSONAL_DATA_KEYS: strong };

  test('does not start with an example for a secret', async () => {
    const INTERNAL_CALL_SECRETS = `${strong},change-me-please-change-me-please-now`;
    expect(await start(main, { ...keySecret, INTERNAL_CALL_SECRETS })).toEqual({
      code: 1,
      errors: `${service} can't start: INTERNAL_CALL_SECRETS holds a secret that could be guessed. ${advice}`,
    });
  });

  test('does not start with a short or missing one, and never shows it', async () => {
    const short = await start(main, { ...keySecret, INTERNAL_CALL_SECRETS: 'Xk29shorthunter2' });
    expect(short).toMatchObject({ code: 1 });
    expect(short.errors).toMatch(
      new RegExp(`^${service} can't start: INTERNAL_CALL_SECRETS has a value that cannot be used`),
    );
    expect(short.errors).not.toContain('hunter2');
    expect((await start(main, keySecret)).errors).toMatch(
      new RegExp(`^${service} can't start: INTERNAL_CALL_SECRETS is not set`),
    );
  });
});

test('member names all settings that are wrong at once', async () => {
  const { errors } = await start('subgraphs/member/main.ts', {
    INTERNAL_CALL_SECRETS: 'a'.repeat(64),
    SIGN_IN_TRIES: 'many',
  });
  expect(errors.split('; ')).toEqual([
    expect.stringMatching(/^member can't start: MEMBER_KEY_SECRET is not set\. Expected: a secret/),
    expect.stringMatching(
      /^PERSONAL_DATA_KEYS is not set\. Expected: the secrets that protect the keys of personal data/,
    ),
    'SIGN_IN_TRIES has a value that cannot be used. Expected: how many wrong passwords an account takes before it rests, 1 to 100',
    `INTERNAL_CALL_SECRETS holds a secret that could be guessed. ${advice}`,
  ]);
});

test.each([
  ['without a secret', {}, 'PERSONAL_DATA_KEYS is not set'],
  [
    'with two secrets, one of which could be guessed,',
    { PERSONAL_DATA_KEYS: `${strong},${'b'.repeat(40)}` },
    'PERSONAL_DATA_KEYS holds a secret that could be guessed',
  ],
])('order does not start %s for personal data', async (_, given, problem) => {
  const { code, errors } = await start('subgraphs/order/main.ts', { INTERNAL_CALL_SECRETS: strong, ...given });
  expect({ code, starts: errors.startsWith(`order can't start: ${problem}`) }).toEqual({ code: 1, starts: true });
});

test.each([
  ['an example for', 'change-me-at-once'],
  ['a short', 'Xk29!vQ4'],
])('member does not start with %s password of its first administrator, and never shows it', async (_, password) => {
  const { code, errors } = await start('subgraphs/member/main.ts', {
    ...{ INTERNAL_CALL_SECRETS: strong, MEMBER_KEY_SECRET: strong, PERSONAL_DATA_KEYS: strong },
    ...{ FIRST_ADMIN_EMAIL: 'admin@shop.example', FIRST_ADMIN_PASSWORD: password },
  });
  expect({ code, errors }).toEqual({
    code: 1,
    errors: `member can't start: FIRST_ADMIN_PASSWORD holds a secret that could be guessed. ${advice}`,
  });
});

test('member does not start with an example for the secret of a mini-program', async () => {
  const { code, errors } = await start('subgraphs/member/main.ts', {
    ...{ INTERNAL_CALL_SECRETS: strong, MEMBER_KEY_SECRET: strong, PERSONAL_DATA_KEYS: strong },
    WECHAT_APPS: JSON.stringify({ wx1234: strong, wx5678: 'secret' }),
  });
  expect({ code, errors }).toEqual({
    code: 1,
    errors: `member can't start: WECHAT_APPS holds a secret that could be guessed. ${advice}`,
  });
});

test('a secret that nobody could guess is no obstacle: the next thing missing is the database', async () => {
  const { errors } = await start('subgraphs/product/main.ts', { INTERNAL_CALL_SECRETS: strong });
  expect(errors).toMatch(/^product can't start: MongoDB at mongodb:\/\/127\.0\.0\.1:9 can't be reached/);
});

test.each(['gateway/main.ts', 'scripts/start.ts', 'scripts/start-distributed.ts'])(
  '%s has no demo data in production',
  async (main) => {
    const { code, errors } = await start(main, { INTERNAL_CALL_SECRETS: strong, DEMO_DATA: 'on' });
    expect(code).toBe(1);
    expect(errors).toContain('DEMO_DATA is on while NODE_ENV is production. Expected: off');
  },
);
