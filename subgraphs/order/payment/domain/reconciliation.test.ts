import { describe, expect, test } from '@jest/globals';
import { boundsOfDay, chinaDay, compareStatement, type Movement } from './reconciliation.ts';

const paid = (id: string, amountMinor = 1234, currency = 'CNY'): Movement => ({
  subject: 'PAYMENT',
  id,
  amountMinor,
  currency,
});
const own = (movement: Movement, done = true) => ({ ...movement, done });
const money = { amountMinor: 1234, currency: 'CNY' };

describe('a statement and our ledger', () => {
  test('that say the same have no differences', () => {
    const back: Movement = { ...paid('pay_1'), subject: 'REFUND' };
    expect(compareStatement([paid('pay_1'), back], [own(paid('pay_1')), own(back)], [])).toEqual([]);
  });

  test('differ by what only the provider knows, by amount, by currency, by state and by what only we know', () => {
    const statement = [paid('a'), paid('b', 1), paid('c', 1234, 'USD'), paid('d')];
    const ours = [own(paid('b')), own(paid('c')), own(paid('d'), false), own(paid('e')), own(paid('f'), false)];
    expect(compareStatement(statement, ours, [])).toEqual([
      { reason: 'MISSING_HERE', subject: 'PAYMENT', id: 'a', here: null, atProvider: money },
      { reason: 'AMOUNT_DIFFERS', subject: 'PAYMENT', id: 'b', here: money, atProvider: { ...money, amountMinor: 1 } },
      { reason: 'AMOUNT_DIFFERS', subject: 'PAYMENT', id: 'c', here: money, atProvider: { ...money, currency: 'USD' } },
      { reason: 'STATUS_DIFFERS', subject: 'PAYMENT', id: 'd', here: money, atProvider: money },
      { reason: 'MISSING_AT_PROVIDER', subject: 'PAYMENT', id: 'e', here: money, atProvider: null },
    ]);
  });

  test('agree on what was booked there before midnight and heard of here after it', () => {
    expect(compareStatement([], [own(paid('late'))], [paid('late')])).toEqual([]);
  });

  test('do not take a refund for a payment of the same id', () => {
    expect(compareStatement([{ ...paid('a'), subject: 'REFUND' }], [own(paid('a'))], [])).toHaveLength(2);
  });
});

describe('a day by China’s calendar', () => {
  test('begins at 16:00 UTC of the day before', () => {
    expect(boundsOfDay('2026-11-22')).toEqual({
      from: new Date('2026-11-21T16:00:00Z'),
      to: new Date('2026-11-22T16:00:00Z'),
    });
    expect(chinaDay(new Date('2026-11-22T16:00:00Z'))).toBe('2026-11-23');
    expect(chinaDay(new Date('2026-11-22T16:00:00Z'), 1)).toBe('2026-11-22');
  });

  test.each(['2026-02-30', '2026-2-3', 'yesterday', '2026-11-22T00:00'])('%p is none', (text) => {
    expect(() => boundsOfDay(text)).toThrow(RangeError);
  });
});
