import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, readConfig } from './config.ts';
import { secretText, secretTexts } from './secret.ts';

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65_535).default(4000).describe('a port number from 1 to 65535'),
  CALL_SECRET: z.string().min(32).describe('a secret of at least 32 characters'),
  LOG_LEVEL: z.enum(['debug', 'info']).default('info'),
});

const secret = 's'.repeat(32);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
  await writeFile(join(folder, 'secret'), `${secret}\n`);
  await writeFile(join(folder, 'empty'), '');
});

afterAll(() => rm(folder, { recursive: true }));

function messageOf(env: Record<string, string>): string {
  try {
    readConfig(schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the settings', () => {
  test('are read from the environment, with defaults, and nothing else of it', () => {
    expect(readConfig(schema, { CALL_SECRET: secret, HOME: '/root' })).toEqual({
      PORT: 4000,
      CALL_SECRET: secret,
      LOG_LEVEL: 'info',
    });
    expect(readConfig(schema, { CALL_SECRET: secret, PORT: '80', LOG_LEVEL: 'debug' }).PORT).toBe(80);
  });

  test('that are empty count as unset', () => {
    expect(readConfig(schema, { CALL_SECRET: secret, PORT: '' }).PORT).toBe(4000);
    expect(messageOf({ CALL_SECRET: '' })).toBe('CALL_SECRET is not set. Expected: a secret of at least 32 characters');
  });

  test('may come from a file, without its line break', () => {
    expect(readConfig(schema, { CALL_SECRET_FILE: join(folder, 'secret') }).CALL_SECRET).toBe(secret);
  });
});

describe('one clear line', () => {
  test('names the variable that is missing and what is expected', () => {
    expect(messageOf({})).toBe('CALL_SECRET is not set. Expected: a secret of at least 32 characters');
  });

  test.each(['abc', '0', '70000', '80.5', '-1', '4000 '.repeat(2)])(
    'names the variable that is wrong: PORT=%j',
    (port) => {
      expect(messageOf({ CALL_SECRET: secret, PORT: port })).toBe(
        'PORT has a value that cannot be used. Expected: a port number from 1 to 65535',
      );
    },
  );

  test('never quotes a secret', () => {
    const message = messageOf({ CALL_SECRET: 'hunter2' });
    expect(message).toBe('CALL_SECRET has a value that cannot be used. Expected: a secret of at least 32 characters');
  });

  test('says something useful for a variable without a description', () => {
    expect(messageOf({ CALL_SECRET: secret, LOG_LEVEL: 'loud' })).toContain(
      'LOG_LEVEL has a value that cannot be used. Expected: ',
    );
    expect(messageOf({ CALL_SECRET: secret, LOG_LEVEL: 'loud' })).not.toContain('\n');
  });

  test('refuses a variable that is given twice', () => {
    expect(messageOf({ CALL_SECRET: secret, CALL_SECRET_FILE: join(folder, 'secret') })).toBe(
      'CALL_SECRET and CALL_SECRET_FILE are both set. Expected: only one of them',
    );
  });

  test('names the file variable that cannot be read, or holds nothing', () => {
    expect(messageOf({ CALL_SECRET_FILE: join(folder, 'nowhere') })).toBe(
      'CALL_SECRET_FILE names a file that cannot be read (ENOENT). Expected: a readable file',
    );
    expect(messageOf({ CALL_SECRET_FILE: join(folder, 'empty') })).toBe(
      'CALL_SECRET is not set. Expected: a secret of at least 32 characters',
    );
  });

  test('names all variables that are wrong', () => {
    expect(messageOf({ PORT: 'x', LOG_LEVEL: 'loud' }).split('; ')).toEqual([
      'PORT has a value that cannot be used. Expected: a port number from 1 to 65535',
      'CALL_SECRET is not set. Expected: a secret of at least 32 characters',
      expect.stringMatching(/^LOG_LEVEL has a value that cannot be used/),
    ]);
  });
});

describe('a secret in production', () => {
  const secrets = z.object({ KEY: secretText('a key'), KEYS: secretTexts('keys') });
  const random = 'f3b1c9d27a60e845f3b1c9d27a60e845';
  const read = (KEY: string, KEYS: string, NODE_ENV = 'production') => readConfig(secrets, { KEY, KEYS, NODE_ENV });

  test('is taken when it could not be guessed', () => {
    expect(read(random, `${random}, ${random}`)).toEqual({ KEY: random, KEYS: [random, random] });
  });

  test.each([
    'your-secret-goes-here-000000000000000',
    'Change Me! Change Me! Change Me! Now',
    '01234567890123456789012345678901',
    'abababababababababababababababab',
    'fullchain-fullchain-fullchain-1-2-3-4',
  ])('is refused when it was made to be shown: %s', (guessable) => {
    expect(() => read(guessable, random)).toThrow(/^KEY holds a secret that could be guessed\. Expected: random text/);
    expect(() => read(random, `${random},${guessable}`)).toThrow(/^KEYS holds a secret that could be guessed/);
    expect(read(guessable, random, 'development').KEY).toBe(guessable);
  });

  test('is refused with the others that are short or missing, all in one line', () => {
    expect(() => readConfig(secrets, { KEY: 'a'.repeat(32), NODE_ENV: 'production' })).toThrow(
      /^KEYS is not set\. Expected: keys, separated by commas, each of at least 32 characters; KEY holds a secret/,
    );
  });
});
