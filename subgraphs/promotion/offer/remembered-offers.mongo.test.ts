import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeOfferSubject, writeOfferUnit } from '#kit/neighbours/offer-subject.ts';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import {
  guestViewer,
  memberViewer,
  staffViewer,
  startPromotionApp,
  type PromotionApp,
} from '../testing/promotion-app.ts';

const db = testDatabase();
let app: PromotionApp;

beforeAll(async () => {
  app = await startPromotionApp({ mongoUri: db.uri, database: db.name, at: '2026-06-18T04:00:00.000Z' });
  await app.subgraph.start();
});
afterAll(() => app?.subgraph.stop());

const query = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Sku { bestOffer { price { amount } promotion { title } } }
    ... on Product { promotions { title } }
  }
}`;
const subject = { productId: 'prd_1', brandId: null, categorySlugs: ['tea'], skuIds: ['sku_1'] };
const unit = { ...subject, priceMinor: 8_000, floorMinor: 0, currency: 'CNY' };
const of = [
  { __typename: 'Sku', id: 'sku_1', offerUnit: writeOfferUnit(unit) },
  { __typename: 'Product', id: 'prd_1', offerSubject: writeOfferSubject(subject) },
];

/** What is offered, as the subgraph gives it and not a copy. */
async function look(viewer: Viewer = guestViewer): Promise<object> {
  const { data, errors } = await app.ask(query, { of }, viewer);
  if (errors) throw new Error(JSON.stringify(errors));
  return data as object;
}
const remembered = (viewer: Viewer = guestViewer) =>
  eventually(async () => {
    const seen = await look(viewer);
    return seen === (await look(viewer)) && seen;
  });
const titlesIn = (seen: object) =>
  (seen as { _entities: [unknown, { promotions: { title: string }[] }] })._entities[1].promotions.map(
    ({ title }) => title,
  );
const offering = (amount: string | null, ...titles: string[]) => ({
  _entities: [
    { bestOffer: amount === null ? null : { price: { amount }, promotion: { title: titles.at(-1) } } },
    { promotions: titles.map((title) => ({ title })) },
  ],
});

async function promote(
  title: string,
  percentOff: string,
  startsAt: string,
  endsAt: string,
  more = {},
): Promise<string> {
  const create = `mutation ($input: CreatePromotionInput!) {
    createPromotion(input: $input) { promotion { id } userErrors { code path } } }`;
  const input = { title, kind: 'TIMED_PRICE', startsAt, endsAt, ladder: [{ percentOff }], ...more };
  const { data } = await app.ask(create, { input }, staffViewer);
  expect(data.createPromotion.userErrors).toEqual([]);
  return data.createPromotion.promotion.id as string;
}

describe('offers that are asked for again', () => {
  test('are the very same while nothing changes, begins or ends', async () => {
    await promote('June', '10', '2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z');
    const seen = await remembered();
    expect(seen).toEqual(offering('72.00', 'June'));
    app.commands.length = 0;
    expect(await look()).toBe(seen);
    expect(app.commands.filter(({ command }) => command === 'find' || command === 'aggregate')).toEqual([]);
  });

  test('follow the clock, forwards and back, though nothing was written', async () => {
    await promote('Noon', '50', '2026-06-18T05:00:00Z', '2026-06-18T06:00:00Z');
    const before = await remembered();
    expect(before).toEqual(offering('72.00', 'June'));
    app.clock.set('2026-06-18T05:00:00.000Z');
    expect(await look()).toEqual(offering('40.00', 'June', 'Noon'));
    expect(await remembered()).toEqual(offering('40.00', 'June', 'Noon'));
    app.clock.set('2026-06-18T04:59:59.999Z');
    expect(await look()).toEqual(offering('72.00', 'June'));
    app.clock.set('2026-06-18T06:00:00.000Z');
    expect(await look()).toEqual(offering('72.00', 'June'));
  });

  test('have what staff changed here at once', async () => {
    const promotionId = await promote('Now', '25', '2026-06-18T00:00:00Z', '2026-07-01T00:00:00Z');
    expect(await remembered()).toEqual(offering('60.00', 'June', 'Now'));
    const end = `mutation ($input: EndPromotionInput!) { endPromotion(input: $input) { userErrors { code } } }`;
    await app.ask(end, { input: { promotionId } }, staffViewer);
    expect(await look()).toEqual(offering('72.00', 'June'));
  });

  test('are the same for all members of a tier, and of nobody else', async () => {
    const guests = await remembered();
    const members = await remembered(memberViewer('mbr_1'));
    expect(await look(memberViewer('mbr_2'))).toBe(members);
    const others = await look(memberViewer('mbr_1', { tierLevel: 2 }));
    expect([members === guests, others === guests, others === members]).toEqual([false, false, false]);
  });

  test('are worked out for each member by what they may still use', async () => {
    await promote('Twice', '90', '2026-06-18T00:00:00Z', '2026-07-01T00:00:00Z', { perMemberLimit: 2 });
    await eventually(async () => titlesIn(await look(memberViewer('mbr_1'))).includes('Twice'));
    for (const id of ['mbr_1', 'mbr_2', 'mbr_1', 'mbr_2']) {
      expect(Object.isFrozen(await look(memberViewer(id)))).toBe(false);
    }
  });
});
