import { describe, expect, test } from '@jest/globals';
import { readMemberConfig } from './config.ts';

const MEMBER_KEY_SECRET = 'a secret of more than thirty-two characters';

describe('the settings of the member subgraph', () => {
  test('have defaults for everything but the key secret', () => {
    expect(readMemberConfig({ MEMBER_KEY_SECRET })).toEqual({
      MEMBER_KEY_SECRET,
      SIGN_IN_TRIES: 5,
      SIGN_IN_WINDOW_MINUTES: 15,
      SIGN_UPS_PER_MINUTE: 3000,
      WECHAT_API_URL: 'https://api.weixin.qq.com',
      WECHAT_APPS: {},
    });
    expect(() => readMemberConfig({})).toThrow(
      'MEMBER_KEY_SECRET is not set. Expected: a secret that protects the keys with which tokens are signed, at least 32 characters',
    );
  });

  test.each([
    ['MEMBER_KEY_SECRET', 'too short'],
    ['SIGN_IN_TRIES', '0'],
    ['SIGN_IN_WINDOW_MINUTES', 'soon'],
    ['SIGN_UPS_PER_MINUTE', '1.5'],
    ['WECHAT_API_URL', 'ftp://example.com'],
    ['WECHAT_APPS', '{"wx": 5}'],
    ['WECHAT_APPS', 'not JSON'],
  ])('refuse %s = %s in one line that names it and not its value', (name, value) => {
    const read = () => readMemberConfig({ MEMBER_KEY_SECRET, [name]: value });
    expect(read).toThrow(`${name} has a value that cannot be used. Expected: `);
    expect(read).not.toThrow(value === '0' ? 'value 0' : value);
  });

  test('read the mini-programs from JSON', () => {
    const apps = readMemberConfig({ MEMBER_KEY_SECRET, WECHAT_APPS: '{"wx1":"s1"}' }).WECHAT_APPS;
    expect(apps).toEqual({ wx1: 's1' });
  });
});
