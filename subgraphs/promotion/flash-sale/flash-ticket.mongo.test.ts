import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem } from '../testing/offers.ts';
import { anOrderId, cancelled, lockOf, paid } from '../testing/orders.ts';
import { startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { order, answers } = fakeNeighbours();
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers });
  await app.subgraph.start();
});
afterAll(() => app?.subgraph.stop());
beforeEach(() => {
  app.clock.set(noon);
  order.received.length = 0;
  order.next = null;
});

const remainingOf = async (itemId: string) =>
  (await db.connection.collection<{ _id: string; remaining: number }>('flashSaleItems').findOne({ _id: itemId }))
    ?.remaining;

describe('a ticket', () => {
  /** A purchase that has its order. */
  async function bought(more: Record<string, unknown> = {}) {
    const itemId = await aFlashItem(app, { skuId: aSku(), limitPerMember: 2, ...more });
    const { order: placed } = await purchase(app, itemId, { quantity: 2 });
    const ticketId = order.received.at(-1)?.ticketId ?? '';
    return { itemId, ticketId, orderId: placed.id as string };
  }
  const statusOf = async (ticketId: string) =>
    (await db.connection.collection<{ _id: string; status: string }>('flashTickets').findOne({ _id: ticketId }))
      ?.status;

  test('belongs to its order, which holds it from the beginning', async () => {
    const { ticketId, orderId } = await bought();
    expect(await statusOf(ticketId)).toBe('ORDERED');
    const other = lockOf(anOrderId(), { flashTicketId: ticketId });
    expect(await app.operate('lockBenefits', other)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'ORDERED' }],
    });
    const foreign = lockOf(anOrderId(), { memberId: 'mbr_2', flashTicketId: ticketId });
    expect(await app.operate('lockBenefits', foreign)).toMatchObject({ ok: false, refusals: [{ code: 'NOT_FOUND' }] });
    expect(await app.operate('lockBenefits', lockOf(orderId, { flashTicketId: ticketId }))).toMatchObject({ ok: true });
  });

  test('is used when its order is paid, even before anybody has heard that there is one', async () => {
    const { ticketId, orderId } = await bought();
    await db.connection
      .collection<{ _id: string }>('flashTickets')
      .updateOne({ _id: ticketId }, { $set: { status: 'HELD' } });
    await paid(app, orderId);
    expect(await statusOf(ticketId)).toBe('USED');
  });

  test.each([
    ['unpaid', false],
    ['paid', true],
  ])('returns to the quota and to the member when the %s order is cancelled, once', async (_, wasPaid) => {
    const { itemId, orderId } = await bought();
    if (wasPaid) await paid(app, orderId);
    expect(await remainingOf(itemId)).toBe(8);
    expect(codesOf(await purchase(app, itemId))).toEqual(['FLASH_SALE_LIMIT_REACHED']);
    await Promise.all([
      cancelled(app, orderId, wasPaid),
      cancelled(app, orderId, wasPaid),
      cancelled(app, orderId, wasPaid, { eventId: `evt_2_${orderId}` }),
    ]);
    expect(await remainingOf(itemId)).toBe(10);
    expect((await purchase(app, itemId)).order).not.toBeNull();
  });

  test('that was left behind stays with its order if there is one', async () => {
    const { itemId, ticketId } = await bought();
    await db.connection
      .collection<{ _id: string }>('flashTickets')
      .updateOne({ _id: ticketId }, { $set: { status: 'HELD' } });
    app.clock.set('2026-06-18T04:00:30.001Z');
    await app.subgraph.runJob('settle-left-flash-tickets');
    expect(await statusOf(ticketId)).toBe('ORDERED');
    expect(await remainingOf(itemId)).toBe(8);
  });

  test('never leaves more units out than the quota: remaining + units of tickets not returned = quota', async () => {
    interface Item {
      readonly _id: string;
      readonly quota: number;
      readonly remaining: number;
    }
    const items = await db.connection.collection<Item>('flashSaleItems').find().toArray();
    const out = await db.connection
      .collection('flashTickets')
      .aggregate<{ _id: string; units: number }>([
        { $match: { status: { $ne: 'RETURNED' } } },
        { $group: { _id: '$itemId', units: { $sum: '$quantity' } } },
      ])
      .toArray();
    const unitsOf = new Map(out.map((row) => [row._id, row.units]));
    for (const { _id, quota, remaining } of items) expect(remaining + (unitsOf.get(_id) ?? 0)).toBe(quota);
  });
});
