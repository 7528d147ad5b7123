import { beforeEach, describe, expect, test } from '@jest/globals';
import { crashPointNames, type CrashPointName } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import { dieAt } from '#kit/testing/die-at.ts';
import { editsIn, to } from '../testing/edits.ts';
import { member, onSale, orderWorld } from '../testing/order-world.ts';

const world = orderWorld();
const { neighbours, clock } = world;
const { shop, paidOrder, unpaidOrder, preview, edit, seen, expectBooksToAgree } = editsIn(world);

beforeEach(() => {
  clock.set('2026-11-22T08:00:00Z');
  neighbours.faults.before.clear();
  neighbours.faults.after.clear();
  neighbours.refusesAnew.clear();
});

/** Another coupon of the order's member, worth so many cents. */
function coupon(memberId: string | null, amountMinor: number): string {
  const couponId = newId('coupon');
  neighbours.coupons.set(couponId, { memberId: memberId ?? '', amountMinor });
  return couponId;
}

/** An unpaid order of ¥48.03 with a coupon over ¥3.00 and 100 points: ¥44.03; its member has 150 more points and a coupon over ¥5.00. */
async function withMore() {
  const made = await unpaidOrder({ points: 100, coupon: 300 });
  const memberId = made.viewer.id ?? '';
  neighbours.points.set(memberId, 150);
  return { ...made, memberId, better: coupon(memberId, 500) };
}
const pointsOf = (memberId: string, orderId: string) => [
  neighbours.points.get(memberId),
  neighbours.holds.get(orderId)?.points,
];
const couponsOf = (orderId: string) => neighbours.locks.get(orderId)?.couponIds;

describe('coupons and points of an unpaid order', () => {
  test('become others without any change of its goods', async () => {
    const { viewer, orderId, memberId, better } = await withMore();
    const wish = { couponIds: [better], pointsToSpend: 220 };
    expect(await preview(viewer, orderId, wish)).toMatchObject({ preview: { total: { amount: '40.83' } } });
    // 48.03 − 5.00 − 2.20
    const { order, edit: made, userErrors } = await edit(viewer, orderId, wish, '40.83');
    expect(userErrors).toEqual([]);
    expect([order.total.amount, order.pointsSpent, made.status]).toEqual(['40.83', 220, 'DONE']);
    expect(order.lines.map(({ quantity }: { quantity: number }) => quantity)).toEqual([3, 2]);
    expect(couponsOf(orderId)).toEqual([better]);
    expect(pointsOf(memberId, orderId)).toEqual([30, 220]);
    expect(neighbours.holds.get(made.id)).toMatchObject({ state: 'RELEASED', points: 0 });
    await expectBooksToAgree();
    expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('40.83');
    await expectBooksToAgree();
  });

  test('are added to an order that had none, with goods, and are this attempt’s when it is cancelled', async () => {
    const { viewer, orderId, cups } = await unpaidOrder();
    const memberId = viewer.id ?? '';
    neighbours.points.set(memberId, 80);
    const added = coupon(memberId, 300);
    const tea = onSale(neighbours, { minor: 2500, units: 4 });
    const wish = { quantities: [to(cups, 1)], additions: [{ skuId: tea, quantity: 1 }] };
    // 10.01 + 10.00 + 25.00 + 8.00 − 3.00 − 0.80
    const { order, userErrors } = await edit(
      viewer,
      orderId,
      { ...wish, couponIds: [added], pointsToSpend: 80 },
      '49.21',
    );
    expect([userErrors, order.total.amount]).toEqual([[], '49.21']);
    expect([couponsOf(orderId), pointsOf(memberId, orderId), neighbours.stock.get(tea)]).toEqual([[added], [0, 80], 3]);
    expect((await shop.cancel(viewer, orderId)).order.status).toBe('CANCELLED');
    // What the neighbours give back is what this attempt holds.
    expect((await world.eventsOf(orderId)).at(-1)).toMatchObject({ name: 'order.cancelled', payload: { attempt: 2 } });
    await expectBooksToAgree();
  });

  test('are taken off it', async () => {
    const { viewer, orderId, memberId } = await withMore();
    const { order } = await edit(viewer, orderId, { couponIds: [], pointsToSpend: 0 }, '48.03');
    expect([order.total.amount, order.pointsSpent]).toEqual(['48.03', 0]);
    expect([couponsOf(orderId), pointsOf(memberId, orderId)]).toEqual([[], [250, 0]]);
    await expectBooksToAgree();
  });

  test('can go up, down and up again, each time all of it or nothing', async () => {
    const { viewer, orderId, memberId } = await withMore();
    for (const [points, total] of [
      [250, '42.53'],
      [40, '44.63'],
      [41, '44.62'],
      [0, '45.03'],
      [7, '44.96'],
    ] as const) {
      expect((await edit(viewer, orderId, { pointsToSpend: points }, total)).order.total.amount).toBe(total);
      expect(pointsOf(memberId, orderId)).toEqual([250 - points, points]);
      await expectBooksToAgree();
    }
  });
});

describe('coupons and points that an unpaid order can’t have', () => {
  test.each([
    ['an unknown coupon', () => 'cpn_none'],
    ['somebody else’s coupon', () => coupon(member(newId('member')).id, 500)],
  ])('because it is %s: nothing changes', async (_what, couponId) => {
    const { viewer, orderId, couponId: own } = await withMore();
    const { order, userErrors } = await edit(viewer, orderId, { couponIds: [own, couponId()] }, '44.03');
    expect([order, userErrors]).toMatchObject([
      null,
      [{ code: 'COUPON_NOT_USABLE', path: ['couponIds', '1'], reason: 'WRONG_OWNER' }],
    ]);
    expect([couponsOf(orderId), (await seen(viewer, orderId)).edits]).toEqual([[own], []]);
  });

  test('because promotion refuses: the points that were held for it are free again', async () => {
    const { viewer, orderId, memberId, couponId, better } = await withMore();
    neighbours.refusesAnew.add(orderId);
    const { userErrors } = await edit(viewer, orderId, { couponIds: [better], pointsToSpend: 250 }, '40.53');
    expect(userErrors).toMatchObject([{ code: 'BUDGET_EXHAUSTED' }]);
    expect([couponsOf(orderId), pointsOf(memberId, orderId)]).toEqual([[couponId], [150, 100]]);
    expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '44.03' }, edits: [{ status: 'UNDONE' }] });
    expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('44.03');
    await expectBooksToAgree();
  });

  test('because the points were spent elsewhere meanwhile: nothing changes, coupons neither', async () => {
    const { viewer, orderId, memberId, couponId, better } = await withMore();
    neighbours.faults.before.set('member.holdPoints', () => void neighbours.points.set(memberId, 10));
    const { userErrors } = await edit(viewer, orderId, { couponIds: [better], pointsToSpend: 250 }, '40.53');
    expect(userErrors).toMatchObject([{ code: 'INSUFFICIENT_POINTS', available: 10 }]);
    expect([couponsOf(orderId), pointsOf(memberId, orderId)]).toEqual([[couponId], [10, 100]]);
    await expectBooksToAgree();
  });

  test('because it is paid, or points are below 0, or nothing is wished', async () => {
    const { viewer, orderId } = await paidOrder();
    const codes = async (at: string, wish: object) => (await edit(viewer, at, wish, '48.03')).userErrors;
    expect(await codes(orderId, { couponIds: [] })).toEqual([
      { code: 'INVALID_STATE', path: ['couponIds'], state: 'PAID' },
    ]);
    expect(await codes(orderId, { pointsToSpend: 1 })).toEqual([
      { code: 'INVALID_STATE', path: ['pointsToSpend'], state: 'PAID' },
    ]);
    const open = await withMore();
    const asked = async (wish: object) => (await edit(open.viewer, open.orderId, wish, '44.03')).userErrors;
    expect(await asked({ pointsToSpend: -1 })).toEqual([{ code: 'INVALID_INPUT', path: ['pointsToSpend'] }]);
    expect(await asked({})).toEqual([{ code: 'INVALID_INPUT', path: ['quantities'] }]);
  });
});

describe('a crash while coupons and points of an unpaid order are changed', () => {
  const places = crashPointNames.filter((name) => name.startsWith('order.editing.'));

  test.each(places.filter((name) => !/undo|given-back/.test(name)))('at %s: they are changed once', async (place) => {
    const { viewer, orderId, memberId, better } = await withMore();
    const [wish, key] = [{ couponIds: [better], pointsToSpend: 220 }, { idempotencyKey: newId('request') }];
    await dieAt(place, () => edit(viewer, orderId, wish, '40.83', key));
    clock.advance(15_000);
    await world.subgraph.runJob('finish-order-edits');
    clock.advance(60_000);
    expect((await edit(viewer, orderId, wish, '40.83', key)).edit).toMatchObject({ status: 'DONE' });
    expect([couponsOf(orderId), pointsOf(memberId, orderId)]).toEqual([[better], [30, 220]]);
    expect((await shop.pay(viewer, orderId)).payment.amount.amount).toBe('40.83');
    await expectBooksToAgree();
  });

  test.each<CrashPointName>(['order.editing.undo-decided', 'order.editing.given-back', 'order.editing.undone'])(
    'at %s: they are as before, once',
    async (place) => {
      const { viewer, orderId, memberId, couponId, better } = await withMore();
      neighbours.refusesAnew.add(orderId);
      await dieAt(place, () => edit(viewer, orderId, { couponIds: [better], pointsToSpend: 220 }, '40.83'));
      clock.advance(15_000);
      await world.subgraph.runJob('finish-order-edits');
      expect([couponsOf(orderId), pointsOf(memberId, orderId)]).toEqual([[couponId], [150, 100]]);
      expect(await seen(viewer, orderId)).toMatchObject({ total: { amount: '44.03' }, edits: [{ status: 'UNDONE' }] });
      await expectBooksToAgree();
    },
  );
});
