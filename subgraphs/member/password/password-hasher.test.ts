import { describe, expect, test } from '@jest/globals';
import { createPasswordHasher } from './password-hasher.ts';

const quick = createPasswordHasher({ log2N: 4, r: 8, p: 1 });

describe('the password hasher', () => {
  test('stores scrypt with N = 2^15, r = 8, p = 1, a 16-byte salt and nothing of the password', async () => {
    const hash = await createPasswordHasher().hash('correct horse');
    const [name, log2N, r, p, salt = '', key = ''] = hash.split('$');
    expect([name, log2N, r, p]).toEqual(['scrypt', '15', '8', '1']);
    expect(Buffer.from(salt, 'base64')).toHaveLength(16);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
  });

  test('salts: the same password has another hash each time, and both match', async () => {
    const [one, two] = await Promise.all([quick.hash('correct horse'), quick.hash('correct horse')]);
    expect(one).not.toBe(two);
    expect(await quick.matches('correct horse', one)).toBe(true);
    expect(await quick.matches('correct horse', two)).toBe(true);
    expect(await quick.matches('Correct horse', one)).toBe(false);
    expect(await quick.matches('', one)).toBe(false);
  });

  test('compares with the cost that a hash was made with, so that the cost can be raised', async () => {
    const old = await quick.hash('correct horse');
    expect(await createPasswordHasher({ log2N: 5, r: 8, p: 1 }).matches('correct horse', old)).toBe(true);
  });

  test('says no for an account without a password, in about the time of a real comparison', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('correct horse');
    const timed = async (stored: string | null) => {
      const begun = performance.now();
      expect(await hasher.matches('wrong horse', stored)).toBe(false);
      return performance.now() - begun;
    };
    const known = Math.min(await timed(hash), await timed(hash), await timed(hash));
    const unknown = Math.min(await timed(null), await timed(null), await timed(null));
    expect(unknown).toBeGreaterThan(known / 3);
    expect(unknown).toBeLessThan(known * 3);
  });

  test('refuses with BUSY what would wait too long, and serves everybody else', async () => {
    const many = await Promise.allSettled(Array.from({ length: 200 }, () => quick.hash('correct horse')));
    const refused = many.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(200 - 153);
    expect(refused[0]?.reason).toMatchObject({ extensions: { code: 'BUSY', retryAfterMs: 2_000 } });
    expect(await quick.matches('correct horse', await quick.hash('correct horse'))).toBe(true);
  });
});
