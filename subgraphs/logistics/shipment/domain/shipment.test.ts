import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { record, shipmentStatuses, type Shipment, type ShipmentStatus } from './shipment.ts';

const fresh: Shipment = {
  id: 'shp_1',
  fulfillmentId: 'ful_1',
  orderId: 'ord_1',
  memberId: 'mbr_1',
  carrierCode: 'SF',
  trackingNumber: 'SF1234',
  status: 'LABELLED',
  events: [],
  shippedAt: new Date('2026-06-18T08:00:00Z'),
  deliveredAt: null,
};

const event = (hour: number, status: ShipmentStatus) => ({
  at: new Date(Date.UTC(2026, 5, 19, hour)),
  status,
  description: status,
  location: null,
});
const after = (...events: ReturnType<typeof event>[]) => events.reduce(record, fresh);
const hours = (shipment: Shipment) => shipment.events.map((one) => one.at.getUTCHours());

describe('a shipment', () => {
  test('follows what the carrier reports until it is delivered', () => {
    const shipment = after(event(1, 'IN_TRANSIT'), event(2, 'OUT_FOR_DELIVERY'), event(3, 'DELIVERED'));
    expect(shipment.status).toBe('DELIVERED');
    expect(shipment.deliveredAt).toEqual(new Date('2026-06-19T03:00:00Z'));
  });

  test('keeps late reports in their place by time and isn’t taken back by them', () => {
    const shipment = after(event(3, 'DELIVERED'), event(1, 'IN_TRANSIT'), event(2, 'OUT_FOR_DELIVERY'));
    expect(hours(shipment)).toEqual([1, 2, 3]);
    expect(shipment.status).toBe('DELIVERED');
    expect(after(event(5, 'OUT_FOR_DELIVERY'), event(4, 'IN_TRANSIT')).status).toBe('OUT_FOR_DELIVERY');
  });

  test('does not go back from the courier to the road', () => {
    expect(after(event(1, 'OUT_FOR_DELIVERY'), event(2, 'IN_TRANSIT')).status).toBe('OUT_FOR_DELIVERY');
  });

  test('goes on after an exception', () => {
    expect(after(event(1, 'OUT_FOR_DELIVERY'), event(2, 'EXCEPTION')).status).toBe('EXCEPTION');
    expect(after(event(1, 'EXCEPTION'), event(2, 'IN_TRANSIT')).status).toBe('IN_TRANSIT');
    expect(after(event(2, 'IN_TRANSIT'), event(1, 'EXCEPTION')).status).toBe('IN_TRANSIT');
  });

  test('stays delivered, or on its way back, for good', () => {
    expect(after(event(1, 'DELIVERED'), event(2, 'RETURNED')).status).toBe('DELIVERED');
    expect(after(event(2, 'DELIVERED'), event(1, 'RETURNED')).status).toBe('DELIVERED');
    expect(after(event(1, 'RETURNED'), event(2, 'DELIVERED'))).toMatchObject({ status: 'RETURNED', deliveredAt: null });
  });

  test('takes the same report twice for one', () => {
    const once = after(event(1, 'IN_TRANSIT'));
    expect(record(once, { ...event(1, 'IN_TRANSIT'), description: 'again' })).toBe(once);
  });

  test('ends the same whatever the order in which non-final reports arrive', () => {
    const notFinal = shipmentStatuses.filter((status) => status !== 'DELIVERED' && status !== 'RETURNED');
    const reports = fc
      .uniqueArray(fc.integer({ min: 0, max: 23 }), { maxLength: 8 })
      .chain((atHours) =>
        fc.tuple(...atHours.map((hour) => fc.constantFrom(...notFinal).map((status) => event(hour, status)))),
      );
    fc.assert(
      fc.property(
        reports.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          expect(after(...shuffled)).toEqual(after(...list));
        },
      ),
    );
  });
});
