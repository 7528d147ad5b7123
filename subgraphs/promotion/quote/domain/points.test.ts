import { describe, expect, test } from '@jest/globals';
import { cart, line } from './examples.ts';
import { quoteCart, type Quote } from './quote.ts';

const reasonsOf = (quote: Quote) => quote.rejections.map(({ code, missingMinor }) => [code, missingMinor]);

describe('points', () => {
  const spend = (requested: number, price = 10_000, balance = 100_000) =>
    quoteCart(cart({ lines: [line('a', price)], points: { requested, balance } })).points;

  test('pay 1 yuan for 100, in whole hundreds', () => {
    expect(spend(300)).toMatchObject({ spent: 300, discountMinor: 300 });
    expect(spend(399)).toMatchObject({ spent: 300, discountMinor: 300 });
    expect(spend(99)).toMatchObject({ spent: 0, discountMinor: 0 });
  });

  test('pay at most half of the goods, and at most what there is', () => {
    expect(spend(100_000)).toMatchObject({ spendable: 5_000, spent: 5_000 });
    expect(spend(100_000, 9_999)).toMatchObject({ spendable: 4_900, spent: 4_900 });
    expect(spend(100_000, 10_000, 250)).toMatchObject({ spendable: 200, spent: 200 });
    expect(spend(100, 199)).toMatchObject({ spendable: 0, spent: 0 });
  });

  test('asked for beyond that are cut, and the shopper is told', () => {
    const quote = quoteCart(cart({ points: { requested: 9_000, balance: 9_000 } }));
    expect(quote.points.spent).toBe(5_000);
    expect(reasonsOf(quote)).toEqual([['POINTS_LIMITED', null]]);
  });

  test('are earned on whole yuan of goods, not on freight', () => {
    expect(quoteCart(cart({ lines: [line('a', 1_999)], freightMinor: 5_000 })).points.earned).toBe(19);
  });
});
