import { describe, expect, test } from '@jest/globals';
import { testDatabase } from '#kit/testing/test-database.ts';
import { logisticsWorld } from '../fixtures/logistics-world.ts';
import { sf } from '../fixtures/small-network.ts';
import { viewers } from '../fixtures/viewers.ts';

const world = logisticsWorld(testDatabase());

interface Recorded {
  readonly shipment: {
    status: string;
    deliveredAt: string | null;
    events: { at: string; description: string }[];
  } | null;
  readonly userErrors: { code: string; path: string[] }[];
}

async function record(input: object, viewer = viewers.staff): Promise<Recorded> {
  const document = `mutation ($input: RecordTrackingEventInput!) { recordTrackingEvent(input: $input) {
    shipment { status deliveredAt events { at description location } } userErrors { code path } } }`;
  const given = { status: 'IN_TRANSIT', at: '2026-06-18T02:30:00Z', description: '运输中', ...input };
  const data = await world.graph<{ recordTrackingEvent: Recorded }>(document, { input: given }, viewer);
  return data.recordTrackingEvent;
}
const refusal = (code: string, path: string[]) => ({ shipment: null, userErrors: [{ code, path }] });
const laterBy = (hours: number) => new Date(Date.UTC(2026, 5, 18, 2 + hours)).toISOString();

describe('what a carrier reports', () => {
  test('moves the shipment forward and is kept by time, whatever the order it comes in', async () => {
    await world.shipped('ord_road', { road: 1 });
    world.clock.set(laterBy(12));
    const of = { trackingNumber: 'ord-road' };
    await record({ ...of, status: 'OUT_FOR_DELIVERY', at: laterBy(3), description: '派送中' });
    const late = await record({ ...of, status: 'IN_TRANSIT', at: laterBy(1), description: '已揽收', location: '上海' });
    expect(late.shipment?.status).toBe('OUT_FOR_DELIVERY');
    expect(late.shipment?.events.map((event) => event.description)).toEqual(['已揽收', '派送中']);
    const done = await record({ ...of, status: 'DELIVERED', at: laterBy(5), description: '已签收' });
    expect(done.shipment).toMatchObject({ status: 'DELIVERED', deliveredAt: laterBy(5) });
    const [fulfillment] = await world.stores.fulfillments.byOrders(['ord_road']);
    expect(fulfillment?.stage).toBe('DELIVERED');
  });

  test('three times at once is recorded once, and a delivery is told once', async () => {
    await world.shipped('ord_thrice', { thrice: 1 });
    world.clock.advance(3_600_000);
    const report = {
      trackingNumber: 'ord-thrice',
      status: 'DELIVERED',
      at: world.clock.now().toISOString(),
      description: '已签收',
    };
    const answers = await Promise.all([record(report), record(report), record(report)]);
    for (const answer of answers) expect(answer.shipment?.events).toHaveLength(1);
    const delivered = (await world.told('ord_thrice')).filter(([name]) => name === 'shipment.delivered');
    expect(delivered.map(([, payload]) => payload)).toMatchObject([{ orderId: 'ord_thrice', remaining: 0 }]);
  });

  test('of the last two parcels at once counts down to none remaining', async () => {
    for (let round = 0; round < 5; round += 1) {
      const orderId = `ord_doors_${round}`;
      const goods = { [`front${round}`]: 1, [`rear${round}`]: 1 };
      await world.receive('SH-C1', { [`front${round}`]: 1 });
      await world.receive('GZ-R1', { [`rear${round}`]: 1 });
      await world.reserve(orderId, goods);
      await world.tell('order.paid', world.paid(orderId, goods));
      const parts = await world.stores.fulfillments.byOrders([orderId]);
      for (const [index, part] of parts.entries()) await world.ship(part.id, `DOORS-${round}-${index}`);
      const at = world.clock.now().toISOString();
      const deliver = (index: number) =>
        record({ trackingNumber: `DOORS-${round}-${index}`, status: 'DELIVERED', at, description: '已签收' });
      await Promise.all([deliver(0), deliver(1)]);
      const told = (await world.told(orderId)).filter(([name]) => name === 'shipment.delivered');
      expect(told.map(([, payload]) => (payload as { remaining: number }).remaining)).toEqual([1, 0]);
    }
  });

  test('of a number that nobody gave out, or that makes no sense, is refused', async () => {
    await world.shipped('ord_sense', { sense: 1 });
    const of = { trackingNumber: 'ord-sense', at: world.clock.now().toISOString() };
    expect(await record({ trackingNumber: 'NOBODY' })).toEqual(refusal('NOT_FOUND', ['trackingNumber']));
    expect(await record({ ...of, description: ' ' })).toEqual(refusal('INVALID_INPUT', ['description']));
    expect(await record({ ...of, description: 'x'.repeat(501) })).toEqual(refusal('INVALID_INPUT', ['description']));
    expect(await record({ ...of, location: 'x'.repeat(201) })).toEqual(refusal('INVALID_INPUT', ['location']));
    expect(await record({ ...of, at: '2026-06-10T00:00:00Z' })).toEqual(refusal('INVALID_INPUT', ['at']));
    expect(await record({ ...of, at: '2027-01-01T00:00:00Z' })).toEqual(refusal('INVALID_INPUT', ['at']));
  });

  test('is taken from a carrier’s own system for its own shipments only', async () => {
    await world.doors.loadNetwork({ carriers: [{ ...sf, code: 'ZTO' }], warehouses: [] }, world.asOrder);
    await world.shipped('ord_own', { own: 1 });
    const of = { trackingNumber: 'ord-own', at: world.clock.now().toISOString() };
    expect((await record(of, viewers.carrier)).userErrors).toEqual([]);
    const zto = { ...viewers.carrier, roles: ['carrier:ZTO'] };
    expect(await record({ ...of, status: 'DELIVERED' }, zto)).toEqual(refusal('NOT_FOUND', ['trackingNumber']));
    expect(await record(of, { ...viewers.carrier, roles: [] })).toEqual(refusal('NOT_FOUND', ['trackingNumber']));
    await expect(record(of, viewers.member)).rejects.toThrow('FORBIDDEN');
  });

  test('of a number that two carriers gave out needs the carrier’s name', async () => {
    await world.doors.loadNetwork({ carriers: [{ ...sf, code: 'JD' }], warehouses: [] }, world.asOrder);
    await world.shipped('ord_same', { same: 1 });
    const fulfillmentId = await world.allocated('ord_same_too', { same: 1 });
    const command = { caller: 'stf_1', fulfillmentId };
    await world.elsewhere.work.pick({ ...command, idempotencyKey: 'same-1' });
    await world.elsewhere.work.pack({ ...command, idempotencyKey: 'same-2', parcels: null }, world.asOrder);
    const number = { carrierCode: 'JD', trackingNumber: 'ord-same', idempotencyKey: 'same-3' };
    expect(await world.elsewhere.shipFulfillment({ ...command, ...number })).toMatchObject({ ok: true });
    const of = { trackingNumber: 'ord-same', at: world.clock.now().toISOString() };
    expect(await record(of)).toEqual(refusal('INVALID_INPUT', ['carrierCode']));
    expect((await record({ ...of, carrierCode: 'JD' })).shipment?.status).toBe('IN_TRANSIT');
    expect(
      (await world.stores.shipments.byNumber('ord-same', { carrierCodes: ['SF'], memberId: null }))[0]?.status,
    ).toBe('LABELLED');
  });
});

describe('seeing a shipment', () => {
  const document = `query ($number: String!, $entity: _Any!) { shipment(trackingNumber: $number) { id carrier { code name } }
    _entities(representations: [$entity]) { ... on Shipment { trackingNumber } } }`;

  test('is for the member it goes to and for staff; to others it doesn’t exist', async () => {
    const fulfillmentId = await world.shipped('ord_seen', { seen: 1 });
    const [shipment] = await world.stores.shipments.byFulfillments([fulfillmentId]);
    const ask = (viewer: typeof viewers.staff) =>
      world.graph(document, { number: 'ord-seen', entity: { __typename: 'Shipment', id: shipment?.id } }, viewer);
    const seen = {
      shipment: { id: shipment?.id, carrier: { code: 'SF', name: 'SF Express' } },
      _entities: [{ trackingNumber: 'ord-seen' }],
    };
    expect(await ask(viewers.member)).toEqual(seen);
    expect(await ask(viewers.staff)).toEqual(seen);
    expect(await ask(viewers.otherMember)).toEqual({ shipment: null, _entities: [null] });
    await expect(ask(viewers.guest)).rejects.toThrow('UNAUTHENTICATED');
  });
});
