import { describe, expect, test } from '@jest/globals';
import { readOrderConfig } from './config.ts';

const secret = 'play money signs with this long secret';

describe('the settings of the order subgraph', () => {
  test('have the domain rules as defaults, and no play money', () => {
    expect(readOrderConfig({})).toEqual({
      unpaidMs: 30 * 60_000,
      autoReceiveMs: 15 * 86_400_000,
      afterSaleWindowMs: 7 * 86_400_000,
      testPaymentSecret: null,
    });
  });

  test('take play money only with a secret', () => {
    expect(readOrderConfig({ ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: secret }).testPaymentSecret).toBe(
      secret,
    );
    expect(() => readOrderConfig({ ALLOW_TEST_PAYMENTS: 'true' })).toThrow(/^PAYMENT_TEST_SECRET is not set/);
    expect(() => readOrderConfig({ ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: 'short' })).toThrow(
      /^PAYMENT_TEST_SECRET has a value/,
    );
  });

  test('refuse play money in production', () => {
    const env = { ALLOW_TEST_PAYMENTS: 'true', PAYMENT_TEST_SECRET: secret, NODE_ENV: 'production' };
    expect(() => readOrderConfig(env)).toThrow(/^ALLOW_TEST_PAYMENTS is true while NODE_ENV is production/);
  });

  test.each(['0', 'soon', '1.5', '100000'])('refuse %p minutes in one line', (minutes) => {
    expect(() => readOrderConfig({ ORDER_UNPAID_MINUTES: minutes })).toThrow(
      'ORDER_UNPAID_MINUTES has a value that cannot be used. Expected: how long an order may stay unpaid, 1 to 10080 minutes',
    );
  });
});
