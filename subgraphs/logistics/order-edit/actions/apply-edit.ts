import type { Clock } from '#kit/clock/clock.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import type { Outbox } from '#kit/outbox/outbox.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { cutIntoFulfillments } from '../../fulfillment/domain/cut-into-fulfillments.ts';
import { sentTogether, type Fulfillment } from '../../fulfillment/domain/fulfillment.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { Reservation } from '../../reservation/domain/reservation.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { withdraw, type WithdrawnLine } from '../../withdrawal/domain/withdraw.ts';
import type { Withdrawals } from '../../withdrawal/store/withdrawals.ts';
import { forbidsEdit } from '../domain/forbids-edit.ts';
import { growFulfillments, joinReserved } from '../domain/join-reserved.ts';

export interface ApplyEditCommand {
  readonly orderId: string;
  readonly orderNumber: string;
  readonly memberId: string | null;
  readonly channel: string;
  /** Of an order that isn't paid only what is reserved changes: nothing is allocated yet. */
  readonly paid: boolean;
  /** The same again changes nothing; what was reserved for it is reserved under this id. */
  readonly editId: string;
  readonly removed: readonly WithdrawnLine[];
  readonly adds: boolean;
  readonly by: string;
}

/**
 * Changes the goods of an order, once: reservations, fulfillments and stock together. Packing and shipping write the same fulfillments, so that one of the two comes
 * first and the other sees it.
 */
export type ApplyEdit = (command: ApplyEditCommand) => Promise<Outcome<null>>;

export function createApplyEdit(deps: {
  readonly transact: Transact;
  readonly withdrawals: Withdrawals;
  readonly reservations: Reservations;
  readonly fulfillments: Fulfillments;
  readonly stock: StockBook;
  readonly outbox: Outbox;
  readonly clock: Clock;
}): ApplyEdit {
  const { transact, withdrawals, reservations, fulfillments, stock, outbox, clock } = deps;

  return (command) =>
    transact(async (session): Promise<Outcome<null>> => {
      const { orderId, editId, removed, by } = command;
      if (await withdrawals.isMade(session, editId)) return accepted(null);
      const known = await reservations.byOrders(session, [orderId, editId]);
      const [own, reserved] = [known.get(orderId) ?? null, known.get(editId)];
      const before = sentTogether(await fulfillments.ofOrder(session, orderId), undefined);
      const state = forbidsEdit(own, before, command.paid);
      if (own === null || state !== null) return refused(invalidState(['orderId'], { state: state ?? 'UNKNOWN' }));
      if (command.adds && (reserved === undefined || reserved.state === 'RELEASED'))
        return refused(invalidState(['editId'], { state: 'RELEASED' }));
      const step = { at: clock.now(), by, callId: editId };
      const withdrawn = withdraw({ reservation: own, fulfillments: before }, removed, step);
      if (!withdrawn.ok) return withdrawn;
      const { reservation, fulfillments: shrunk, released } = withdrawn.value;
      const sheet = await stock.sheet(
        session,
        released.map((line) => line.skuId),
      );
      for (const { warehouseId, skuId, quantity } of released)
        sheet.change({ warehouseId, skuId, reserved: -quantity });
      if (reserved === undefined) await write(session, before, shrunk);
      else await join(session, command, { own: reservation, reserved, before, shrunk });
      if (reserved === undefined) await reservations.save(session, [reservation]);
      await withdrawals.add(session, { id: editId, orderId, lines: removed, at: step.at });
      await stock.write(session, sheet, { movements: [], at: step.at });
      return accepted(null);
    });

  /** Puts the reserved units into the order's fulfillments, or into new ones where work has begun. */
  async function join(
    session: Session,
    { orderId, orderNumber, memberId, channel, editId, by }: ApplyEditCommand,
    order: {
      readonly own: Reservation;
      readonly reserved: Reservation;
      readonly before: readonly Fulfillment[];
      readonly shrunk: readonly Fulfillment[];
    },
  ): Promise<void> {
    const at = clock.now();
    const { own, edit, lines } = joinReserved(order.own, order.reserved);
    if (own.state === 'HELD') return reservations.save(session, [own, edit]);
    const levels = await stock.levelsOfSkus(lines.map((line) => line.skuId));
    const bins = new Map(levels.map((level) => [`${level.warehouseId}:${level.skuId}`, level.bin]));
    const binOf = (warehouseId: string, skuId: string) => bins.get(`${warehouseId}:${skuId}`) ?? '';
    const grown = growFulfillments(order.shrunk, lines, { at, by, callId: editId }, binOf);
    await write(session, order.before, grown.fulfillments);
    await reservations.save(session, [own, edit]);
    const facts = { orderId, orderNumber, memberId, channel, allocatedAt: at };
    const created = cutIntoFulfillments({ lines: grown.apart }, facts, binOf);
    if (created.length === 0) return;
    await fulfillments.add(session, created);
    const payload = { orderId, fulfillmentIds: created.map(({ id }) => id) };
    await outbox.append(session, [
      { name: 'fulfillment.allocated', aggregateId: orderId, version: own.version, at, payload },
    ]);
  }

  async function write(session: Session, before: readonly Fulfillment[], after: readonly Fulfillment[]): Promise<void> {
    for (const [index, was] of before.entries()) {
      const is = after[index];
      if (is === undefined || is === was) continue;
      if (!(await fulfillments.replace(was, is, session)))
        throw new Error(`fulfillment ${was.id} changed inside a transaction that had read it`);
    }
  }
}
