import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { same, whatBreaks } from '#kit/testing/properties.ts';
import { emptyAccount, summaryOf, type PointsAccount } from './account.ts';
import { decideHold, decideRelease } from './decide-hold.ts';
import { addLot } from './ledger.ts';
import { PointsBooks } from './points-books.ts';

const at = new Date('2026-06-01T00:00:00Z');
const cause = { kind: 'ORDER', id: 'ord_0' } as const;
const order = { memberId: 'mbr_1', orderId: 'ord_1' };

/** Lots of these sizes, each running out a day after the one before. */
function accountWith(sizes: readonly number[]): PointsAccount {
  return sizes.reduce((account, earned, index) => {
    const expiresAt = new Date(at.getTime() + (index + 1) * 86_400_000);
    const lot = { id: `lot_${index}`, earned, availableAt: at, expiresAt };
    return addLot(account, lot, 'EARNED', { cause, at }).account;
  }, emptyAccount('mbr_1'));
}
const booksOf = (sizes: readonly number[]) => new PointsBooks(new Map([['mbr_1', accountWith(sizes)]]), new Map());
const standing = (books: PointsBooks) => ({
  lots: books.account('mbr_1').lots.map(({ id, available, frozen }) => [id, available, frozen]),
  takes: books.order('ord_1')?.tender?.takes.map(({ lot, points }) => [lot.id, points]),
});

describe('a later attempt that wants fewer points than an order holds', () => {
  test('leaves the member’s points as if only those had been held, whatever lots they lie in', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 });
    const property = fc.property(sizes, fc.nat(), fc.nat(), (lots, first, second) => {
      const all = lots.reduce((sum, points) => sum + points, 0);
      const held = 1 + (first % all);
      const fewer = 1 + (second % held);
      const [twice, once] = [booksOf(lots), booksOf(lots)];
      decideHold({ ...order, attempt: 1, points: held }, twice, at);
      same('held', decideHold({ ...order, attempt: 2, points: fewer }, twice, at), {
        ok: true,
        value: { held: fewer },
      });
      decideHold({ ...order, attempt: 2, points: fewer }, once, at);
      same('the lots', standing(twice), standing(once));
      same('the sum', summaryOf(twice.account('mbr_1'), at).frozen, fewer);
      same('again', decideHold({ ...order, attempt: 2, points: fewer }, twice, at), {
        ok: true,
        value: { held: fewer },
      });
      same('released', decideRelease({ orderId: 'ord_1', attempt: 2 }, twice, at), { released: fewer });
      same('balance', summaryOf(twice.account('mbr_1'), at).balance, all);
    });
    expect(whatBreaks(property, 2_000)).toBeNull();
  });

  test('is refused more than it holds, fewer for the same attempt, and somebody else’s', () => {
    const books = booksOf([100]);
    decideHold({ ...order, attempt: 1, points: 50 }, books, at);
    const refused = { ok: false, refusals: [{ code: 'INVALID_STATE', state: 'HELD' }] };
    expect(decideHold({ ...order, attempt: 2, points: 51 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...order, attempt: 1, points: 10 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...order, memberId: 'mbr_2', attempt: 2, points: 10 }, books, at)).toMatchObject(refused);
    expect(summaryOf(books.account('mbr_1'), at)).toMatchObject({ balance: 50, frozen: 50 });
  });
});

describe('a later attempt that takes over what is held under another id', () => {
  const edit = { memberId: 'mbr_1', orderId: 'edt_1', attempt: 1 };
  const join = { ...order, attempt: 2, joining: 'edt_1' };

  test('holds as if all of it had been held at once, gives all of it back, and leaves nothing under the other id', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 });
    const property = fc.property(sizes, fc.nat(), fc.nat(), (lots, first, second) => {
      const all = lots.reduce((sum, points) => sum + points, 0);
      const more = 1 + (first % all);
      const own = second % (all - more + 1);
      const [twice, once] = [booksOf(lots), booksOf(lots)];
      if (own > 0) decideHold({ ...order, attempt: 1, points: own }, twice, at);
      decideHold({ ...edit, points: more }, twice, at);
      const joined = { ...join, points: own + more };
      same('joined', decideHold(joined, twice, at), { ok: true, value: { held: own + more } });
      decideHold({ ...order, attempt: 2, points: own + more }, once, at);
      same('the lots', standing(twice), standing(once));
      same('again', decideHold(joined, twice, at), { ok: true, value: { held: own + more } });
      same('the other id', decideRelease({ orderId: 'edt_1', attempt: 1 }, twice, at), { released: 0 });
      same('the lots', standing(twice), standing(once));
      same('released', decideRelease({ orderId: 'ord_1', attempt: 2 }, twice, at), { released: own + more });
      same('balance', summaryOf(twice.account('mbr_1'), at), { ...summaryOf(accountWith(lots), at) });
    });
    expect(whatBreaks(property, 2_000)).toBeNull();
  });

  test('is refused another sum, somebody else’s, what was given back, and what an order has spent or given up', () => {
    const books = booksOf([100]);
    decideHold({ ...order, attempt: 1, points: 30 }, books, at);
    decideHold({ ...edit, points: 20 }, books, at);
    const refused = { ok: false, refusals: [{ code: 'INVALID_STATE' }] };
    expect(decideHold({ ...join, points: 51 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...join, points: 20 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...join, attempt: 1, points: 50 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...join, memberId: 'mbr_2', points: 50 }, books, at)).toMatchObject(refused);
    expect(decideHold({ ...join, joining: 'edt_2', points: 50 }, books, at)).toMatchObject(refused);
    decideRelease({ orderId: 'edt_1', attempt: 1 }, books, at);
    expect(decideHold({ ...join, points: 50 }, books, at)).toMatchObject(refused);
    expect(summaryOf(books.account('mbr_1'), at)).toMatchObject({ balance: 70, frozen: 30 });
    decideRelease({ orderId: 'ord_1', attempt: 2 }, books, at);
    decideHold({ ...edit, attempt: 2, points: 20 }, books, at);
    expect(decideHold({ ...join, points: 20 }, books, at)).toMatchObject(refused);
  });
});
