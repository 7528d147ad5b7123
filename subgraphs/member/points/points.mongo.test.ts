import { describe, expect, test } from '@jest/globals';
import { asMember, memberWorld } from '../fixtures/member-world.ts';
import { ordersOf } from '../fixtures/orders.ts';
import { disagreements, type LedgerEntry, type PointsAccount } from './domain/account.ts';

const world = memberWorld();
const orders = ordersOf(world);
const day = 24 * 3_600_000;

const pointsQuery = `{ me { points { balance frozen pending debt expiringSoon { points expiresAt } } } }`;
const points = async (memberId: string) => (await world.ask(pointsQuery, {}, asMember(memberId))).me.points;
const summary = async (memberId: string) => {
  const { balance, frozen, pending, debt } = await points(memberId);
  return { balance, frozen, pending, debt };
};
const kinds = async (memberId: string) => {
  const ledger = `{ me { pointsLedger(first: 100) { nodes { kind available frozen debt cause { kind id } } } } }`;
  const { me } = await world.ask(ledger, {}, asMember(memberId));
  return me.pointsLedger.nodes.toReversed().map((entry: { kind: string }) => entry.kind);
};

/** The ledger of the database adds up to its account. */
async function expectLedgerToAddUp(memberId: string): Promise<void> {
  const row = (await world.rows('points_accounts')).find(({ _id }) => _id === memberId);
  const account = row === undefined ? { memberId, version: 0, lots: [], debt: 0 } : { ...row, memberId };
  const entries = (await world.rows('points_entries')).filter((entry) => entry['memberId'] === memberId);
  expect(disagreements(account as unknown as PointsAccount, entries as unknown as LedgerEntry[])).toEqual([]);
}

describe('points on hold', () => {
  test('are frozen until the order is paid, and spent then', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    expect(await orders.hold(member, order, 300)).toEqual({ ok: true, value: { held: 300 } });
    expect(await summary(member)).toEqual({ balance: 200, frozen: 300, pending: 0, debt: 0 });
    expect(await orders.paid(order, member, 300)).toEqual({ receipt: 'applied' });
    expect(await summary(member)).toEqual({ balance: 200, frozen: 0, pending: 0, debt: 0 });
    expect(await kinds(member)).toEqual(['GRANTED', 'HELD', 'SPENT']);
    await expectLedgerToAddUp(member);
  });

  test('are held once, however often the same hold is asked for, and refused to another amount', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    const asked = await Promise.all(Array.from({ length: 8 }, () => orders.hold(member, order, 100)));
    expect(asked).toEqual(asked.map(() => ({ ok: true, value: { held: 100 } })));
    expect((await summary(member)).frozen).toBe(100);
    expect(await orders.hold(member, order, 200)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE' }] });
    expect(await orders.hold(await orders.member(), order, 100)).toMatchObject({ ok: false });
    expect((await summary(member)).frozen).toBe(100);
  });

  test('are refused whole when there are too few, with what there is', async () => {
    const member = await orders.member({ pointsBalance: 99 });
    expect(await orders.hold(member, orders.newOrder(), 100)).toEqual({
      ok: false,
      refusals: [
        {
          type: 'InsufficientPointsError',
          code: 'INSUFFICIENT_POINTS',
          path: ['pointsToSpend'],
          requested: 100,
          available: 99,
        },
      ],
    });
    expect(await summary(member)).toEqual({ balance: 99, frozen: 0, pending: 0, debt: 0 });
    expect(await orders.hold('mbr_nobody', orders.newOrder(), 1)).toMatchObject({ ok: false });
  });

  test('of twenty orders at once for all points are held by exactly one', async () => {
    const member = await orders.member({ pointsBalance: 1_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => orders.hold(member, orders.newOrder(), 1_000)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await summary(member)).toEqual({ balance: 0, frozen: 1_000, pending: 0, debt: 0 });
    await expectLedgerToAddUp(member);
  });

  test('of twenty orders at once for a tenth each are held by exactly ten', async () => {
    const member = await orders.member({ pointsBalance: 1_000 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => orders.hold(member, orders.newOrder(), 100)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    expect(await summary(member)).toEqual({ balance: 0, frozen: 1_000, pending: 0, debt: 0 });
    await expectLedgerToAddUp(member);
  });

  test('come back once by releasing, however often', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    await orders.hold(member, order, 300);
    const released = await Promise.all([orders.release(order), orders.release(order), orders.release(order)]);
    expect(released.map((answer) => answer.released).toSorted((a, b) => a - b)).toEqual([0, 0, 300]);
    expect(await summary(member)).toEqual({ balance: 500, frozen: 0, pending: 0, debt: 0 });
    expect(await orders.hold(member, order, 300)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'RELEASED' }],
    });
  });

  test('are never frozen by a hold that its release has overtaken', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    expect(await orders.release(order)).toEqual({ released: 0 });
    expect(await orders.hold(member, order, 300)).toMatchObject({ ok: false, refusals: [{ code: 'INVALID_STATE' }] });
    expect((await summary(member)).balance).toBe(500);
  });

  test('are frozen anew by a later attempt of the order, which nothing of an earlier one touches', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    await orders.hold(member, order, 300);
    await orders.release(order);
    expect(await orders.hold(member, order, 300, 2)).toEqual({ ok: true, value: { held: 300 } });
    expect(await orders.hold(member, order, 300, 3)).toEqual({ ok: true, value: { held: 300 } });
    expect(await orders.hold(member, order, 300, 2)).toMatchObject({ ok: false, refusals: [{ state: 'HELD' }] });
    expect(await orders.release(order, 2)).toEqual({ released: 0 });
    await orders.cancelled(order, member, false);
    expect(await summary(member)).toEqual({ balance: 200, frozen: 300, pending: 0, debt: 0 });
    await orders.paid(order, member, 300);
    expect(await summary(member)).toEqual({ balance: 200, frozen: 0, pending: 0, debt: 0 });
    expect(await kinds(member)).toEqual(['GRANTED', 'HELD', 'RELEASED', 'HELD', 'SPENT']);
    await expectLedgerToAddUp(member);
  });

  test('can not be held by a member for another one', async () => {
    const [mine, theirs] = [await orders.member(), await orders.member({ pointsBalance: 500 })];
    const request = { memberId: theirs, orderId: orders.newOrder(), points: 100 };
    const call = { viewer: asMember(mine), requestId: 'req_test' };
    await expect(world.doors.holdPoints(request, call)).rejects.toMatchObject({ code: 'REFUSED', reason: 'FORBIDDEN' });
    expect((await summary(theirs)).frozen).toBe(0);
  });
});

describe('an order that is cancelled', () => {
  test('before its payment releases its points', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    await orders.hold(member, order, 300);
    await orders.cancelled(order, member, false);
    expect(await summary(member)).toEqual({ balance: 500, frozen: 0, pending: 0, debt: 0 });
  });

  test('after its payment gives its points back once, though the refund names them as well', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    await orders.hold(member, order, 300);
    await orders.paid(order, member, 300);
    await orders.cancelled(order, member, true);
    await orders.refunded(order, member, { goodsMinor: 10_000, pointsReturned: 300 });
    expect(await summary(member)).toEqual({ balance: 500, frozen: 0, pending: 0, debt: 0 });
    expect(await kinds(member)).toEqual(['GRANTED', 'HELD', 'SPENT', 'RETURNED']);
    await expectLedgerToAddUp(member);
  });

  test('that is edited gives back the points of the units that leave, and at its end the rest', async () => {
    const member = await orders.member({ pointsBalance: 500 });
    const order = orders.newOrder();
    await orders.hold(member, order, 300);
    await orders.paid(order, member, 300);
    await orders.edited(order, member, 100);
    await orders.edited(order, member, 0);
    expect(await summary(member)).toEqual({ balance: 300, frozen: 0, pending: 0, debt: 0 });
    await orders.cancelled(order, member, true);
    expect(await summary(member)).toEqual({ balance: 500, frozen: 0, pending: 0, debt: 0 });
    await expectLedgerToAddUp(member);
  });

  test('without points, or of nobody, changes nothing', async () => {
    expect(await orders.cancelled(orders.newOrder(), null, true)).toEqual({ receipt: 'applied' });
    expect(await orders.paid(orders.newOrder(), null)).toEqual({ receipt: 'applied' });
  });
});

describe('a completed order', () => {
  test('earns a point for every whole yuan, to be spent after 7 days and for 365 more', async () => {
    const member = await orders.member();
    await orders.completed(orders.newOrder(), member, 12_399);
    expect(await summary(member)).toEqual({ balance: 0, frozen: 0, pending: 123, debt: 0 });
    expect(await orders.hold(member, orders.newOrder(), 1)).toMatchObject({ ok: false, refusals: [{ available: 0 }] });
    const completedAt = world.clock.now().getTime();
    world.clock.advance(7 * day);
    expect(await summary(member)).toEqual({ balance: 123, frozen: 0, pending: 0, debt: 0 });
    world.clock.advance(340 * day);
    expect((await points(member)).expiringSoon).toEqual([
      { points: 123, expiresAt: new Date(completedAt + 372 * day).toISOString() },
    ]);
  });

  test('earns once, however often and concurrently it is told', async () => {
    const member = await orders.member();
    const order = orders.newOrder();
    await Promise.all(Array.from({ length: 5 }, () => orders.completed(order, member, 10_000, 'evt_once')));
    await orders.completed(order, member, 10_000, 'evt_again');
    expect((await summary(member)).pending).toBe(100);
    await expectLedgerToAddUp(member);
  });

  test('that is refunded in parts takes its points back to the last one', async () => {
    const member = await orders.member();
    const order = orders.newOrder();
    await orders.completed(order, member, 10_050);
    for (const goodsMinor of [3_333, 3_333, 3_384]) await orders.refunded(order, member, { goodsMinor });
    expect(await summary(member)).toEqual({ balance: 0, frozen: 0, pending: 0, debt: 0 });
    expect(await kinds(member)).toEqual(['EARNED', 'CLAWED_BACK', 'CLAWED_BACK', 'CLAWED_BACK']);
    await expectLedgerToAddUp(member);
  });

  test('whose points were spent leaves a debt, which the next order pays first', async () => {
    const member = await orders.member();
    const [earning, spending] = [orders.newOrder(), orders.newOrder()];
    await orders.completed(earning, member, 30_000);
    world.clock.advance(8 * day);
    await orders.hold(member, spending, 200);
    await orders.paid(spending, member, 200);
    await orders.refunded(earning, member, { goodsMinor: 30_000 });
    expect(await summary(member)).toEqual({ balance: 0, frozen: 0, pending: 0, debt: 200 });
    await orders.completed(orders.newOrder(), member, 25_000);
    expect(await summary(member)).toEqual({ balance: 0, frozen: 0, pending: 50, debt: 0 });
    expect(await kinds(member)).toEqual([
      'EARNED',
      'HELD',
      'SPENT',
      'CLAWED_BACK',
      'CLAWED_BACK',
      'EARNED',
      'DEBT_PAID',
    ]);
    await expectLedgerToAddUp(member);
  });
});

describe('points that expire', () => {
  test('leave their lots by the job, once, and with a line in the ledger', async () => {
    const member = await orders.member({ pointsBalance: 80 });
    world.clock.advance(366 * day);
    expect((await summary(member)).balance).toBe(0);
    await world.subgraph.runJob('expire-points');
    await world.subgraph.runJob('expire-points');
    expect(await kinds(member)).toEqual(['GRANTED', 'EXPIRED']);
    await expectLedgerToAddUp(member);
  });
});

describe('the ledger', () => {
  const page = `query ($first: Int!, $after: String) { me { pointsLedger(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id kind available frozen cause { kind id } } } } }`;

  test('is read in pages, the newest entry first, none twice', async () => {
    const member = await orders.member({ pointsBalance: 100 });
    const held = orders.newOrder();
    await orders.hold(member, held, 10);
    await orders.release(held);
    const seen: { id: string; kind: string; available: number; cause: object }[] = [];
    let after: string | null = null;
    for (let count = 0; count < 3; count += 1) {
      const { me } = await world.ask(page, { first: 1, after }, asMember(member));
      expect(me.pointsLedger).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: count < 2 } });
      seen.push(...me.pointsLedger.nodes);
      after = me.pointsLedger.pageInfo.endCursor;
    }
    expect(seen.map(({ kind, available }) => [kind, available])).toEqual([
      ['RELEASED', 10],
      ['HELD', -10],
      ['GRANTED', 100],
    ]);
    expect(seen[2]?.cause).toEqual({ kind: 'OPENING', id: member });
  });

  test.each([0, 101, -1])('refuses a page of %i', async (first) => {
    expect(await world.codes(page, { first }, asMember(await orders.member()))).toEqual(['BAD_USER_INPUT']);
  });

  test('refuses a cursor that is not one of its own', async () => {
    const member = asMember(await orders.member({ pointsBalance: 1 }));
    expect(await world.codes(page, { first: 1, after: 'rubbish' }, member)).toEqual(['BAD_USER_INPUT']);
  });
});
