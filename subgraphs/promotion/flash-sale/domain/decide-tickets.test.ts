import { describe, expect, test } from '@jest/globals';
import { WorkingCopy } from '../../offer/domain/working-copy.ts';
import { decideTicket, type TicketBooks } from './decide-tickets.ts';
import type { FlashSaleItem, FlashTicket } from './flash-sale.ts';

const at = new Date('2026-06-18T04:00:00Z');
const ticket = (id: string, memberId: string, quantity = 1): FlashTicket => ({
  ...{ _id: id, itemId: 'fsi_1', memberId, skuId: 'sku_1', quantity, unitPriceMinor: 100, currency: 'CNY' },
  ...{ status: 'HELD', orderId: `ord_${id}`, inputHash: '', payBefore: at, createdAt: at },
});

const window = { startsAt: at, endsAt: new Date('2026-06-19T00:00:00Z') };
const item = (remaining: number, more: Partial<FlashSaleItem> = {}): FlashSaleItem => ({
  ...{ _id: 'fsi_1', flashSaleId: 'fls_1', skuId: 'sku_1', priceMinor: 100, currency: 'CNY', quota: 10, remaining },
  ...{ limitPerMember: 2, ...window, channels: [], ...more },
});

function booksWith(
  remaining: number,
  known: readonly FlashTicket[] = [],
  more: Partial<FlashSaleItem> = {},
): TicketBooks {
  return {
    tickets: new WorkingCopy(new Map(known.map((one) => [one._id, one]))),
    items: new WorkingCopy(new Map([['fsi_1', item(remaining, more)]])),
    memberUnits: new WorkingCopy(new Map([['fsi_1:mbr_1', 1]])),
  };
}
const decide = (books: TicketBooks, ...wanted: FlashTicket[]) =>
  wanted.map((one) => {
    const outcome = decideTicket(one, books);
    return outcome.ok ? 'TAKEN' : outcome.refusals[0]?.code;
  });

describe('tickets of one group', () => {
  test('are given in order until the quota is used up', () => {
    const books = booksWith(3);
    const wanted = [ticket('1', 'mbr_2', 2), ticket('2', 'mbr_3', 2), ticket('3', 'mbr_4')];
    // The second wants more than is left; the third gets the last one.
    expect(decide(books, ...wanted)).toEqual(['TAKEN', 'FLASH_SALE_SOLD_OUT', 'TAKEN']);
    expect(books.items.get('fsi_1')?.remaining).toBe(0);
  });

  test('count what the member has already, and each other', () => {
    const books = booksWith(10);
    expect(decide(books, ticket('1', 'mbr_1'), ticket('2', 'mbr_1'))).toEqual(['TAKEN', 'FLASH_SALE_LIMIT_REACHED']);
    expect(books.memberUnits.changes()).toEqual([{ key: 'fsi_1:mbr_1', before: 1, now: 2 }]);
    expect(books.items.get('fsi_1')?.remaining).toBe(9);
  });

  test('are the answer, and take nothing, when they are there already', () => {
    const books = booksWith(0, [ticket('1', 'mbr_2')]);
    expect(decide(books, ticket('1', 'mbr_2'), ticket('1', 'mbr_2'))).toEqual(['TAKEN', 'TAKEN']);
    expect(books.tickets.changes()).toEqual([]);
  });

  test('are refused when the sale was ended meanwhile, or its item is gone', () => {
    const ended = booksWith(3, [], { endsAt: at });
    expect(decide(ended, ticket('1', 'mbr_2'))).toEqual(['FLASH_SALE_NOT_OPEN']);
    expect(decide(booksWith(3), { ...ticket('1', 'mbr_2'), itemId: 'fsi_2' })).toEqual(['NOT_FOUND']);
  });
});
