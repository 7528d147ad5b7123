import { describe, expect, test } from '@jest/globals';
import { readNuonuoSettings } from './nuonuo-settings.ts';

const env = {
  NUONUO_APP_KEY: 'SD1',
  NUONUO_APP_SECRET: '7bX2qLw9Tz4kRm8V',
  NUONUO_TAX_NUMBER: '91350100M000100Y43',
  NUONUO_SELLER_ADDRESS: '上海市',
  NUONUO_SELLER_PHONE: '021-1',
  NUONUO_CLERK: '小李',
  NUONUO_GOODS_CODE: '1060512990000000000',
};

describe('the settings of the issuer of invoices', () => {
  test('are none of them, or all', () => {
    expect(readNuonuoSettings({})).toBeNull();
    expect(readNuonuoSettings(env)).toMatchObject({
      url: 'https://sdk.nuonuo.com/open/v1/services',
      goods: { name: '商品', taxRate: '0.13' },
    });
    for (const name of Object.keys(env)) expect(() => readNuonuoSettings({ ...env, [name]: undefined })).toThrow(name);
  });

  test('have a tax number that checks, and https in production', () => {
    expect(() => readNuonuoSettings({ ...env, NUONUO_TAX_NUMBER: '91350100M000100Y44' })).toThrow('NUONUO_TAX_NUMBER');
    const plain = { ...env, NUONUO_API_URL: 'http://127.0.0.1:1/open/v1/services' };
    expect(readNuonuoSettings(plain)?.url).toBe(plain.NUONUO_API_URL);
    expect(() => readNuonuoSettings({ ...plain, NODE_ENV: 'production' })).toThrow('https in production');
  });

  test('have a secret in production that nobody could guess', () => {
    const example = { ...env, NUONUO_APP_SECRET: 'change-me-change-me' };
    expect(readNuonuoSettings(example)?.appSecret).toBe('change-me-change-me');
    expect(() => readNuonuoSettings({ ...example, NODE_ENV: 'production' })).toThrow(
      /^NUONUO_APP_SECRET holds a secret that could be guessed/,
    );
  });
});
