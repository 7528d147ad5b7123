import { describe, expect, test } from '@jest/globals';
import { amountsOf, externalRefusals, type ExternalOrder } from './external-order.ts';

const cny = (minor: number) => ({ minor, currency: 'CNY' });
const now = new Date('2026-11-22T08:00:00Z');
const order: ExternalOrder = {
  system: 'tmall',
  externalId: 'T-1',
  placedAt: new Date('2026-11-22T07:00:00Z'),
  address: {
    recipient: '王芳',
    phone: '13800000000',
    region: '上海市',
    city: '上海市',
    line: '人民路 1 号',
    postalCode: null,
  },
  lines: [
    { skuCode: 'A', quantity: 2, unitPrice: cny(1000) },
    { skuCode: 'B', quantity: 1, unitPrice: cny(550) },
  ],
  total: cny(3350),
  paid: true,
};

describe('an order of a partner', () => {
  test('pays freight with what its total has above its lines', () => {
    expect(externalRefusals(order, now)).toEqual([]);
    expect(amountsOf(order)).toEqual({ subtotalMinor: 2550, discountMinor: 0, freightMinor: 800, totalMinor: 3350 });
  });

  test.each<[string, Partial<ExternalOrder>, string, readonly string[]]>([
    ['a total below its lines', { total: cny(2549) }, 'INVALID_INPUT', ['total']],
    ['no lines', { lines: [] }, 'INVALID_INPUT', ['lines']],
    [
      'a quantity of 0',
      { lines: [{ skuCode: 'A', quantity: 0, unitPrice: cny(1) }] },
      'INVALID_INPUT',
      ['lines', '0', 'quantity'],
    ],
    [
      'a negative price',
      { lines: [{ skuCode: 'A', quantity: 1, unitPrice: cny(-1) }] },
      'INVALID_INPUT',
      ['lines', '0', 'unitPrice', 'amount'],
    ],
    [
      'two currencies',
      { total: { minor: 3350, currency: 'USD' } },
      'CURRENCY_MISMATCH',
      ['lines', '0', 'unitPrice', 'currency'],
    ],
    ['a date in the future', { placedAt: new Date('2026-11-22T08:06:00Z') }, 'INVALID_INPUT', ['placedAt']],
    ['no system', { system: '' }, 'INVALID_INPUT', ['system']],
    ['no id', { externalId: '' }, 'INVALID_INPUT', ['externalId']],
  ])('with %s is refused there', (_name, wrong, code, path) => {
    expect(externalRefusals({ ...order, ...wrong }, now)).toMatchObject([{ code, path }]);
  });

  test('may come from a clock that is five minutes ahead', () => {
    expect(externalRefusals({ ...order, placedAt: new Date('2026-11-22T08:05:00Z') }, now)).toEqual([]);
  });
});
