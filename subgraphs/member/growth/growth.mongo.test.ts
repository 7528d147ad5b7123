import { describe, expect, test } from '@jest/globals';
import { asMember, byOrder, memberWorld } from '../fixtures/member-world.ts';
import { ordersOf } from '../fixtures/orders.ts';

const world = memberWorld();
const orders = ordersOf(world);
const day = 24 * 3_600_000;

const standing = async (memberId: string) => {
  const { me } = await world.ask('{ me { growth tier { level name growthToNext } } }', {}, asMember(memberId));
  return { growth: me.growth, level: me.tier.level, toNext: me.tier.growthToNext };
};
const entriesOf = async (memberId: string) =>
  (await world.rows('growth_entries'))
    .filter((entry) => entry['memberId'] === memberId)
    .map((entry) => [entry['causeKind'], entry['points']]);

describe('growth', () => {
  test('comes with completed orders and raises the tier at once', async () => {
    const member = await orders.member();
    await orders.completed(orders.newOrder(), member, 99_999);
    expect(await standing(member)).toEqual({ growth: 999, level: 0, toNext: 1 });
    await orders.completed(orders.newOrder(), member, 420_100);
    expect(await standing(member)).toEqual({ growth: 5_200, level: 2, toNext: 9_800 });
    expect(await world.doors.checkoutFacts({ memberId: member }, byOrder)).toEqual({
      member: { tierLevel: 2, pointsSpendable: 0 },
    });
  });

  test('comes once for each order, and for all of ten at once', async () => {
    const member = await orders.member();
    const order = orders.newOrder();
    await Promise.all(Array.from({ length: 3 }, () => orders.completed(order, member, 10_000, 'evt_grow')));
    await orders.completed(order, member, 10_000, 'evt_grow_again');
    expect((await standing(member)).growth).toBe(100);
    await Promise.all(Array.from({ length: 10 }, () => orders.completed(orders.newOrder(), member, 5_000)));
    expect((await standing(member)).growth).toBe(600);
  });

  test('goes with refunds, to the last one, while the tier stays', async () => {
    const member = await orders.member();
    const order = orders.newOrder();
    await orders.completed(order, member, 100_050);
    for (const goodsMinor of [33_333, 33_333, 33_384]) await orders.refunded(order, member, { goodsMinor });
    expect(await standing(member)).toEqual({ growth: 0, level: 1, toNext: 5_000 });
    const sum = (await entriesOf(member)).reduce((total, [, points]) => total + Number(points), 0);
    expect(sum).toBe(0);
  });

  test('of an order that was refunded before its completion is what the event says', async () => {
    const member = await orders.member();
    const order = orders.newOrder();
    await orders.refunded(order, member, { goodsMinor: 5_000 });
    await orders.completed(order, member, 7_000);
    expect((await standing(member)).growth).toBe(70);
  });

  test('of orders of nobody, or of a member who is gone, is nobody’s', async () => {
    expect(await orders.completed(orders.newOrder(), null, 10_000)).toEqual({ receipt: 'applied' });
    expect(await orders.completed(orders.newOrder(), 'mbr_gone', 10_000)).toEqual({ receipt: 'applied' });
    expect(await entriesOf('mbr_gone')).toEqual([]);
  });
});

test('a year without orders costs one step after 30 days of grace, and not more', async () => {
  const member = await orders.member({ growth: 16_000 });
  expect(await standing(member)).toEqual({ growth: 16_000, level: 3, toNext: null });
  world.clock.advance(366 * day);
  await world.subgraph.runJob('review-tiers');
  expect((await standing(member)).level).toBe(3);
  world.clock.advance(29 * day);
  await world.subgraph.runJob('review-tiers');
  expect((await standing(member)).level).toBe(3);
  world.clock.advance(2 * day);
  await world.subgraph.runJob('review-tiers');
  await world.subgraph.runJob('review-tiers');
  expect(await standing(member)).toEqual({ growth: 5_000, level: 2, toNext: 10_000 });
  expect(await entriesOf(member)).toEqual([
    ['OPENING', 16_000],
    ['REVIEW', -11_000],
  ]);
});

test('orders within the grace keep the tier', async () => {
  const member = await orders.member({ growth: 1_200 });
  world.clock.advance(366 * day);
  await world.subgraph.runJob('review-tiers');
  await orders.completed(orders.newOrder(), member, 100_000);
  world.clock.advance(31 * day);
  await world.subgraph.runJob('review-tiers');
  expect(await standing(member)).toEqual({ growth: 1_000, level: 1, toNext: 4_000 });
});
