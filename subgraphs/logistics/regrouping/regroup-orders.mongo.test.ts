import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { sf } from '../fixtures/small-network.ts';
import { stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);
const extraKgMinor = sf.rates.find(({ zone }) => zone === 'LOCAL')?.extraKgMinor;
const line = (from: string, quantity: number, orderLineId = from) => ({ fromLineId: from, orderLineId, quantity });
const receiver = (orderId: string, ...lines: ReturnType<typeof line>[]) => ({
  ...{ orderId, number: `N-${orderId}`, memberId: 'mbr_1', channel: 'web', region: '上海市' },
  lines,
});
const unitsOf = async (orderId: string) =>
  (await world.stores.fulfillments.byOrders([orderId]))
    .filter(({ stage }) => stage !== 'CANCELLED')
    .flatMap(({ lines }) => lines.map((one) => [one.orderLineId, one.quantity]));

describe('regrouping orders', () => {
  test('hands the goods of one to several, of which each is sent by itself, and no unit is free in between', async () => {
    await world.allocated('ord_whole', { tea: 3, cup: 2 });
    const command = {
      from: ['ord_whole'],
      to: [
        receiver('ord_part_1', line('orl_ord_whole_tea', 1)),
        receiver('ord_part_2', line('orl_ord_whole_tea', 2, 'orl_new'), line('orl_ord_whole_cup', 2)),
      ],
    };
    const answers = await Promise.all([1, 2, 3].map(() => world.regrouping.regroupOrders(command, world.asOrder)));
    for (const answer of answers) {
      const orders = answer.ok ? answer.value.orders : [];
      expect(orders.map(({ orderId }) => orderId)).toEqual(['ord_part_1', 'ord_part_2']);
      // 500 g and 2 kg: the heavier parcel costs a kilogram more.
      expect(Number(orders[1]?.freightMinor) - Number(orders[0]?.freightMinor)).toBe(extraKgMinor);
    }
    expect(await unitsOf('ord_whole')).toEqual([]);
    expect(await unitsOf('ord_part_1')).toEqual([['orl_ord_whole_tea', 1]]);
    expect(await unitsOf('ord_part_2')).toEqual([
      ['orl_new', 2],
      ['orl_ord_whole_cup', 2],
    ]);
    expect(await world.level('SH-C1', 'tea')).toEqual([3, 3, 0, 0]);
    expect(await world.discrepancies()).toEqual([]);
    const [first] = await world.stores.fulfillments.byOrders(['ord_part_1']);
    await world.ship(first?.id ?? '', 'PART-1');
    expect(await world.level('SH-C1', 'tea')).toEqual([2, 2, 0, 0]);
    expect((await world.told('ord_part_1')).at(-1)).toMatchObject(['fulfillment.shipped', { remaining: 0 }]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('hands the goods of several to one, in one parcel from each warehouse', async () => {
    await world.allocated('ord_a', { salt: 1 });
    await world.allocated('ord_b', { salt: 2 });
    const to = [receiver('ord_ab', line('orl_ord_a_salt', 1), line('orl_ord_b_salt', 2))];
    expect(await world.regrouping.regroupOrders({ from: ['ord_a', 'ord_b'], to }, world.asOrder)).toMatchObject({
      ok: true,
    });
    expect(await world.stores.fulfillments.byOrders(['ord_ab'])).toHaveLength(1);
    expect(await unitsOf('ord_ab')).toEqual([
      ['orl_ord_a_salt', 1],
      ['orl_ord_b_salt', 2],
    ]);
    expect(await world.discrepancies()).toEqual([]);
  });

  test('is refused, and changes nothing, once somebody has begun to pick one of them, or before it was paid', async () => {
    const fulfillmentId = await world.allocated('ord_busy', { pen: 1 });
    await world.allocated('ord_free', { pen: 1 });
    await take('pickFulfillment', { fulfillmentId });
    const to = [receiver('ord_both', line('orl_ord_free_pen', 1), line('orl_ord_busy_pen', 1))];
    expect(await world.regrouping.regroupOrders({ from: ['ord_free', 'ord_busy'], to }, world.asOrder)).toMatchObject({
      ok: false,
      refusals: [{ code: 'INVALID_STATE', state: 'PICKING' }],
    });
    expect(await unitsOf('ord_free')).toEqual([['orl_ord_free_pen', 1]]);
    await world.receive('SH-C1', { ink: 1 });
    await world.reserve('ord_unpaid', { ink: 1 });
    const unpaid = { from: ['ord_unpaid'], to: [receiver('ord_x', line('orl_ord_unpaid_ink', 1))] };
    expect(await world.regrouping.regroupOrders(unpaid, world.asOrder)).toMatchObject({
      refusals: [{ state: 'HELD' }],
    });
  });

  test('never loses or doubles a unit when a picker starts in the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const orderId = `ord_pick_${round}`;
      const fulfillmentId = await world.allocated(orderId, { race: 2 });
      const to = [1, 2].map((part) => receiver(`${orderId}_${part}`, line(`orl_${orderId}_race`, 1, `orl_${part}`)));
      const [picked, regrouped] = await Promise.all([
        take('startPicking', { fulfillmentId }),
        world.regrouping.regroupOrders({ from: [orderId], to }, world.asOrder),
      ]);
      expect(picked.fulfillment === null).toBe(regrouped.ok);
      const units = (await Promise.all([orderId, `${orderId}_1`, `${orderId}_2`].map(unitsOf))).flat();
      expect(units.reduce((sum, [, quantity]) => sum + Number(quantity), 0)).toBe(2);
    }
    expect(await world.discrepancies()).toEqual([]);
  });

  test('is nothing that shoppers may ask for', async () => {
    const shopper = { ...world.asOrder, viewer: { ...world.asOrder.viewer, kind: 'MEMBER' as const, id: 'mbr_1' } };
    await expect(world.regrouping.reservedGoods({ orderId: 'ord_whole' }, shopper)).rejects.toMatchObject({
      reason: 'FORBIDDEN',
    });
  });
});
