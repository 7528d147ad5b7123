import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { localSecrets } from './local-secrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-secrets-'));
});

describe('the secrets of a local start', () => {
  test('are made once, long, different and readable by their owner only', async () => {
    const first = await localSecrets(folder, {});
    expect(first.INTERNAL_CALL_SECRETS).toMatch(/^[0-9a-f]{64}$/);
    expect(first.MEMBER_KEY_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(first.PAYMENT_TEST_SECRET).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(first)).size).toBe(4);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(await localSecrets(folder, {})).toEqual(first);
  });

  test('from the environment win', async () => {
    const kept = await localSecrets(folder, {});
    const given = 'x'.repeat(32);
    expect(await localSecrets(folder, { MEMBER_KEY_SECRET: given })).toEqual({ ...kept, MEMBER_KEY_SECRET: given });
  });

  test('that were kept before there was one for personal data get it, once, and stay as they are', async () => {
    const { PERSONAL_DATA_KEYS: _, ...earlier } = await localSecrets(folder, {});
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(earlier));
    const completed = await localSecrets(folder, {});
    expect(completed).toEqual({ ...earlier, PERSONAL_DATA_KEYS: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await localSecrets(folder, {})).toEqual(completed);
  });

  test('in a damaged file are refused without being shown', async () => {
    writeFileSync(join(folder, 'secrets.json'), '{"INTERNAL_CALL_SECRETS":"short-secret"');
    await expect(localSecrets(folder, {})).rejects.toThrow(/secrets\.json can't be read/);
    await expect(localSecrets(folder, {})).rejects.not.toThrow(/short-secret/);
  });
});
