import { describe, expect, test } from '@jest/globals';
import { readMemberConfig } from './config.ts';

const MEMBER_KEY_SECRET = 'a secret of more than thirty-two characters';
const PERSONAL_DATA_KEYS = 'another secret of more than thirty-two characters';
const secrets = { MEMBER_KEY_SECRET, PERSONAL_DATA_KEYS };

describe('the settings of the member subgraph', () => {
  test('have defaults for everything but the secrets', () => {
    expect(readMemberConfig(secrets)).toEqual({
      MEMBER_KEY_SECRET,
      PERSONAL_DATA_KEYS: [PERSONAL_DATA_KEYS],
      SIGN_IN_TRIES: 5,
      SIGN_IN_TRIES_PER_ADDRESS: 100,
      SIGN_IN_WINDOW_MINUTES: 15,
      SIGN_UPS_PER_MINUTE: 3000,
      WECHAT_API_URL: 'https://api.weixin.qq.com',
      WECHAT_APPS: {},
    });
    expect(() => readMemberConfig({})).toThrow(
      'MEMBER_KEY_SECRET is not set. Expected: a secret that protects the keys with which tokens are signed, at least 32 characters',
    );
    expect(() => readMemberConfig({ MEMBER_KEY_SECRET })).toThrow(
      'PERSONAL_DATA_KEYS is not set. Expected: the secrets that protect the keys of personal data, the one for new keys first, separated by commas, each of at least 32 characters',
    );
  });

  test.each([
    ['MEMBER_KEY_SECRET', 'too short'],
    ['PERSONAL_DATA_KEYS', `${PERSONAL_DATA_KEYS}, too short`],
    ['SIGN_IN_TRIES', '0'],
    ['SIGN_IN_WINDOW_MINUTES', 'soon'],
    ['SIGN_UPS_PER_MINUTE', '1.5'],
    ['WECHAT_API_URL', 'ftp://example.com'],
    ['WECHAT_APPS', '{"wx": 5}'],
    ['WECHAT_APPS', 'not JSON'],
  ])('refuse %s = %s in one line that names it and not its value', (name, value) => {
    const read = () => readMemberConfig({ ...secrets, [name]: value });
    expect(read).toThrow(`${name} has a value that cannot be used. Expected: `);
    expect(read).not.toThrow(value === '0' ? 'value 0' : value);
  });

  test('read the mini-programs from JSON', () => {
    const apps = readMemberConfig({ ...secrets, WECHAT_APPS: '{"wx1":"s1"}' }).WECHAT_APPS;
    expect(apps).toEqual({ wx1: 's1' });
  });
});
