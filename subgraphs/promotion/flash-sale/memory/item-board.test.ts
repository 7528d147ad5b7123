import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FlashSaleItem, FlashTicket } from '../domain/flash-sale.ts';
import { createItemBoard, type ItemBoard } from './item-board.ts';

const at = new Date('2026-06-18T04:00:00Z');
const itemWith = (remaining: number): FlashSaleItem => ({
  ...{ _id: 'fsi_1', flashSaleId: 'fls_1', skuId: 'sku_1', priceMinor: 100, currency: 'CNY', quota: 10, remaining },
  ...{ limitPerMember: 2, startsAt: at, endsAt: at, channels: [] },
});
const ticket = (id: string, memberId: string, quantity = 1): FlashTicket => ({
  ...{ _id: id, itemId: 'fsi_1', memberId, skuId: 'sku_1', quantity, unitPriceMinor: 100, currency: 'CNY' },
  ...{ status: 'HELD', orderId: `ord_${id}`, inputHash: '', payBefore: at, createdAt: at },
});

/** The database, how often it was asked, and a clock. */
const world = {
  remaining: 0,
  buyers: [] as string[],
  reads: 0,
  scans: 0,
  now: 0,
  beforeAnswer: () => undefined as unknown,
};
let board: ItemBoard;
const remaining = async () => (await board.item('fsi_1'))?.remaining;
const mayHaveBought = async (memberId: string) => board.mayHaveBought(itemWith(0), memberId);

beforeEach(() => {
  Object.assign(world, { remaining: 0, buyers: [], reads: 0, scans: 0, now: 0, beforeAnswer: () => undefined });
  board = createItemBoard(
    {
      async item() {
        world.reads += 1;
        const item = itemWith(world.remaining);
        await Promise.resolve();
        await world.beforeAnswer();
        return item;
      },
      async *buyers() {
        world.scans += 1;
        yield world.buyers;
      },
    },
    { nowMs: () => world.now },
  );
  board.live();
});

describe('an item on the board', () => {
  test('is read once for however many, and again after five seconds', async () => {
    await Promise.all([remaining(), remaining(), remaining()]);
    world.now = 4_999;
    await remaining();
    expect(world.reads).toBe(1);
    world.now = 5_000;
    await remaining();
    expect(world.reads).toBe(2);
  });

  test('follows what is sold, and is read anew when units come back or something else changes', async () => {
    world.remaining = 3;
    await remaining();
    board.changed('fsi_1', { remaining: 0 });
    expect(await remaining()).toBe(0);
    expect(world.reads).toBe(1);
    world.remaining = 1;
    board.changed('fsi_1', { remaining: 1 });
    expect(await remaining()).toBe(1);
    world.remaining = 0;
    board.changed('fsi_1', null);
    expect(await remaining()).toBe(0);
    expect(world.reads).toBe(3);
  });

  test('is not kept as it was read when it changes while it is read', async () => {
    world.beforeAnswer = () => board.changed('fsi_1', { remaining: 5 });
    expect(await remaining()).toBe(0);
    Object.assign(world, { remaining: 5, beforeAnswer: () => undefined });
    expect(await remaining()).toBe(5);
  });

  test('is believed for a second only while there is no stream, and not at all beyond the end or the beginning of one', async () => {
    board.lost();
    await remaining();
    world.now = 999;
    await remaining();
    expect(world.reads).toBe(1);
    world.now = 1_000;
    await remaining();
    expect(world.reads).toBe(2);
    board.live();
    await remaining();
    expect(world.reads).toBe(3);
  });

  test('is free again as soon as somebody has seen it so, but nobody’s look makes it sold out', async () => {
    await remaining();
    world.remaining = 2;
    board.saw([itemWith(2)]);
    expect(await remaining()).toBe(2);
    board.saw([itemWith(0)]);
    expect(await remaining()).toBe(2);
  });
});

describe('who has bought of what is sold out', () => {
  test('is read once, and anew when more was sold since', async () => {
    world.buyers = ['mbr_1', 'mbr_2'];
    await remaining();
    expect([await mayHaveBought('mbr_1'), await mayHaveBought('mbr_2'), await mayHaveBought('mbr_3')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(world.scans).toBe(1);
    board.changed('fsi_1', { remaining: 1 });
    world.buyers.push('mbr_3');
    await remaining();
    board.changed('fsi_1', { remaining: 0 });
    expect(await mayHaveBought('mbr_3')).toBe(true);
  });

  test('is anybody while there is no stream', async () => {
    await remaining();
    board.lost();
    expect(await mayHaveBought('mbr_9')).toBe(true);
    expect(world.scans).toBe(0);
  });
});

describe('a member whose tickets fill the limit', () => {
  const isFull = (id: string, memberId = 'mbr_1') => board.isFull(itemWith(5), ticket(id, memberId));

  test('gets no other, but may ask for each of them again', async () => {
    world.remaining = 5;
    await remaining();
    board.gave(ticket('1', 'mbr_1'));
    expect(isFull('2')).toBe(false);
    board.gave(ticket('2', 'mbr_1'));
    expect([isFull('1'), isFull('2'), isFull('3'), isFull('3', 'mbr_2')]).toEqual([false, false, true, false]);
  });

  test.each([
    ['units come back elsewhere', () => board.changed('fsi_1', { remaining: 6 })],
    ['units come back here', () => board.forget('fsi_1')],
    ['the stream is gone', () => board.lost()],
  ])('is left to the database again when %s', async (_, happens) => {
    world.remaining = 5;
    await remaining();
    board.gave(ticket('1', 'mbr_1', 2));
    expect(isFull('2')).toBe(true);
    happens();
    expect(isFull('2')).toBe(false);
  });
});
