import { describe, expect, test } from '@jest/globals';
import { crashPointNames, type CrashPointName } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { memberWorld } from '../fixtures/member-world.ts';
import { clerk, mergeErrors as errors, mergingIn } from '../fixtures/merging.ts';
import { ordersOf } from '../fixtures/orders.ts';

const world = memberWorld();
const orders = ordersOf(world);
const { me, points, merge, done, verify, eventsAbout, somebody } = mergingIn(world);

describe('merges that meet', () => {
  test('of two members into each other: one of them is done', async () => {
    const [one, other] = [await somebody(), await somebody()];
    const answers = await Promise.all([merge(one.id, other.id), merge(other.id, one.id)]);
    const merged = answers.filter(({ mergedId }) => mergedId !== null);
    expect(merged).toHaveLength(1);
    const [refused] = answers.flatMap(({ userErrors }) => userErrors);
    expect(refused).toMatchObject({ code: 'INVALID_STATE', state: 'MERGED' });
    expect((await me(merged[0].member.id)).addresses).toHaveLength(2);
  });

  test('in a chain: everything is the last one’s, under every id', async () => {
    const ids = [
      await orders.member({ pointsBalance: 1 }),
      await orders.member({ pointsBalance: 2 }),
      await orders.member({ pointsBalance: 4 }),
    ];
    const [a = '', b = '', c = ''] = ids;
    const order = orders.newOrder();
    await orders.hold(a, order, 1);
    await merge(a, b);
    await merge(b, c);
    expect(await points(c)).toMatchObject({ balance: 6, frozen: 1 });
    await orders.cancelled(order, a, false);
    expect(await points(c)).toMatchObject({ balance: 7, frozen: 0 });
    const query = 'query ($id: ID!) { member(id: $id) { id mergedFrom { mergedId reason } } }';
    for (const id of ids) expect((await world.ask(query, { id }, clerk)).member.id).toBe(c);
    const { mergedFrom } = (await world.ask(query, { id: c }, clerk)).member;
    expect(mergedFrom.map(({ reason }: never) => reason)).toEqual(['本人来店核实', '本人来店核实']);
    expect(await verify()).toEqual([]);
  });

  test('in a chain at once: each is done or refused, and no point is lost', async () => {
    const [a, b, c] = [
      await orders.member({ pointsBalance: 1 }),
      await orders.member({ pointsBalance: 2 }),
      await orders.member({ pointsBalance: 4 }),
    ];
    await Promise.all([merge(a, b), merge(b, c)]);
    const accounts = await world.rows('points_accounts');
    const lots = accounts
      .filter(({ _id }) => [a, b, c].includes(String(_id)))
      .flatMap((row) => row['lots'] as { available: number }[]);
    expect(lots.reduce((sum, { available }) => sum + available, 0)).toBe(7);
    expect(await verify()).toEqual([]);
  });

  test('with an erasure of either: one of them is done, and nothing in between', async () => {
    for (const which of Array.from({ length: 20 }, (_, index) => (index % 2 ? 'memberId' : 'intoMemberId'))) {
      const pair = { memberId: (await somebody()).id, intoMemberId: (await somebody()).id };
      const erase = world.ask(
        `mutation { eraseMember(input: { memberId: "${pair[which]}" }) { erasedId ${errors} } }`,
        {},
        clerk,
      );
      const [merged, { eraseMember }] = await Promise.all([merge(pair.memberId, pair.intoMemberId), erase]);
      const isMerged = merged.mergedId !== null;
      // Who has everything may be erased afterwards; who is no more, not.
      const wasErased = eraseMember.erasedId !== null;
      expect([isMerged, wasErased]).not.toEqual([false, false]);
      if (which === 'memberId') expect(isMerged).toBe(!wasErased);
      else expect(wasErased).toBe(true);
    }
  });

  test('under one key: the same answer to all, one effect; another input is a conflict', async () => {
    const [from, into, third] = [await somebody(), await somebody(), await somebody()];
    const key = { idempotencyKey: 'merge-once' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => merge(from.id, into.id, key)));
    expect(answers).toEqual(answers.map(() => done(from.id, into.id)));
    expect(await merge(from.id, into.id, key)).toEqual(done(from.id, into.id));
    expect(await eventsAbout(from.id)).toHaveLength(1);
    expect((await merge(third.id, into.id, key)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
  });

  test('with orders that hold points all the while: every point is counted once', async () => {
    const [from, into] = [await orders.member({ pointsBalance: 400 }), await orders.member({ pointsBalance: 400 })];
    const wishes = Array.from({ length: 10 }, (_, index) =>
      orders.hold(index % 2 ? from : into, orders.newOrder(), 10),
    );
    const [merged, ...held] = await Promise.all([merge(from, into), ...wishes]);
    expect(merged).toEqual(done(from, into));
    expect(held.map(({ ok }) => ok)).toEqual(held.map(() => true));
    expect(await points(into)).toMatchObject({ balance: 700, frozen: 100 });
    expect(await verify()).toEqual([]);
  });
});

describe('a process that dies while it merges', () => {
  const mine = crashPointNames.filter((name) => name.startsWith('member.merging.'));
  test.each(mine)(
    'at %s leaves all or nothing, and the same key brings it to its end',
    async (point: CrashPointName) => {
      const [from, into] = [await orders.member({ pointsBalance: 70 }), await orders.member({ pointsBalance: 7 })];
      const key = { idempotencyKey: newId('request') };
      await dieAt(point, () => merge(from, into, key));
      const isDone = point === 'member.merging.merged';
      expect((await points(into)).balance).toBe(isDone ? 77 : 7);
      expect(await eventsAbout(from)).toHaveLength(isDone ? 1 : 0);
      expect(await merge(from, into, key)).toEqual(done(from, into));
      expect((await points(into)).balance).toBe(77);
      expect(await eventsAbout(from)).toHaveLength(1);
      expect(await verify()).toEqual([]);
    },
  );
});
