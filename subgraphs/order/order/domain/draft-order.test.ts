import { describe, expect, test } from '@jest/globals';
import { cancelPaid, changed, close, complete, confirm, deliver, pay, ship } from './order-changes.ts';
import { draftOrder, type OrderTerms } from './draft-order.ts';

const at = new Date('2026-11-22T08:00:00Z');
const line = (lineId: string, quantity: number, unitPriceMinor: number, totalMinor: number) => ({
  lineId,
  skuId: `sku_${lineId}`,
  productId: 'prd_1',
  title: '保温杯',
  quantity,
  unitPriceMinor,
  totalMinor,
  weightGrams: 300,
  steps: [],
});
const terms: OrderTerms = {
  memberId: 'mbr_1',
  channel: 'web',
  currency: 'CNY',
  placedAt: at,
  expiresAt: new Date('2026-11-22T08:30:00Z'),
  subtotalMinor: 3000,
  discountMinor: 500,
  freightMinor: 800,
  totalMinor: 3300,
  pointsSpent: 200,
  benefits: { promotions: [], coupons: [], flashTicketId: null },
  address: { region: '上海市', sealed: 'AQ' },
  note: null,
  lines: [line('orl_1', 2, 1000, 1700), line('orl_2', 1, 1000, 800)],
  deliveries: [],
  external: null,
  cart: null,
  paidElsewhere: false,
};
const lease = { placementId: 'req_1', leaseUntil: new Date('2026-11-22T08:00:15Z') };
const draft = draftOrder('ord_1', '2026112200000001', terms, lease, ['reserve-stock']);
const by = (iso: string) => ({ at: new Date(iso), actor: 'member' as const });

describe('a draft', () => {
  test('is nobody’s order yet', () => {
    expect(draft).toMatchObject({ status: 'PLACING', visible: false, version: 0, timeline: [], refundStatus: 'NONE' });
    expect(draft.placing?.steps).toEqual([{ name: 'reserve-stock', state: 'PENDING' }]);
  });

  test.each([
    ['a total that is off by one', { totalMinor: 3301 }],
    ['lines that are off by one', { lines: [line('orl_1', 2, 1000, 1701), line('orl_2', 1, 1000, 800)] }],
  ])('with %s is not made', (_name, wrong) => {
    expect(() => draftOrder('ord_1', '1', { ...terms, ...wrong }, lease, [])).toThrow(RangeError);
  });
});

describe('the life of an order in memory', () => {
  const placed = changed(draft, confirm(by('2026-11-22T08:00:01Z')));
  const paid = changed(placed, pay(placed, by('2026-11-22T08:05:00Z')));

  test('counts its facts and writes its timeline', () => {
    const shipped = changed(paid, ship(0, by('2026-11-23T08:00:00Z')));
    const delivered = changed(shipped, deliver(shipped, by('2026-11-24T08:00:00Z')));
    const done = changed(delivered, complete(by('2026-11-25T08:00:00Z')));
    expect(done).toMatchObject({ status: 'COMPLETED', visible: true, version: 3, paidMinor: 3300, expiresAt: null });
    expect(done.shippedAt).toEqual(new Date('2026-11-23T08:00:00Z'));
    expect(done.timeline.map((entry) => entry.status)).toEqual([
      'PENDING_PAYMENT',
      'PAID',
      'SHIPPED',
      'DELIVERED',
      'COMPLETED',
    ]);
  });

  test('tells what listeners need', () => {
    expect(pay(placed, by('2026-11-22T08:05:00Z')).facts.map((fact) => fact(paid))).toEqual([
      {
        name: 'order.paid',
        payload: {
          orderId: 'ord_1',
          number: '2026112200000001',
          memberId: 'mbr_1',
          channel: 'web',
          region: '上海市',
          currency: 'CNY',
          totalMinor: 3300,
          goodsMinor: 2500,
          pointsSpent: 200,
          held: ['POINTS'],
          lines: [
            { orderLineId: 'orl_1', skuId: 'sku_orl_1', productId: 'prd_1', quantity: 2, paidMinor: 1700 },
            { orderLineId: 'orl_2', skuId: 'sku_orl_2', productId: 'prd_1', quantity: 1, paidMinor: 800 },
          ],
          paidAt: '2026-11-22T08:05:00.000Z',
        },
      },
    ]);
  });

  test('a closed order says why and was not paid', () => {
    const closing = close({ at, actor: 'system' });
    const closed = changed(placed, closing);
    expect(closing.facts[0]?.(closed).payload).toMatchObject({ status: 'CLOSED', wasPaid: false, reason: 'UNPAID' });
    expect(() => changed(closed, pay(closed, by('2026-11-22T09:00:00Z')))).toThrow('CLOSED does not allow pay');
  });

  test('a cancelled paid order is refunded in full', () => {
    const cancelled = changed(
      paid,
      cancelPaid(paid, { id: 'rfd_1', reason: '买错了', actor: 'member', requestedAt: at, afterSaleId: null }),
    );
    expect(cancelled).toMatchObject({
      status: 'CANCELLED',
      refundStatus: 'FULL',
      refundedMinor: 3300,
      refundedGoodsMinor: 2500,
    });
  });
});
