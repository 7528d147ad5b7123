import { describe, expect, test } from '@jest/globals';
import {
  accepted,
  commonMessages,
  currencyMismatch,
  idempotencyConflict,
  invalidInput,
  invalidState,
  notFound,
  refused,
  toUserErrors,
  type Messages,
} from './user-error.ts';

describe('an outcome', () => {
  test('is a value or at least one reason', () => {
    expect(accepted(7)).toEqual({ ok: true, value: 7 });
    expect(refused(idempotencyConflict())).toMatchObject({ ok: false, refusals: [{ code: 'IDEMPOTENCY_CONFLICT' }] });
    expect(() => refused()).toThrow(RangeError);
  });

  test('is the same after it was stored as JSON', () => {
    const outcome = refused(notFound(['skuId'], 'sku'), invalidInput(['quantity'], { en: 'a', zh: 'b' }));
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
  });
});

describe('a refusal as a user error', () => {
  const messages: Messages = {
    INSUFFICIENT_STOCK: {
      en: ({ available }: { available: number }) => `Only ${available} left.`,
      zh: ({ available }: { available: number }) => `仅剩 ${available} 件。`,
    },
  };
  const shortage = {
    type: 'InsufficientStockError',
    code: 'INSUFFICIENT_STOCK',
    path: ['lines', '0', 'quantity'],
    skuId: 'sku_1',
    requested: 5,
    available: 2,
  };

  test('has its GraphQL type, code, path, facts and a sentence in the language of the viewer', () => {
    const facts = { skuId: 'sku_1', requested: 5, available: 2 };
    const shown = {
      __typename: 'InsufficientStockError',
      code: 'INSUFFICIENT_STOCK',
      path: ['lines', '0', 'quantity'],
      ...facts,
    };
    expect(toUserErrors([shortage], 'en', messages)).toEqual([{ ...shown, message: 'Only 2 left.' }]);
    expect(toUserErrors([shortage], 'zh-CN', messages)).toEqual([{ ...shown, message: '仅剩 2 件。' }]);
  });

  test('without a path has null there', () => {
    expect(toUserErrors([{ type: 'BusyError', code: 'TOO_MANY_REQUESTS', retryAfterSeconds: 3 }], 'en', {})).toEqual([
      {
        __typename: 'BusyError',
        code: 'TOO_MANY_REQUESTS',
        message: 'Too many requests. Please try again in 3 s.',
        path: null,
        retryAfterSeconds: 3,
      },
    ]);
  });

  test.each(['NEVER_HEARD_OF', 'toString', '__proto__'])(
    'with the code %s, which has no sentence, is a mistake of the program',
    (code) => {
      expect(() => toUserErrors([{ type: 'X', code }], 'en', {})).toThrow(code);
    },
  );

  test('can be given a better sentence by the subgraph', () => {
    const own: Messages = { NOT_FOUND: { en: () => 'This SKU is gone.', zh: () => '该规格已下架。' } };
    expect(toUserErrors([notFound([], 'sku')], 'en', own)[0]?.message).toBe('This SKU is gone.');
  });
});

describe('the shared refusals', () => {
  test.each([
    [notFound(['id'], 'order'), 'There is no such order.', '找不到该订单。'],
    [notFound(['id'], { en: 'bin', zh: '库位' }), 'There is no such bin.', '找不到该库位。'],
    [invalidInput(['q'], { en: 'Give 1 to 99.', zh: '请填写 1 到 99。' }), 'Give 1 to 99.', '请填写 1 到 99。'],
    [invalidInput(['q'], 'SKU-1'), 'SKU-1', 'SKU-1'],
    [
      invalidState(['orderId'], { state: 'CANCELLED' }),
      "This can't be done while the state is CANCELLED. Reload to see what is possible now.",
      '当前状态（CANCELLED）不支持此操作，请刷新后查看可执行的操作。',
    ],
    [
      currencyMismatch(['expectedTotal'], 'CNY', 'USD'),
      'The amount must be in CNY, not in USD.',
      '金额币种应为 CNY，而不是 USD。',
    ],
  ])('say what is wrong in both languages: $code', (refusal, en, zh) => {
    expect(toUserErrors([refusal], 'en', {})[0]?.message).toBe(en);
    expect(toUserErrors([refusal], 'zh-CN', {})[0]?.message).toBe(zh);
  });

  test('carry the facts that their GraphQL types show', () => {
    expect(currencyMismatch(['a'], 'CNY', 'USD')).toMatchObject({ expectedCurrency: 'CNY', givenCurrency: 'USD' });
    expect(invalidState(['a'], { state: 'PAID', paidAt: 1 })).toMatchObject({
      type: 'InvalidStateError',
      state: 'PAID',
      paidAt: 1,
    });
    expect(idempotencyConflict()).toMatchObject({ type: 'IdempotencyConflictError', path: ['idempotencyKey'] });
  });

  test('each have a sentence', () => {
    expect(Object.keys(commonMessages).toSorted()).toEqual([
      'CURRENCY_MISMATCH',
      'IDEMPOTENCY_CONFLICT',
      'INVALID_INPUT',
      'INVALID_STATE',
      'NOT_FOUND',
      'TOO_MANY_REQUESTS',
    ]);
  });
});
