import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { must, same, whatBreaks } from '#kit/testing/properties.ts';
import {
  disagreements,
  emptyAccount,
  total,
  type LedgerEntry,
  type PointsAccount,
  type PointsChange,
} from './account.ts';
import { addLot, clawBack, hold, moveAll, release, returnSpent, spend } from './ledger.ts';

const at = new Date('2026-06-01T00:00:00Z');
const day = 86_400_000;
const occasion = { cause: { kind: 'ORDER', id: 'ord_0' }, at } as const;

/** An account with its ledger. */
class Book {
  account: PointsAccount;
  readonly entries: LedgerEntry[] = [];
  constructor(memberId: string) {
    this.account = emptyAccount(memberId);
  }
  take({ account, entries }: PointsChange): void {
    this.account = account;
    this.entries.push(...entries);
  }
}

/** What a member did: earned so many, held so many of a hundred parts of them, and had so many taken back. */
interface Life {
  readonly lots: readonly number[];
  readonly heldPercent: number;
  readonly spends: boolean;
  readonly clawedBack: number;
}
const life: fc.Arbitrary<Life> = fc.record({
  lots: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
  heldPercent: fc.integer({ min: 0, max: 100 }),
  spends: fc.boolean(),
  clawedBack: fc.integer({ min: 0, max: 1_500 }),
});

function live(memberId: string, { lots, heldPercent, spends, clawedBack }: Life) {
  const book = new Book(memberId);
  for (const [index, earned] of lots.entries()) {
    const expiresAt = new Date(at.getTime() + (index + 1) * day);
    const lot = { id: `lot_${memberId}_${index}`, earned, availableAt: at, expiresAt };
    book.take(addLot(book.account, lot, 'EARNED', occasion));
  }
  const wanted = Math.floor((total(book.account.lots, 'available') * heldPercent) / 100);
  const held = hold(book.account, wanted, occasion);
  if (!held.ok) throw new Error('there are as many');
  book.take(held.value.change);
  const { takes } = held.value;
  if (spends) book.take(spend(book.account, takes, occasion));
  book.take(clawBack(book.account, clawedBack, `lot_${memberId}_0`, occasion));
  return { book, takes, spends, wanted };
}

const worth = ({ lots, debt }: PointsAccount) => total(lots, 'available') + total(lots, 'frozen') - debt;

test('two accounts made one have what both had, owe what both owed, and give back all that either’s order holds or spent', () => {
  const property = fc.property(life, life, (one, other) => {
    const [from, into] = [live('mbr_1', one), live('mbr_2', other)];
    const before = worth(from.book.account) + worth(into.book.account);
    const frozen = total(from.book.account.lots, 'frozen') + total(into.book.account.lots, 'frozen');
    const lives = new Map([...from.book.account.lots, ...into.book.account.lots].map(({ id, ...lot }) => [id, lot]));
    const { given, taken } = moveAll(from.book.account, into.book.account, at);
    from.book.take(given);
    into.book.take(taken);
    same('what is left', [from.book.account.lots, from.book.account.debt], [[], 0]);
    same('worth', worth(into.book.account), before);
    same('frozen', total(into.book.account.lots, 'frozen'), frozen);
    for (const lot of into.book.account.lots) same('life', lot.expiresAt, lives.get(lot.id)?.expiresAt);
    for (const { book } of [from, into]) same('ledger', disagreements(book.account, book.entries), []);
    must(
      [...given.entries, ...taken.entries].every(({ cause }) => cause.kind === 'MERGE'),
      'each entry has its cause',
    );

    for (const { takes, spends, wanted } of [from, into]) {
      const back = spends
        ? returnSpent(into.book.account, takes, { points: wanted, returnedBefore: 0 }, occasion)
        : release(into.book.account, takes, occasion);
      into.book.take(back);
    }
    const spent = [from, into].reduce((sum, { spends, wanted }) => sum + (spends ? wanted : 0), 0);
    same('worth with all that came back', worth(into.book.account), before + spent);
    same('frozen in the end', total(into.book.account.lots, 'frozen'), 0);
    same('ledger in the end', disagreements(into.book.account, into.book.entries), []);
  });
  expect(whatBreaks(property, 5_000)).toBeNull();
});

test('an account without anything moves nothing and writes nothing', () => {
  const { given, taken } = moveAll(emptyAccount('mbr_1'), emptyAccount('mbr_2'), at);
  expect([given.entries, taken.entries]).toEqual([[], []]);
});
