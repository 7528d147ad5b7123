import type { Clock } from '#kit/clock/clock.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import { remainingBefore, sentTogether } from '../../fulfillment/domain/fulfillment.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { withdraw, type UnsentOrder, type WithdrawnLine } from '../domain/withdraw.ts';
import type { Withdrawals } from '../store/withdrawals.ts';

export interface WithdrawUnitsCommand {
  readonly orderId: string;
  /** Of the withdrawal: the same again changes nothing. */
  readonly withdrawalId: string;
  readonly lines: readonly WithdrawnLine[];
  readonly by: string;
}

/** How much of an order has left, and how much has not. */
export interface LeftToSend {
  readonly unitsToSend: number;
  readonly unitsSent: number;
  readonly toDeliver: number;
}

/**
 * Takes units out of what waits to be sent, once: reservation, fulfillments and stock together. A shipment at the same moment writes the same reservation, so
 * that one of the two comes first and the other sees it.
 */
export type WithdrawUnits = (command: WithdrawUnitsCommand) => Promise<Outcome<LeftToSend>>;

export function createWithdrawUnits(deps: {
  readonly transact: Transact;
  readonly withdrawals: Withdrawals;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: StockBook;
  readonly clock: Clock;
}): WithdrawUnits {
  const { transact, withdrawals, reservations, fulfillments, stock, clock } = deps;

  return ({ orderId, withdrawalId, lines, by }) =>
    transact(async (session): Promise<Outcome<LeftToSend>> => {
      const known = await reservations.byOrder(session, orderId);
      const before = sentTogether(await fulfillments.ofOrder(session, orderId), undefined);
      if (known !== null && (await withdrawals.isMade(session, withdrawalId))) {
        return accepted(leftOf({ reservation: known, fulfillments: before }));
      }
      if (known === null || known.state === 'RELEASED')
        return refused(invalidState(['orderId'], { state: 'RELEASED' }));
      const at = clock.now();
      const withdrawn = withdraw({ reservation: known, fulfillments: before }, lines, { at, by, callId: withdrawalId });
      if (!withdrawn.ok) return withdrawn;
      const { reservation, fulfillments: after, released } = withdrawn.value;
      const sheet = await stock.sheet(
        session,
        released.map((line) => line.skuId),
      );
      for (const { warehouseId, skuId, quantity } of released)
        sheet.change({ warehouseId, skuId, reserved: -quantity });
      for (const [index, fulfillment] of after.entries()) {
        const was = before[index];
        if (was === undefined || was === fulfillment) continue;
        if (!(await fulfillments.replace(was, fulfillment, session))) {
          throw new Error(`fulfillment ${was.id} changed inside a transaction that had read it`);
        }
      }
      await reservations.save(session, [reservation]);
      await withdrawals.add(session, { id: withdrawalId, orderId, lines, at });
      await stock.write(session, sheet, { movements: [], at });
      return accepted(leftOf(withdrawn.value));
    });
}

function leftOf({ reservation, fulfillments }: UnsentOrder): LeftToSend {
  const unitsIn = (state: string) =>
    reservation.lines.reduce((total, line) => (line.state === state ? total + line.quantity : total), 0);
  return {
    unitsToSend: unitsIn('OPEN'),
    unitsSent: unitsIn('SHIPPED'),
    toDeliver: remainingBefore('DELIVER', fulfillments),
  };
}
