import { describe, expect, test } from '@jest/globals';
import { unreachable } from '../../order/domain/order-states.ts';
import { depositAtEnd, phaseMoves, presalePhases, type PresalePhase } from './order-presale.ts';
import { termsOfPresale } from './terms-of-presale.ts';

const balanceFrom = new Date('2026-12-01T00:00:00Z');
const minutesAfter = (minutes: number) => new Date(balanceFrom.getTime() + minutes * 60_000);

describe('the phases of a presale order', () => {
  test('can all be reached from the deposit, and no move starts where nobody comes', () => {
    expect(unreachable(phaseMoves as never, 'DEPOSIT_DUE', presalePhases)).toEqual({ states: [], transitions: [] });
  });
});

describe('the deposit of an order that ends', () => {
  const end = (
    phase: PresalePhase,
    at: Date,
    more: { byShop?: boolean; ifUnpaid?: 'FORFEIT' | 'RETURN'; balanceDueAt?: Date | null } = {},
  ) => {
    const { byShop = false, ifUnpaid = 'FORFEIT', balanceDueAt = null } = more;
    return depositAtEnd({ phase, balanceFrom, balanceDueAt, ifUnpaid }, { at, byShop });
  };

  test.each([
    ['was never paid', end('DEPOSIT_DUE', minutesAfter(-1)), 'NONE'],
    ['is not the question once the balance is paid', end('BALANCE_PAID', minutesAfter(1)), 'NONE'],
    ['is kept when the shopper cancels before the balance', end('DEPOSIT_PAID', minutesAfter(-1)), 'FORFEITED'],
    ['goes back then by the other rule', end('DEPOSIT_PAID', minutesAfter(-1), { ifUnpaid: 'RETURN' }), 'RETURNED'],
    ['goes back when the shop ends the order', end('DEPOSIT_PAID', minutesAfter(-1), { byShop: true }), 'RETURNED'],
    ['goes back when the goods are not there in time', end('DEPOSIT_PAID', minutesAfter(0)), 'RETURNED'],
    [
      'is kept when the balance could be paid',
      end('BALANCE_DUE', minutesAfter(2000), { balanceDueAt: minutesAfter(60) }),
      'FORFEITED',
    ],
    [
      'goes back when the goods came over an hour late',
      end('BALANCE_DUE', minutesAfter(2000), { balanceDueAt: minutesAfter(61) }),
      'RETURNED',
    ],
    [
      'goes back when the shop ends it with the balance due',
      end('BALANCE_DUE', minutesAfter(1), { byShop: true, balanceDueAt: minutesAfter(0) }),
      'RETURNED',
    ],
  ])('%s', (_what, found, expected) => {
    expect(found).toBe(expected);
  });
});

describe('the terms of an order of a presale', () => {
  const labels = { channelPrice: 'Price', presalePrice: 'Presale price', deposit: 'Deposit counts for more' };
  const windows = {
    depositTo: '2026-11-30T00:00:00.000Z',
    balanceFrom: balanceFrom.toISOString(),
    balanceTo: '2026-12-03T00:00:00.000Z',
    shipsAfter: '2026-12-10T00:00:00.000Z',
  };
  const amounts = { priceMinor: 10_000, depositMinor: 1_000, depositWorthMinor: 2_000 };
  const terms = { skuId: 'sku_1', currency: 'CNY', ifUnpaid: 'FORFEIT' as const, labels, ...amounts, ...windows };
  const goods = (minor: number, currency = 'CNY') => ({
    lineId: 'orl_1',
    quantity: 3,
    facts: {
      skuId: 'sku_1',
      productId: 'prd_1',
      title: '保温杯',
      weightGrams: 300,
      supplierId: null,
      price: { minor, currency },
    },
  });

  test('ask for the deposits first, and take what they count for off the price', () => {
    const agreed = termsOfPresale('prs_1', terms, goods(12_000));
    expect(agreed).toMatchObject({
      ok: true,
      value: {
        subtotalMinor: 36_000,
        line: {
          totalMinor: 27_000,
          unitPriceMinor: 12_000,
          shipsAfter: new Date(windows.shipsAfter),
          steps: [
            { kind: 'CHANNEL_PRICE', beforeMinor: 36_000, afterMinor: 36_000 },
            { kind: 'PRESALE_PRICE', beforeMinor: 36_000, afterMinor: 30_000 },
            { kind: 'DEPOSIT_EXPANSION', beforeMinor: 30_000, afterMinor: 27_000 },
          ],
        },
        presale: { phase: 'DEPOSIT_DUE', depositMinor: 3_000, depositWorthMinor: 6_000, balanceMinor: 24_000 },
      },
    });
  });

  test('leave out the steps that change nothing', () => {
    const agreed = termsOfPresale('prs_1', { ...terms, depositWorthMinor: 1_000 }, goods(10_000));
    expect(agreed.ok && agreed.value.line.steps.map(({ kind }) => kind)).toEqual(['CHANNEL_PRICE']);
    expect(agreed.ok && agreed.value.line.totalMinor).toBe(30_000);
  });

  test.each([
    ['sells for less', goods(9_999)],
    ['asks for another currency', goods(10_000, 'USD')],
  ])('are refused when the channel %s by now', (_what, sold) => {
    expect(termsOfPresale('prs_1', terms, sold)).toMatchObject({ ok: false, refusals: [{ code: 'PRICE_CHANGED' }] });
  });
});
