import { describe, expect, test } from '@jest/globals';
import { recordsOf, UnlikelyPastError, type PastFulfillment } from './past-order.ts';

const day = (date: number) => new Date(Date.UTC(2026, 4, date));
const delivered: PastFulfillment = {
  orderId: 'ord_1',
  orderNumber: '20260501',
  memberId: 'mbr_1',
  channel: 'web',
  warehouseId: 'w',
  status: 'DELIVERED',
  lines: [
    { orderLineId: 'orl_1', skuId: 'a', quantity: 2, weightGrams: 100 },
    { orderLineId: 'orl_2', skuId: 'a', quantity: 1, weightGrams: 100 },
  ],
  allocatedAt: day(1),
  pickedAt: day(1),
  packedAt: day(2),
  shippedAt: day(2),
  deliveredAt: day(4),
  cancelledAt: null,
  shipment: { carrierCode: 'SF', trackingNumber: 'SF0001' },
  events: [
    { at: day(3), status: 'IN_TRANSIT', description: '运输中', location: '杭州' },
    { at: day(4), status: 'DELIVERED', description: '已签收', location: null },
  ],
};
const allocated = {
  status: 'ALLOCATED',
  pickedAt: null,
  packedAt: null,
  shippedAt: null,
  deliveredAt: null,
  shipment: null,
  events: [],
} as const;

describe('an order of the past', () => {
  test('that was delivered has its goods booked in and out, and nothing left', () => {
    const records = recordsOf([delivered]);
    expect(records.changes).toEqual([]);
    expect(records.movements.map(({ cause, skuId, onHand, at }) => [cause, skuId, onHand, at])).toEqual([
      ['RECEIPT', 'a', 3, day(1)],
      ['SHIPMENT', 'a', -3, day(2)],
    ]);
    expect(records.fulfillments).toMatchObject([{ stage: 'DELIVERED', memberId: 'mbr_1' }]);
    expect(records.shipments).toMatchObject([{ status: 'DELIVERED', deliveredAt: day(4), trackingNumber: 'SF0001' }]);
    expect(records.reservation).toMatchObject({
      state: 'CONFIRMED',
      lines: [{ state: 'SHIPPED' }, { state: 'SHIPPED' }],
    });
  });

  test('that waits keeps its goods on hand and reserved', () => {
    const records = recordsOf([{ ...delivered, ...allocated }]);
    expect(records.changes).toEqual([{ warehouseId: 'w', skuId: 'a', onHand: 3, reserved: 3 }]);
    expect(records.movements.map(({ cause, onHand }) => [cause, onHand])).toEqual([['RECEIPT', 3]]);
    expect(records.shipments).toEqual([]);
    expect(records.reservation.lines.map((line) => line.state)).toEqual(['OPEN', 'OPEN']);
  });

  test('that was cancelled moved nothing', () => {
    const records = recordsOf([{ ...delivered, ...allocated, status: 'CANCELLED', cancelledAt: day(2) }]);
    expect([records.movements, records.changes]).toEqual([[], []]);
    expect(records.reservation).toMatchObject({ state: 'RELEASED', releasedBecause: 'CANCELLED' });
  });

  test('with two parts is one reservation', () => {
    const records = recordsOf([delivered, { ...delivered, ...allocated, warehouseId: 'x' }]);
    expect(records.fulfillments.map((one) => one.stage)).toEqual(['DELIVERED', 'ALLOCATED']);
    expect(records.reservation).toMatchObject({ state: 'CONFIRMED' });
    expect(records.reservation.lines).toHaveLength(4);
  });

  test.each([
    ['shipped without having been packed', { packedAt: null }],
    ['delivered although it says it is on its way', { status: 'SHIPPED' }],
    ['shipped without a carrier', { shipment: null }],
    ['delivered without a report', { events: [] }],
  ] as const)('that was %s is refused', (_, wrong) => {
    expect(() => recordsOf([{ ...delivered, ...wrong }])).toThrow(UnlikelyPastError);
  });
});
