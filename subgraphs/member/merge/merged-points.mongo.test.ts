import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { asMember, byOrder, memberWorld } from '../fixtures/member-world.ts';
import { mergingIn } from '../fixtures/merging.ts';
import { ordersOf } from '../fixtures/orders.ts';

const world = memberWorld();
const orders = ordersOf(world);
const { me, points, merge, verify } = mergingIn(world);
const { connection } = testDatabase();
const database = () => connection.useDb(world.database);

describe('points of two members who are one', () => {
  test('are one balance, with the ledger of both, and every lot keeps its life', async () => {
    const [from, into] = [await orders.member({ pointsBalance: 300 }), await orders.member({ pointsBalance: 200 })];
    const expiries = (await points(from)).expiringSoon;
    await merge(from, into);
    expect(await points(into)).toEqual({ balance: 500, frozen: 0, pending: 0, debt: 0, expiringSoon: expiries });
    const ledger = `{ me { pointsLedger(first: 20) { totalCount nodes { kind available cause { kind id } } } } }`;
    const { me: shown } = await world.ask(ledger, {}, asMember(into));
    expect(shown.pointsLedger.totalCount).toBe(4);
    const nodes = shown.pointsLedger.nodes.map(({ kind, available, cause }: never) => [kind, available, cause]);
    expect(nodes).toEqual(
      expect.arrayContaining([
        ['MERGED', 300, { kind: 'MERGE', id: from }],
        ['MERGED', -300, { kind: 'MERGE', id: into }],
        ['GRANTED', 300, { kind: 'OPENING', id: from }],
        ['GRANTED', 200, { kind: 'OPENING', id: into }],
      ]),
    );
    expect(await verify()).toEqual([]);
  });

  test('that one owes are paid by what the other has', async () => {
    const [from, into] = [await orders.member(), await orders.member({ pointsBalance: 150 })];
    const order = orders.newOrder();
    await orders.completed(order, from, 10_000);
    world.clock.advance(8 * 24 * 3600_000);
    const spent = orders.newOrder();
    await orders.hold(from, spent, 100);
    await orders.paid(spent, from, 100);
    await orders.refunded(order, from, { goodsMinor: 10_000 });
    expect(await points(from)).toMatchObject({ balance: 0, debt: 100 });
    await merge(from, into);
    expect(await points(into)).toMatchObject({ balance: 50, debt: 0 });
    expect(await verify()).toEqual([]);
  });

  test('that an order holds stay held for it: it is paid with them, or gives them back to who has them now', async () => {
    const [from, into] = [await orders.member({ pointsBalance: 500 }), await orders.member()];
    const [paid, cancelled, released, late] = Array.from({ length: 4 }, () => orders.newOrder());
    for (const order of [paid, cancelled, released]) await orders.hold(from, order ?? '', 100);
    await merge(from, into);
    expect(await points(into)).toMatchObject({ balance: 200, frozen: 300 });
    // What was under way still names the member who is no more.
    expect(await orders.hold(from, paid ?? '', 100)).toEqual({ ok: true, value: { held: 100 } });
    expect(await orders.hold(from, late ?? '', 50)).toEqual({ ok: true, value: { held: 50 } });
    expect(await orders.hold(into, cancelled ?? '', 100)).toEqual({ ok: true, value: { held: 100 } });
    expect(await world.doors.checkoutFacts({ memberId: from }, byOrder)).toEqual({
      member: { tierLevel: 0, pointsSpendable: 150 },
    });
    await orders.paid(paid ?? '', from, 100);
    await orders.cancelled(cancelled ?? '', from, false);
    expect(await orders.release(released ?? '')).toEqual({ released: 100 });
    expect(await points(into)).toMatchObject({ balance: 350, frozen: 50 });
    await orders.refunded(paid ?? '', from, { pointsReturned: 40 });
    await orders.completed(orders.newOrder(), from, 3_000);
    expect(await points(into)).toMatchObject({ balance: 390, frozen: 50, pending: 30 });
    expect(await verify()).toEqual([]);
  });

  test('are told by the books when they are in the wrong account', async () => {
    const [from, into] = [await orders.member({ pointsBalance: 10 }), await orders.member()];
    await merge(from, into);
    await database()
      .collection<{ _id: string }>('points_accounts')
      .updateOne({ _id: from }, { $set: { debt: 5 } });
    expect(await verify()).toMatchObject([
      { invariant: 'points: balance = sum of entries = sum of lots', subject: from },
    ]);
    await database()
      .collection<{ _id: string }>('points_accounts')
      .updateOne({ _id: from }, { $set: { debt: 0 } });
  });
});

describe('growth of two members who are one', () => {
  test('adds up and reaches a tier; a refund of either’s order takes it back from the sum', async () => {
    const [from, into] = [await orders.member(), await orders.member()];
    const order = orders.newOrder();
    await orders.completed(order, from, 60_000);
    await orders.completed(orders.newOrder(), into, 50_000);
    await merge(from, into);
    expect(await me(into)).toMatchObject({ growth: 1_100, tier: { level: 1 } });
    await orders.refunded(order, from, { goodsMinor: 20_000 });
    expect(await me(into)).toMatchObject({ growth: 900, tier: { level: 1 } });
  });

  test('keeps the higher of two tiers, and what both earned in the year keeps it at its review', async () => {
    const [from, into] = [await orders.member({ growth: 1_200 }), await orders.member()];
    world.clock.advance(100 * 24 * 3600_000);
    await orders.completed(orders.newOrder(), from, 60_000);
    await orders.completed(orders.newOrder(), into, 50_000);
    await merge(from, into);
    expect(await me(into)).toMatchObject({ growth: 2_300, tier: { level: 1 } });
    world.clock.advance(266 * 24 * 3600_000);
    await world.subgraph.runJob('review-tiers');
    expect(await me(into)).toMatchObject({ growth: 1_100, tier: { level: 1 } });
  });
});
