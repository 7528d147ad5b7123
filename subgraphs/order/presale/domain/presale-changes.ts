import type { Mover, OrderChange } from '../../order/domain/order-changes.ts';
import { balanceDueFact, depositForfeitedFact, depositPaidFact, paidFact } from '../../order/domain/order-facts.ts';
import type { PlannedDelivery } from '../../order/domain/order.ts';
import { phaseMoves, type DepositEnd, type OrderPresale, type PresaleOrder } from './order-presale.ts';

/** The presale after a move, and the condition under which it is made. */
function moved(
  { presale }: PresaleOrder,
  name: keyof typeof phaseMoves,
  set: Partial<OrderPresale> = {},
): { presale: OrderPresale; onlyIf: OrderChange['onlyIf'] } {
  return {
    presale: { ...presale, ...set, phase: phaseMoves[name].to },
    onlyIf: { 'presale.phase': presale.phase },
  };
}

function mayMove({ presale }: PresaleOrder, name: keyof typeof phaseMoves): boolean {
  return (phaseMoves[name].from as readonly string[]).includes(presale.phase);
}

/** The deposit was received: the order waits for its balance. Null when no deposit is due (any more). */
export function payDeposit(order: PresaleOrder, { at, actor }: Mover): OrderChange | null {
  if (!mayMove(order, 'payDeposit')) return null;
  const { presale, onlyIf } = moved(order, 'payDeposit', { depositPaidAt: at });
  const { depositMinor: paidMinor, balanceTo: expiresAt } = presale;
  const set = { presale, paidMinor, expiresAt };
  return { transition: 'payDeposit', at, actor, note: 'DEPOSIT_PAID', set, onlyIf, facts: [depositPaidFact] };
}

/** The goods are held: the balance can be paid. Null unless the order waits for that, and there is time left. */
export function openBalance(
  order: PresaleOrder,
  deliveries: readonly PlannedDelivery[],
  { at, actor }: Mover,
): OrderChange | null {
  if (!mayMove(order, 'openBalance') || at >= order.presale.balanceTo) return null;
  const { presale, onlyIf } = moved(order, 'openBalance', { balanceDueAt: at });
  const laterMs = Math.max(0, presale.shipsAfter.getTime() - at.getTime());
  const later = (planned: Date) => new Date(planned.getTime() + laterMs);
  return {
    ...{ transition: 'openBalance', at, actor, note: 'BALANCE_DUE' },
    // Planned as if they left now.
    set: {
      presale,
      deliveries: deliveries.map((one) => ({ ...one, earliest: later(one.earliest), latest: later(one.latest) })),
    },
    ...{ onlyIf, facts: [balanceDueFact] },
  };
}

/** The balance was received: the order is paid. Null when no balance is due (any more). */
export function payBalance(order: PresaleOrder, { at, actor }: Mover): OrderChange | null {
  if (!mayMove(order, 'payBalance')) return null;
  const { presale, onlyIf } = moved(order, 'payBalance');
  const set = { presale, paidAt: at, paidMinor: order.totalMinor, expiresAt: null };
  return { transition: 'pay', at, actor, note: null, set, onlyIf, facts: [paidFact] };
}

/** An end of the unpaid order with what it means for its deposit. */
export function endPresale(order: PresaleOrder, end: OrderChange, deposit: DepositEnd): OrderChange {
  const { depositMinor } = order.presale;
  const { presale, onlyIf } = moved(order, 'close', { forfeitedMinor: deposit === 'FORFEITED' ? depositMinor : 0 });
  const back = { refundedMinor: depositMinor, refundStatus: 'FULL' } as const;
  return {
    ...end,
    set: { ...end.set, presale, ...(deposit === 'RETURNED' ? back : {}) },
    onlyIf: { ...end.onlyIf, ...onlyIf },
    facts: [...end.facts, ...(deposit === 'FORFEITED' ? [depositForfeitedFact] : [])],
  };
}
