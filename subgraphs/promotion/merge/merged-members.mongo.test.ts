import { describe, expect, test } from '@jest/globals';
import { dieAt } from '#kit/testing/die-at.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { benefitWorld } from '../testing/benefit-world.ts';
import { aFlashItem, aPromotion, aTemplate, yuan } from '../testing/offers.ts';
import { anOrderId, cancelled, lockOf, paid } from '../testing/orders.ts';
import { aPresale } from '../testing/presales.ts';
import { memberViewer, type Loose } from '../testing/promotion-app.ts';
import { codesOf, purchase } from '../testing/purchases.ts';

const db = testDatabase();
const world = benefitWorld(db);
const { either, claim, lock } = world;
let people = 0;
const someone = () => `mbr_${(people += 1)}_merging`;
let events = 0;
const merged = (from: string, into: string) => {
  events += 1;
  return either().tell('member.merged', { orderId: from, memberId: from, into } as Loose, `evt_merged_${events}`);
};
const look = () => world.runJob('follow-merged-members');
const discrepancies = async (): Promise<Loose[]> =>
  (await either().operate('verify', {})).discrepancies.filter(({ invariant }: Loose) => !invariant.startsWith('audit'));
const countsOf = async (memberId: string) => {
  const names = ['couponMemberClaims', 'promotionMemberUses', 'flashMemberUnits', 'presaleMemberUnits'];
  const found = names.map((name) =>
    db.connection
      .collection<Loose>(name)
      .find({ _id: new RegExp(`:${memberId}$`) as never })
      .toArray(),
  );
  return (await Promise.all(found)).map((rows) =>
    rows
      .map(({ claims, uses, units }: Loose) => claims ?? uses ?? units)
      .reduce((sum: number, one: number) => sum + one, 0),
  );
};
const leftOf = async (memberId: string) => {
  const names = ['coupons', 'benefitLocks', 'flashTickets'];
  return Promise.all(names.map((name) => db.connection.collection(name).countDocuments({ memberId })));
};
const couponsOf = async (memberId: string): Promise<Loose[]> => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Member { coupons(first: 50) { nodes { id status } } } } }`;
  const { data } = await either().ask(query, { of: [{ __typename: 'Member', id: memberId }] }, memberViewer(memberId));
  return data._entities[0].coupons.nodes;
};

describe('coupons of two members who are one', () => {
  test('are the other one’s, valid above the limit of one member, and then there are no more', async () => {
    const [from, into] = [someone(), someone()];
    const templateId = await aTemplate(either(), { perMemberLimit: 1 });
    const both = [await claim(templateId, from), await claim(templateId, into)];
    await merged(from, into);
    expect((await couponsOf(into)).map(({ id }) => id).toSorted()).toEqual(both.toSorted());
    expect(await couponsOf(from)).toEqual([]);
    const again = await either().ask(
      'mutation ($input: ClaimCouponInput!) { claimCoupon(input: $input) { userErrors { code } } }',
      { input: { templateId } },
      memberViewer(into),
    );
    expect(again.data.claimCoupon.userErrors).toHaveLength(1);
    for (const couponId of both) {
      const request = lockOf(anOrderId(), { memberId: into, coupons: [{ templateId, couponId, amountMinor: 500 }] });
      expect(await lock(request)).toMatchObject({ ok: true });
    }
    expect(await countsOf(from)).toEqual([0, 0, 0, 0]);
    expect(await discrepancies()).toEqual([]);
  });

  test('in a chain keep one place each among those of their template', async () => {
    const [a, b, c] = [someone(), someone(), someone()];
    const templateId = await aTemplate(either(), { perMemberLimit: 3 });
    for (const who of [a, a, b, c, c]) await claim(templateId, who);
    await merged(a, b);
    await merged(b, c);
    const rows = await db.connection.collection<Loose>('coupons').find({ templateId }).toArray();
    expect(rows.map(({ memberId, sequence }) => [memberId, sequence]).toSorted()).toEqual(
      [1, 2, 3, 4, 5].map((place) => [c, place]),
    );
    expect(await discrepancies()).toEqual([]);
  });
});

describe('what orders of a merged member hold', () => {
  test('is used or given back where it is counted then, and limits count both', async () => {
    const [from, into] = [someone(), someone()];
    const promotionId = await aPromotion(either(), { budget: yuan('100'), usageLimit: 9, perMemberLimit: 2 });
    const hold = (memberId: string, orderId = anOrderId()) =>
      lock(lockOf(orderId, { memberId, promotions: [{ promotionId, amountMinor: 1_000 }] }));
    const [kept, given] = [anOrderId(), anOrderId()];
    for (const orderId of [kept, given]) await hold(from, orderId);
    await hold(into);
    await merged(from, into);
    expect((await countsOf(into))[1]).toBe(3);
    expect(await hold(into)).toMatchObject({ ok: false, refusals: [{ code: 'PROMOTION_LIMIT_REACHED' }] });
    await paid(either(), kept);
    await cancelled(either(), given, false);
    expect((await countsOf(into))[1]).toBe(2);
    expect(await world.budgetOf('promotions', promotionId)).toEqual([8_000, 1_000, 1_000]);
    expect(await hold(into)).toMatchObject({ ok: false });
    expect(await discrepancies()).toEqual([]);
  });

  test('of a promotion without a limit for each member, and what was given back before, moves without a count', async () => {
    const [from, into] = [someone(), someone()];
    const promotionId = await aPromotion(either());
    const orderId = anOrderId();
    await lock(lockOf(orderId, { memberId: from, promotions: [{ promotionId, amountMinor: 1_000 }] }));
    await cancelled(either(), orderId, false);
    await merged(from, into);
    expect([await leftOf(from), await countsOf(into)]).toEqual([
      [0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(await discrepancies()).toEqual([]);
  });

  test('of flash sales and presales moves with its units', async () => {
    const [from, into] = [someone(), someone()];
    const itemId = await aFlashItem(either(), { limitPerMember: 1 });
    for (const who of [from, into]) expect(codesOf(await purchase(either(), itemId, {}, who))).toEqual([]);
    const presaleId = await aPresale(either(), { limitPerMember: 2 });
    const orderId = anOrderId();
    await lock(lockOf(orderId, { memberId: from, presale: { presaleId, quantity: 2 } }));
    await merged(from, into);
    expect(await countsOf(into)).toEqual([0, 0, 2, 2]);
    expect(codesOf(await purchase(either(), itemId, {}, into))).toEqual(['FLASH_SALE_LIMIT_REACHED']);
    await cancelled(either(), orderId, false);
    expect(await countsOf(into)).toEqual([0, 0, 2, 0]);
    expect([await leftOf(from), await countsOf(from)]).toEqual([
      [0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(await discrepancies()).toEqual([]);
  });
});

test('what is held for the merged member after the event moves at the next look, and after a crash at each step', async () => {
  await look();
  const [from, into] = [someone(), someone()];
  await merged(from, into);
  const promotionId = await aPromotion(either(), { perMemberLimit: 5 });
  await lock(lockOf(anOrderId(), { memberId: from, promotions: [{ promotionId, amountMinor: 1_000 }] }));
  await dieAt('member-merges.before-commit', look);
  expect(await leftOf(from)).toEqual([0, 1, 0]);
  await dieAt('member-merges.moved', look);
  await look();
  expect([await leftOf(from), await leftOf(into), await countsOf(into)]).toEqual([
    [0, 0, 0],
    [0, 1, 0],
    [0, 1, 0, 0],
  ]);
  expect(await discrepancies()).toEqual([]);
});

test('a coupon that was left with a merged member is found by the books', async () => {
  const [from, into] = [someone(), someone()];
  await merged(from, into);
  await look();
  const templateId = await aTemplate(either());
  await claim(templateId, from);
  world.setClock('2026-06-18T04:02:00.000Z');
  expect(await discrepancies()).toMatchObject([
    { invariant: 'merges: nothing is left with a merged member', subject: `${from}:coupons` },
  ]);
  await look();
  expect(await discrepancies()).toEqual([]);
});
