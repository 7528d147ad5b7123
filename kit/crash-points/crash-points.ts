/**
 * Every place where a test may end a process the hard way: before and after each commit of what must not be left half done.
 * `before-…` stands inside a transaction that has written and is not committed; the others stand behind a commit, or behind an answer from outside.
 */
export const crashPointNames = [
  'idempotency.claimed',
  'idempotency.work-done',
  'idempotency.recorded',
  'group-commit.before',
  'group-commit.written',
  'outbox.delivered',
  'outbox.confirmed',
  'inbox.before-commit',
  'inbox.committed',
  'jobs.turn-taken',
  'jobs.turn-done',
  'order.placing.before-draft',
  'order.placing.draft-written',
  'order.placing.held',
  'order.placing.before-confirm',
  'order.placing.confirmed',
  'order.placing.undo-decided',
  'order.placing.given-back',
  'order.placing.abandoned',
  'order.paying.intent-written',
  'order.paying.provider-answered',
  'order.paying.before-settle',
  'order.paying.settled',
  'order.cancelling.before-unpaid',
  'order.cancelling.unpaid-cancelled',
  'order.cancelling.wish-noted',
  'order.cancelling.warehouses-stopped',
  'order.cancelling.before-paid',
  'order.cancelling.paid-cancelled',
  'order.expiring.before-close',
  'order.expiring.closed',
  'order.balance.goods-held',
  'order.balance.before-open',
  'order.balance.opened',
  'order.editing.before-begun',
  'order.editing.begun',
  'order.editing.held',
  'order.editing.marked',
  'order.editing.benefits-changed',
  'order.editing.warehouses-changed',
  'order.editing.points-changed',
  'order.editing.before-done',
  'order.editing.done',
  'order.editing.undo-decided',
  'order.editing.given-back',
  'order.editing.before-undone',
  'order.editing.undone',
  'order.refunding.noted',
  'order.refunding.money-back',
  'order.refunding.before-record',
  'order.refunding.recorded',
  'order.late-payment.held',
  'order.late-payment.before-keep',
  'order.late-payment.kept',
  'order.late-payment.before-refund',
  'order.late-payment.refund-decided',
  'order.late-payment.given-back',
  'order.flash-sale.reserved',
  'order.flash-sale.before-commit',
  'order.flash-sale.written',
  'promotion.flash-sale.ticket-taken',
  'promotion.flash-sale.order-placed',
  'promotion.flash-sale.order-noted',
  'promotion.flash-sale.order-refused',
  'promotion.flash-sale.left-settled',
  'promotion.flash-sale.left-noted',
  'member.merging.before-commit',
  'member.merging.merged',
  'member-merges.before-commit',
  'member-merges.moved',
  'member-merges.settled',
] as const;
export type CrashPointName = (typeof crashPointNames)[number];

/** What happens at a crash point: usually that nothing ever happens again. */
export type Crash = (at: CrashPointName) => Promise<void> | undefined;

let crash: Crash | undefined;

/** Marks a place in the code. Does nothing unless this process was started to crash, which production refuses. */
export function crashPoint(name: CrashPointName): Promise<void> | undefined {
  return crash?.(name);
}

/** Lets this process crash. For tests, and for `crashWhenArmed`. Gives the way back. */
export function crashBy(chosen: Crash): () => void {
  crash = chosen;
  return () => {
    crash = undefined;
  };
}
