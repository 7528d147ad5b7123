import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readOrderConfig } from './config.ts';

const PERSONAL_DATA_KEYS = 'f3a9d0c17be24856a1c0e97d5b3f8642d1e7';
/** The settings where nothing else is amiss. */
const settingsOf = (env: Record<string, string>) => readOrderConfig({ PERSONAL_DATA_KEYS, ...env });
const secret = 'play money signs with this long secret';

describe('the settings of the order subgraph', () => {
  test('have the domain rules as defaults, and no play money', () => {
    expect(settingsOf({})).toEqual({
      unpaidMs: 30 * 60_000,
      autoReceiveMs: 15 * 86_400_000,
      afterSaleWindowMs: 7 * 86_400_000,
      testPaymentSecret: null,
      personalDataKeys: [PERSONAL_DATA_KEYS],
      platforms: { outside: null, weChatPay: null, alipay: null, stripe: null },
      nuonuo: null,
    });
  });

  test('need a secret for personal data', () => {
    expect(() => readOrderConfig({})).toThrow(/^PERSONAL_DATA_KEYS is not set\. Expected: the secrets that protect/);
  });

  test('take play money only with a secret', () => {
    expect(settingsOf({ ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: secret }).testPaymentSecret).toBe(secret);
    expect(() => settingsOf({ ALLOW_TEST_PAYMENTS: 'true' })).toThrow(/^PAYMENT_TEST_SECRET is not set/);
    expect(() => settingsOf({ ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: 'short' })).toThrow(
      /^PAYMENT_TEST_SECRET has a value/,
    );
  });

  test('refuse play money in production', () => {
    const env = { ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: secret, NODE_ENV: 'production' };
    expect(() => settingsOf(env)).toThrow(/^ALLOW_TEST_PAYMENTS is true while NODE_ENV is production/);
  });

  test.each(['0', 'soon', '1.5', '100000'])('refuse %p minutes in one line', (minutes) => {
    expect(() => settingsOf({ ORDER_UNPAID_MINUTES: minutes })).toThrow(
      'ORDER_UNPAID_MINUTES has a value that cannot be used. Expected: how long an order may stay unpaid, 1 to 10080 minutes',
    );
  });
});

describe('the settings of a payment platform', () => {
  const pem = (type: 'pkcs8' | 'spki') => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return (type === 'pkcs8' ? privateKey : publicKey).export({ format: 'pem', type }).toString();
  };
  const weChatPay: Record<string, string> = {
    WECHAT_PAY_MERCHANT_ID: '1900000109',
    WECHAT_PAY_APP_ID: 'wx8888888888888888',
    WECHAT_PAY_MERCHANT_SERIAL: '5f1a2b3c4d5e6f708192',
    WECHAT_PAY_MERCHANT_KEY: pem('pkcs8'),
    WECHAT_PAY_API_V3_KEY: randomBytes(16).toString('hex'),
    WECHAT_PAY_PLATFORM_KEYS: JSON.stringify({ PUB_KEY_ID_1: pem('spki') }),
    PAYMENT_CALLBACK_URL: 'https://shop.example',
  };

  test('are read when they are complete, line breaks of a key written as \\n or not', () => {
    const read = settingsOf({
      ...weChatPay,
      WECHAT_PAY_MERCHANT_KEY: String(weChatPay['WECHAT_PAY_MERCHANT_KEY']).replaceAll('\n', String.raw`\n`),
    }).platforms;
    expect(read.outside).toBe('https://shop.example');
    expect(read.weChatPay).toMatchObject({
      url: 'https://api.mch.weixin.qq.com',
      merchantSerial: '5F1A2B3C4D5E6F708192',
    });
  });

  test.each(Object.keys(weChatPay))('stop the start when %s is missing', (name) => {
    expect(() => settingsOf({ ...weChatPay, [name]: '' })).toThrow(
      new RegExp(`^${name} is not set\\. Expected: [^\\n]+$`),
    );
  });

  test.each([
    ['WECHAT_PAY_MERCHANT_KEY', 'no key'],
    ['WECHAT_PAY_MERCHANT_KEY', weakKey()],
    ['WECHAT_PAY_PLATFORM_KEYS', '{}'],
    ['WECHAT_PAY_PLATFORM_KEYS', '{"1":"no key"}'],
    ['WECHAT_PAY_API_V3_KEY', 'short'],
    ['WECHAT_PAY_MERCHANT_ID', '19O0000109'],
    ['PAYMENT_CALLBACK_URL', 'shop.example'],
  ])('stop the start when %s can not be used, without quoting it', (name, value) => {
    expect(() => settingsOf({ ...weChatPay, [name]: value })).toThrow(
      new RegExp(`^${name} has a value that cannot be used\\. Expected: [^\\n]+$`),
    );
  });

  test('stop the start when half of another platform is set', () => {
    const both = { ...weChatPay, ALIPAY_APP_ID: '2021000000000001', ALIPAY_SELLER_ID: '2088000000000001' };
    expect(() => settingsOf(both)).toThrow(/^ALIPAY_APP_KEY is not set\. Expected: /);
    expect(() => settingsOf({ ALIPAY_GATEWAY_URL: 'https://alipay.example' })).toThrow(/^ALIPAY_APP_ID is not set/);
  });

  test('refuse callbacks without https in production', () => {
    const env = { ...weChatPay, PAYMENT_CALLBACK_URL: 'http://shop.example', NODE_ENV: 'production' };
    expect(() => settingsOf(env)).toThrow(/^PAYMENT_CALLBACK_URL has a value that cannot be used/);
  });

  const random = randomBytes(24).toString('hex');
  const stripe = {
    STRIPE_ACCOUNT_ID: 'acct_1a2b3c4d5e',
    STRIPE_SECRET_KEY: ['sk', 'live', random].join('_'),
    STRIPE_WEBHOOK_SECRETS: `whsec_${random}`,
  };
  test.each<[string, Record<string, string>]>([
    ['WECHAT_PAY_API_V3_KEY', { ...weChatPay, WECHAT_PAY_API_V3_KEY: 'k'.repeat(32) }],
    ['STRIPE_SECRET_KEY', { ...stripe, STRIPE_SECRET_KEY: ['sk', 'live', 'placeholder0placeholder'].join('_') }],
    ['STRIPE_WEBHOOK_SECRETS', { ...stripe, STRIPE_WEBHOOK_SECRETS: `whsec_${random},whsec_${'changeme'.repeat(4)}` }],
  ])('refuse an example for %s in production, and nowhere else', (name, env) => {
    expect(() => settingsOf(env)).not.toThrow();
    expect(() => settingsOf({ ...env, NODE_ENV: 'production' })).toThrow(
      new RegExp(`^${name} holds a secret that could be guessed`),
    );
  });

  test('refuse a key for tests in production', () => {
    const tests = { ...stripe, STRIPE_SECRET_KEY: ['sk', 'test', random].join('_') };
    expect(settingsOf({ ...stripe, NODE_ENV: 'production' }).platforms.stripe?.accountId).toBe('acct_1a2b3c4d5e');
    expect(() => settingsOf({ ...tests, NODE_ENV: 'production' })).toThrow(/^STRIPE_SECRET_KEY is a key for tests/);
  });
});

function weakKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}
