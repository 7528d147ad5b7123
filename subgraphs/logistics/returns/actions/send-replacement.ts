import type { Clock } from '#kit/clock/clock.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkNow } from '../../delivery/domain/planning.ts';
import { cutIntoFulfillments } from '../../fulfillment/domain/cut-into-fulfillments.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { SettleReservations } from '../../reservation/actions/settle-reservations.ts';
import { confirm, type RequestedLine, type Reservation } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';

export interface SendReplacementCommand {
  readonly afterSaleId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly memberId: string | null;
  readonly channel: string;
  readonly region: string;
  readonly lines: readonly RequestedLine[];
}

/**
 * Turns what is reserved for an after-sale into fulfillments of its order, once. A reservation that ran out meanwhile is made again; refuses with
 * `InsufficientStockError` when that can't be done.
 */
export type SendReplacement = (
  command: SendReplacementCommand,
) => Promise<Outcome<{ readonly fulfillmentIds: string[] }>>;

export function createSendReplacement(deps: {
  readonly transact: Transact;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: StockBook;
  readonly settle: SettleReservations;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly clock: Clock;
}): SendReplacement {
  const { transact, reservations, fulfillments, stock, settle, networkNow, clock } = deps;

  return (command) =>
    transact(async (session) => {
      const { afterSaleId, orderId, orderNumber, memberId, channel } = command;
      const held = await heldFor(session, command);
      if (!held.ok) return held;
      const ofOrder = await fulfillments.ofOrder(session, orderId);
      const known = ofOrder.filter((one) => one.afterSaleId === afterSaleId);
      if (held.value.state === 'CONFIRMED') return accepted({ fulfillmentIds: known.map((one) => one.id) });
      const levels = await stock.levelsOfSkus(held.value.lines.map((line) => line.skuId));
      const bins = new Map(levels.map((level) => [`${level.warehouseId}:${level.skuId}`, level.bin]));
      const facts = { orderId, orderNumber, memberId, channel, afterSaleId, allocatedAt: clock.now() };
      const created = cutIntoFulfillments(
        held.value,
        facts,
        (warehouseId, skuId) => bins.get(`${warehouseId}:${skuId}`) ?? '',
      );
      await fulfillments.add(session, created);
      await reservations.save(session, [confirm(held.value)]);
      return accepted({ fulfillmentIds: created.map((one) => one.id) });
    });

  async function heldFor(session: Session, { afterSaleId, channel, region, lines }: SendReplacementCommand) {
    const known = await reservations.byOrder(session, afterSaleId);
    if (known !== null && known.state !== 'RELEASED') return accepted(known);
    if (known !== null && known.releasedBecause !== 'EXPIRED') {
      return refused(invalidState(['afterSaleId'], { state: known.state }));
    }
    const state = await networkNow();
    const request = { orderId: afterSaleId, attempt: known?.attempt ?? 1, lines, expiresAt: state.now };
    const [outcome] = await settle(session, [{ kind: 'RESERVE', request, destination: { channel, region } }], state);
    if (outcome !== undefined && !outcome.ok) return outcome;
    const made: Reservation | null = await reservations.byOrder(session, afterSaleId);
    if (made === null) throw new Error(`the replacement of ${afterSaleId} was reserved and isn't`);
    return accepted(made);
  }
}
