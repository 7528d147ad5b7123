import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { aSku, fakeNeighbours } from '../testing/neighbours.ts';
import { aFlashItem } from '../testing/offers.ts';
import { cancelled, lockOf, paid } from '../testing/orders.ts';
import { startPromotionApp, type PromotionApp } from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const noon = '2026-06-18T04:00:00.000Z';
const { order, answers } = fakeNeighbours();
/** Two processes on one database. */
const processes: PromotionApp[] = [];
let app: PromotionApp;

beforeAll(async () => {
  for (let count = 0; count < 2; count += 1) {
    processes.push(await startPromotionApp({ mongoUri: db.uri, database: db.name, at: noon, answers }));
  }
  app = processes[0] as PromotionApp;
  await app.subgraph.start();
});
afterAll(async () => {
  for (const process of processes) await process.subgraph.stop();
});
beforeEach(() => {
  for (const { clock } of processes) clock.set(noon);
  order.received.length = 0;
});

interface Row {
  readonly _id: string;
  readonly remaining?: number;
  readonly status?: string;
  readonly units?: number;
}
const rowOf = (collection: string, _id: string) => db.connection.collection<Row>(collection).findOne({ _id });

/** What the sale has left, the state of a ticket, and how many units its member has. */
const standing = async ({ itemId, ticketId, memberId }: Closed) => [
  (await rowOf('flashSaleItems', itemId))?.remaining,
  (await rowOf('flashTickets', ticketId))?.status,
  (await rowOf('flashMemberUnits', `${itemId}:${memberId}`))?.units,
];

interface Closed {
  readonly itemId: string;
  readonly memberId: string;
  readonly ticketId: string;
  readonly orderId: string;
}

/** An order that was bought and closed unpaid: its ticket went back. */
async function closed(itemId: string, memberId = 'mbr_1', quantity = 1): Promise<Closed> {
  const { order: placed } = await purchase(app, itemId, { quantity }, memberId);
  const ticketId = order.received.at(-1)?.ticketId ?? '';
  await cancelled(app, placed.id, false);
  return { itemId, memberId, ticketId, orderId: placed.id };
}

let turn = 0;
/** What order asks when money came for it after all: everything again, as its next attempt; of either process. */
function lockAgain({ orderId, memberId, ticketId }: Closed, attempt = 2) {
  turn += 1;
  const process = processes[turn % 2] as PromotionApp;
  return process.operate('lockBenefits', lockOf(orderId, { attempt, memberId, flashTicketId: ticketId }));
}

describe('money that comes for a flash-sale order after it was closed', () => {
  test('finds the ticket again while the sale has units: it is held, paid and used', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku(), quota: 3, limitPerMember: 2 }), 'mbr_1', 2);
    expect(await standing(late)).toEqual([3, 'RETURNED', 0]);
    expect(await lockAgain(late)).toMatchObject({ ok: true });
    expect(await standing(late)).toEqual([1, 'ORDERED', 2]);
    // What was said of the first attempt, once more and late.
    await cancelled(app, late.orderId, false, { eventId: `evt_again_${late.orderId}` });
    expect(await standing(late)).toEqual([1, 'ORDERED', 2]);
    await paid(app, late.orderId);
    expect(await standing(late)).toEqual([1, 'USED', 2]);
  });

  test('takes the ticket once, however often and wherever it is asked for', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku(), quota: 3 }));
    const answers = await Promise.all(Array.from({ length: 6 }, () => lockAgain(late)));
    expect(answers.map(({ ok }) => ok)).toEqual(Array.from({ length: 6 }, () => true));
    expect(await standing(late)).toEqual([2, 'ORDERED', 1]);
  });

  test('gives the ticket back when something else of the order could not be had', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku(), quota: 3 }));
    await lockAgain(late);
    const release = { orderId: late.orderId, attempt: 2 };
    expect(await app.operate('releaseBenefits', release)).toEqual({ released: 1 });
    expect(await standing(late)).toEqual([3, 'RETURNED', 0]);
    expect(await lockAgain(late)).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'RELEASED' }] });
    expect(await lockAgain(late, 3)).toMatchObject({ ok: true });
    expect(await standing(late)).toEqual([2, 'ORDERED', 1]);
  });

  test('is refused when the units were sold to others meanwhile', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku(), quota: 2 }), 'mbr_1', 2);
    await purchase(app, late.itemId, {}, 'mbr_2');
    expect(await lockAgain(late)).toMatchObject({ refusals: [{ code: 'FLASH_SALE_SOLD_OUT', remaining: 1 }] });
    expect(await standing(late)).toEqual([1, 'RETURNED', 0]);
  });

  test('is refused when the member bought as much as one may meanwhile', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku(), limitPerMember: 1 }));
    await purchase(app, late.itemId);
    expect(await lockAgain(late)).toMatchObject({
      refusals: [{ code: 'FLASH_SALE_LIMIT_REACHED', limitPerMember: 1 }],
    });
    expect(await standing(late)).toEqual([9, 'RETURNED', 1]);
  });

  test('is refused when the sale is over', async () => {
    const endsAt = '2026-06-18T04:20:00.000Z';
    const late = await closed(await aFlashItem(app, { skuId: aSku() }, { endsAt }));
    for (const { clock } of processes) clock.set(endsAt);
    expect(await lockAgain(late)).toMatchObject({ refusals: [{ code: 'FLASH_SALE_NOT_OPEN', endsAt }] });
    expect(await standing(late)).toEqual([10, 'RETURNED', 0]);
  });

  test('is refused for a ticket of somebody else, and for one of another order', async () => {
    const late = await closed(await aFlashItem(app, { skuId: aSku() }));
    const other = await closed(late.itemId, 'mbr_2');
    expect(await lockAgain({ ...late, ticketId: other.ticketId })).toMatchObject({ refusals: [{ code: 'NOT_FOUND' }] });
    const own = await closed(late.itemId);
    expect(await lockAgain({ ...late, ticketId: own.ticketId })).toMatchObject({
      refusals: [{ code: 'INVALID_STATE' }],
    });
    expect(await standing(late)).toEqual([10, 'RETURNED', 0]);
  });

  test('competes fairly: of twelve late orders and twelve buyers at once exactly as many get units as there are', async () => {
    const itemId = await aFlashItem(app, { skuId: aSku(), quota: 7, limitPerMember: 1 });
    const late: Closed[] = [];
    for (let member = 0; member < 12; member += 1) late.push(await closed(itemId, `mbr_late_${member}`));
    const [again, bought] = await Promise.all([
      Promise.all(late.map((one) => lockAgain(one))),
      Promise.all(Array.from({ length: 12 }, (_, member) => purchase(app, itemId, {}, `mbr_new_${member}`))),
    ]);
    const got = again.filter(({ ok }) => ok).length + bought.filter(({ order: placed }) => placed !== null).length;
    expect(got).toBe(7);
    const refusals = [
      ...again.flatMap(({ refusals = [] }) => refusals),
      ...bought.flatMap(({ userErrors }) => userErrors),
    ];
    expect(new Set(refusals.map(({ code }: { code: string }) => code))).toEqual(new Set(['FLASH_SALE_SOLD_OUT']));
    expect((await rowOf('flashSaleItems', itemId))?.remaining).toBe(0);
    const out = await db.connection.collection('flashTickets').countDocuments({ itemId, status: { $ne: 'RETURNED' } });
    expect(out).toBe(7);
    expect(codesOf(await purchase(app, itemId, {}, 'mbr_last'))).toEqual(['FLASH_SALE_SOLD_OUT']);
  });
});
