import { describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { createKeyLookup, type KeyHolder } from './api-keys.ts';
import { localeOf } from './locale.ts';
import { createViewerResolver } from './resolve-viewer.ts';

const claims = {
  sub: 'stf_1',
  kind: 'STAFF' as const,
  roles: ['merchandiser'],
  scopes: ['catalog:write'],
  sid: 'ses_1',
  exp: 1,
};
const partner: KeyHolder = { kind: 'PARTNER', id: 'ptn_1', roles: [], scopes: ['partner:orders'] };
const resolve = createViewerResolver({
  verifyToken: async (token) => (token === 'good' || token === 'left' ? { ...claims, sid: `ses_${token}` } : null),
  hasEnded: async (sessionId) => sessionId === 'ses_left',
  findKeyHolder: async (key) => (key === 'fck_good' ? partner : null),
});

describe('the viewer', () => {
  test('is nobody without credentials', async () => {
    expect(await resolve({ 'x-channel': 'app', 'accept-language': 'en-GB' })).toEqual({
      kind: 'ANONYMOUS',
      id: null,
      roles: [],
      scopes: [],
      channel: 'app',
      locale: 'en',
      sessionId: null,
      tierLevel: null,
    });
  });

  test('is who the token names', async () => {
    expect(await resolve({ authorization: 'Bearer good' })).toMatchObject({
      kind: 'STAFF',
      id: 'stf_1',
      roles: ['merchandiser'],
      scopes: ['catalog:write'],
      sessionId: 'ses_good',
      tierLevel: null,
      channel: 'web',
      locale: 'zh-CN',
    });
  });

  test('is the partner whose key it is', async () => {
    expect(await resolve({ authorization: 'bearer fck_good' })).toMatchObject({ ...partner, channel: 'web' });
  });

  test('is one object for one credential, channel and language, and another for any other', async () => {
    const first = await resolve({ authorization: 'Bearer fck_good', 'x-channel': 'app' });
    expect(await resolve({ authorization: 'Bearer fck_good', 'x-channel': 'app' })).toBe(first);
    expect(await resolve({ authorization: 'Bearer fck_good', 'x-channel': 'web' })).toEqual({
      ...first,
      channel: 'web',
    });
    expect(await resolve({ 'x-channel': 'app' })).toMatchObject({ kind: 'ANONYMOUS', id: null, scopes: [] });
  });

  test.each([
    'Bearer bad',
    'Bearer left',
    'Bearer fck_bad',
    'Bearer',
    '',
    'Basic good',
    'good',
    'Bearer good good',
    `Bearer ${'x'.repeat(9000)}`,
    `Bearer fck_${'x'.repeat(300)}`,
  ])('is refused and not taken for nobody with the credentials "%.20s"', async (authorization) => {
    await expect(resolve({ authorization })).rejects.toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  test.each(['shop', 'WEB', '', 'web,app', '__proto__'])('is refused in the unknown channel "%s"', async (channel) => {
    await expect(resolve({ 'x-channel': channel })).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  });
});

test.each([
  [undefined, 'zh-CN'],
  ['en', 'en'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['zh-TW', 'zh-CN'],
  ['fr, en;q=0.3, zh;q=0.7', 'zh-CN'],
  ['fr', 'zh-CN'],
  ['en;q=0', 'zh-CN'],
  ['en;q=NaN', 'zh-CN'],
  ['*', 'zh-CN'],
] as const)('accept-language %p means %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale);
});

describe('the lookup of API keys', () => {
  test('asks once in five seconds, also about a key that nobody has, and then again', async () => {
    const clock = testClock('2026-11-22T08:00:00Z');
    const asked: string[] = [];
    const find = createKeyLookup({
      clock,
      async authenticate(key) {
        asked.push(key);
        return key === 'fck_good' ? partner : null;
      },
    });
    expect([await find('fck_good'), await find('fck_bad'), await find('fck_good'), await find('fck_bad')]).toEqual([
      partner,
      null,
      partner,
      null,
    ]);
    expect(asked).toEqual(['fck_good', 'fck_bad']);
    clock.advance(5000);
    await find('fck_good');
    expect(asked).toHaveLength(3);
  });

  test('asks again after a failure', async () => {
    let fail = true;
    const find = createKeyLookup({
      clock: testClock('2026-11-22T08:00:00Z'),
      async authenticate() {
        if (fail) throw new Error('away');
        return partner;
      },
    });
    await expect(find('fck_good')).rejects.toThrow('away');
    fail = false;
    expect(await find('fck_good')).toEqual(partner);
  });
});
