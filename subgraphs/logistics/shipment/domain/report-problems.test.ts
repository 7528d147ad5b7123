import { describe, expect, test } from '@jest/globals';
import { reportProblems } from './report-problems.ts';
import type { Shipment, TrackingEvent } from './shipment.ts';

const shipment: Shipment = {
  id: 'shp_1',
  fulfillmentId: 'ful_1',
  orderId: 'ord_1',
  memberId: 'mbr_1',
  carrierCode: 'SF',
  trackingNumber: 'SF1234',
  status: 'LABELLED',
  events: [],
  shippedAt: new Date('2026-06-18T08:00:00.750Z'),
  deliveredAt: null,
};
const now = new Date('2026-06-18T09:00:00.250Z');

const problemsOf = (change: Partial<TrackingEvent>) => {
  const event: TrackingEvent = { at: now, status: 'IN_TRANSIT', description: '运输中', location: null, ...change };
  return reportProblems(shipment, event, now).map(({ path }) => path);
};

describe('a carrier’s report', () => {
  test.each([
    ['in the second of the handover, told in whole seconds', '2026-06-18T08:00:00.000Z', true],
    ['a day before the handover, by the carrier’s clock', '2026-06-17T08:00:00.750Z', true],
    ['earlier than that', '2026-06-17T08:00:00.749Z', false],
    ['a moment ahead of our clock', '2026-06-18T09:00:01.000Z', true],
    ['ten minutes ahead of it', '2026-06-18T09:10:00.250Z', true],
    ['later than that', '2026-06-18T09:10:00.251Z', false],
  ])('of %s', (_, at, isTaken) => {
    expect(problemsOf({ at: new Date(at) })).toEqual(isTaken ? [] : [['at']]);
  });

  test('names everything that is wrong with it', () => {
    expect(problemsOf({ description: ' ', location: 'x'.repeat(201), at: new Date(0) })).toEqual([
      ['description'],
      ['location'],
      ['at'],
    ]);
  });
});
