import type { PromotionApp } from './promotion-app.ts';

/** What order tells and asks, for tests. */

let lastOrder = 0;

/** An order id that no other test uses. */
export function anOrderId(): string {
  lastOrder += 1;
  return `ord_${lastOrder}`;
}

/** A lock request: nothing held, for member 1, to be paid at 12:30 in China, unless told otherwise. */
export function lockOf(orderId: string, more: Record<string, unknown> = {}) {
  const { promotions = [], coupons = [], flashTicketId = null, presale = null, ...rest } = more;
  return {
    orderId,
    memberId: 'mbr_1',
    benefits: { promotions, coupons, flashTicketId, presale },
    currency: 'CNY',
    expiresAt: '2026-06-18T04:30:00.000Z',
    ...rest,
  };
}

/** Tells that the order was paid. */
export function paid(app: PromotionApp, orderId: string, eventId = `evt_paid_${orderId}`) {
  const facts = { number: '1', memberId: 'mbr_1', channel: 'web', region: '上海市', currency: 'CNY' };
  const amounts = { totalMinor: 1, goodsMinor: 1, pointsSpent: 0, lines: [], paidAt: app.clock.now().toISOString() };
  return app.tell('order.paid', { orderId, ...facts, ...amounts }, eventId);
}

/** Tells that an edit has changed the order. */
export function edited(app: PromotionApp, orderId: string, editId: string) {
  const payload = { orderId, editId, memberId: 'mbr_1', pointsReturned: 0, removed: [], added: [] };
  return app.tell('order.edited', payload, `evt_edited_${editId}`);
}

/** Tells that the order was cancelled, which edits had changed. */
export function cancelled(
  app: PromotionApp,
  orderId: string,
  wasPaid: boolean,
  { eventId = `evt_cancelled_${orderId}`, editedBy }: { eventId?: string; editedBy?: string[] } = {},
) {
  const payload = { orderId, memberId: 'mbr_1', status: 'CANCELLED', wasPaid, reason: '', lines: [], editedBy };
  return app.tell('order.cancelled', payload, eventId);
}

/** Tells that money of the order went back. */
export function refunded(app: PromotionApp, orderId: string, full: boolean) {
  const amounts = { amountMinor: 1, goodsMinor: 1, pointsReturned: 0, full, lines: [] };
  const payload = { orderId, refundId: 'rfd_1', memberId: 'mbr_1', currency: 'CNY', ...amounts };
  return app.tell('order.refunded', payload, `evt_refunded_${orderId}_${full}`);
}
