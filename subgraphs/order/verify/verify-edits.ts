import type { Check } from '#kit/verification/verify-door.ts';
import type { OrderEdit } from '../edit/domain/order-edit.ts';
import type { Payment } from '../payment/domain/payment.ts';
import type { Refund } from '../refund/domain/refund.ts';

/** How long an edit may wait for the job after its time, milliseconds. */
const graceMs = 60_000;

/** Edits of orders: what they cost was paid, what they gave back has its refund, and none hangs. */
export const verifyEdits: Check = async (moment, findings, now) => {
  const longAgo = now.getTime() - graceMs;
  for await (const edits of moment.batches<OrderEdit>('orderEdits')) {
    const orderId = { $in: edits.map((edit) => edit.orderId) };
    const payments = await moment.find<Payment>('payments', { editId: { $in: edits.map(({ _id }) => _id) } });
    const changed = await moment.find<Refund>('refunds', { orderId, cause: 'ORDER_CHANGED' });
    const all = Map.groupBy(await moment.find<OrderEdit>('orderEdits', { orderId }), (edit) => edit.orderId);
    for (const {
      _id,
      orderId: id,
      state,
      removed,
      added,
      freightMinor,
      balanceMinor,
      anew,
      expiresAt,
      leaseUntil,
    } of edits) {
      const cost = sum(added, (line) => line.totalMinor) + freightMinor - sum(removed, ({ minor }) => minor);
      // For an edit of an unpaid order nothing is due: the order's own total is.
      findings.compare('edits: added + freight - removed = balance', _id, balanceMinor, anew === undefined ? cost : 0);
      if (anew !== undefined) {
        const goods = sum(anew.lines, (line) => line.totalMinor);
        findings.compare(
          'edits: lines + freight = total of an unpaid order',
          _id,
          anew.totalMinor,
          goods + anew.freightMinor,
        );
      }
      const own = payments.filter((payment) => payment.editId === _id);
      const captured = sum(
        own.filter((payment) => payment.captured),
        (payment) => payment.amountMinor,
      );
      const due = state === 'DONE' ? Math.max(0, balanceMinor) : 0;
      findings.compare('edits: captured = due', _id, due, captured);
      const kept = state === 'UNDONE' ? sum(own.filter(received), (one) => one.amountMinor - one.refundedMinor) : 0;
      findings.compare('edits: an undone one keeps no money', _id, 0, kept);
      const gaveBack = (all.get(id) ?? []).filter((edit) => edit.state === 'DONE');
      const back = sum(gaveBack, (edit) => Math.max(0, -edit.balanceMinor));
      const refunded = changed.filter((refund) => refund.orderId === id);
      findings.compare(
        'edits: refunds = what they cost less',
        id,
        back,
        sum(refunded, ({ amountMinor }) => amountMinor),
      );
      const until = state === 'AWAITING_PAYMENT' ? expiresAt : leaseUntil;
      const isOver = state === 'DONE' || state === 'UNDONE';
      const hangs = !isOver && until.getTime() < longAgo;
      findings.compare('edits: none hangs', _id, 'in time', hangs ? state : 'in time');
    }
  }
};

function received({ status }: Payment): boolean {
  return status === 'SUCCEEDED';
}

function sum<T>(rows: readonly T[], of: (row: T) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}
