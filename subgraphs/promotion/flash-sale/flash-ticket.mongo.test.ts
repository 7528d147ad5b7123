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
  /** A purchase whose order has locked its ticket, as order does it. */
  async function boughtAndLocked(more: Record<string, unknown> = {}) {
    const skuId = aSku();
    const itemId = await aFlashItem(app, { skuId, limitPerMember: 2, ...more });
    const { order: placed } = await purchase(app, itemId, { quantity: 2 });
    const ticketId = order.received.at(-1)?.ticketId ?? '';
    const lock = lockOf(placed.id, { flashTicketId: ticketId });
    expect(await app.operate('lockBenefits', lock)).toEqual({ ok: true, value: { couponIds: [] } });
    return { itemId, skuId, ticketId, orderId: placed.id as string };
  }

  test('prices its line in a quote for its member, as long as no order has it', async () => {
    const skuId = aSku();
    const itemId = await aFlashItem(app, { skuId });
    await purchase(app, itemId, { quantity: 2 });
    const ticketId = order.received.at(-1)?.ticketId;
    const quote = (memberId: string) =>
      app.operate('quote', {
        channel: 'web',
        currency: 'CNY',
        memberId,
        tierLevel: 1,
        couponIds: [],
        couponCodes: [],
        flashTicketId: ticketId,
        lines: [
          {
            lineId: 'l1',
            skuId,
            productId: 'prd_1',
            brandId: null,
            categorySlugs: [],
            quantity: 2,
            unitPriceMinor: 10_000,
          },
        ],
        points: { requested: 0, balance: 0 },
        freightMinor: 0,
      });
    expect(await quote('mbr_1')).toMatchObject({
      totalMinor: 200,
      discountMinor: 19_800,
      benefits: { flashTicketId: ticketId },
    });
    expect(await quote('mbr_2')).toMatchObject({ totalMinor: 20_000, benefits: { flashTicketId: null } });
    await app.operate('lockBenefits', lockOf(anOrderId(), { flashTicketId: ticketId }));
    expect(await quote('mbr_1')).toMatchObject({ totalMinor: 20_000, benefits: { flashTicketId: null } });
  });

  test('belongs to one order', async () => {
    const { ticketId } = await boughtAndLocked();
    expect(await app.operate('lockBenefits', lockOf(anOrderId(), { flashTicketId: ticketId }))).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'ORDERED' }],
    });
    expect(
      await app.operate('lockBenefits', lockOf(anOrderId(), { memberId: 'mbr_2', flashTicketId: ticketId })),
    ).toMatchObject({
      ok: false,
      refusals: [{ code: 'NOT_FOUND' }],
    });
  });

  test.each([
    ['unpaid', false],
    ['paid', true],
  ])('returns to the quota and to the member when the %s order is cancelled, once', async (_, wasPaid) => {
    const { itemId, orderId } = await boughtAndLocked();
    if (wasPaid) await paid(app, orderId);
    expect(await remainingOf(itemId)).toBe(8);
    expect(codesOf(await purchase(app, itemId))).toEqual(['FLASH_SALE_LIMIT_REACHED']);
    await Promise.all([
      cancelled(app, orderId, wasPaid),
      cancelled(app, orderId, wasPaid),
      cancelled(app, orderId, wasPaid, `evt_2_${orderId}`),
    ]);
    expect(await remainingOf(itemId)).toBe(10);
    expect((await purchase(app, itemId)).order).not.toBeNull();
  });

  test('is not swept once it has an order', async () => {
    const { itemId } = await boughtAndLocked();
    app.clock.set('2026-06-18T04:25:00.001Z');
    await app.subgraph.runJob('return-overdue-flash-tickets');
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
