import { describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { stepsIn } from '../fixtures/take-step.ts';

const world = logisticsWorld(testDatabase());
const take = stepsIn(world);
const begin = (orderId: string, changeId = 'req_1') =>
  world.regrouping.beginReaddressing({ orderId, changeId }, world.asOrder);
const end = (orderId: string, changeId = 'req_1') =>
  world.regrouping.endReaddressing({ orderId, changeId }, world.asOrder);
const pack = (fulfillmentId: string) =>
  world.elsewhere.work.pack(
    { caller: 'stf_1', fulfillmentId, idempotencyKey: newId('request'), parcels: null },
    world.asOrder,
  );

/** A fulfillment that is picked. */
async function picked(orderId: string): Promise<string> {
  const fulfillmentId = await world.allocated(orderId, { box: 1 });
  await take('pickFulfillment', { fulfillmentId });
  return fulfillmentId;
}

describe('an order whose address changes', () => {
  test('is not packed until the change has ended, however often it is begun and ended', async () => {
    const fulfillmentId = await picked('ord_1');
    expect(await begin('ord_1')).toMatchObject({ ok: true });
    expect(await begin('ord_1')).toMatchObject({ ok: true });
    await expect(pack(fulfillmentId)).rejects.toMatchObject({ extensions: { code: 'BUSY' } });
    await end('ord_1', 'req_other');
    await expect(pack(fulfillmentId)).rejects.toMatchObject({ extensions: { code: 'BUSY' } });
    await end('ord_1');
    await end('ord_1');
    expect(await pack(fulfillmentId)).toMatchObject({ ok: true });
    const [{ steps } = { steps: [] }] = await world.stores.fulfillments.byOrders(['ord_1']);
    expect(steps.map(({ action }) => action)).toEqual(['PICK', 'READDRESS', 'PACK']);
    await world.ship((await world.stores.fulfillments.byOrders(['ord_1']))[0]?.id ?? '', 'READDRESSED');
    expect(await begin('ord_1', 'req_2')).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'SHIPPED' }] });
  });

  test('keeps it once something is packed', async () => {
    await pack(await picked('ord_2'));
    expect(await begin('ord_2')).toMatchObject({ refusals: [{ code: 'INVALID_STATE', state: 'PACKED' }] });
  });

  test('of which nothing is held may change it, as there is nothing to pack', async () => {
    expect(await begin('ord_unknown')).toMatchObject({ ok: true });
    await end('ord_unknown');
  });

  test('in the moment in which it is packed, is packed first or changes first, and the other one sees it', async () => {
    for (let round = 0; round < 12; round += 1) {
      const orderId = `ord_race_${round}`;
      const fulfillmentId = await picked(orderId);
      const [begun, packed] = await Promise.all([begin(orderId), pack(fulfillmentId).catch(() => ({ ok: false }))]);
      expect(begun.ok).toBe(!packed.ok);
    }
  });
});
