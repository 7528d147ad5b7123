import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Session, Transact } from '#kit/mongo/transaction.ts';
import { pay } from '../../order/domain/order-changes.ts';
import { editedFact } from '../../order/domain/order-facts.ts';
import type { Order } from '../../order/domain/order.ts';
import type { ChangeListener } from '../../order/store/order-moves.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { Payments } from '../../payment/store/payments.ts';
import type { RefundDesk } from '../../refund/actions/refund-desk.ts';
import { amountsAnew } from '../domain/edit-as-order.ts';
import { editedOrder } from '../domain/edited-order.ts';
import type { AgreedAnew, OrderEdit } from '../domain/order-edit.ts';
import type { EditedOrders } from '../store/edited-orders.ts';
import type { OrderEdits } from '../store/order-edits.ts';

interface EndParts {
  readonly edits: OrderEdits;
  readonly editedOrders: EditedOrders;
  readonly orders: Pick<Orders, 'byId' | 'note' | 'tellFact' | 'change'>;
  readonly changes: ChangeListener;
  readonly payments: Pick<Payments, 'captureAll'>;
  readonly refundDesk: Pick<RefundDesk, 'open' | 'carryOut'>;
  readonly transact: Transact;
  readonly clock: Clock;
}

export type EndEdit = ReturnType<typeof createEndEdit>;

/** The two ends of an edit, each one write: state, order, money and event together. */
export function createEndEdit(parts: EndParts) {
  const { edits, editedOrders, orders, changes, payments, refundDesk, transact, clock } = parts;

  async function orderIn(session: Session, { orderId }: OrderEdit): Promise<Order> {
    const order = await orders.byId(orderId, session);
    if (order === null) throw new Error(`the order ${orderId} is gone`);
    return order;
  }

  /** What the removed units cost more than the added ones goes back to whoever paid for the order. */
  async function giveBack(session: Session, edit: OrderEdit, refundId: string): Promise<void> {
    const { orderId, removed, currency } = edit;
    await refundDesk.open(session, {
      ...{ _id: refundId, orderId, cause: 'ORDER_CHANGED', afterSaleId: null, currency },
      ...{ amountMinor: -edit.balanceMinor, goodsMinor: -edit.balanceMinor },
      // The event of the edit gives the points back.
      pointsReturned: 0,
      lines: removed.map(({ orderLineId, skuId, quantity }) => ({ orderLineId, skuId, quantity })),
    });
  }

  /** What an unpaid order becomes is what is due from now on, in the time that it had; if nothing is, it is paid. */
  async function agreeAnew(session: Session, edit: OrderEdit, anew: AgreedAnew, at: Date): Promise<void> {
    const { _id: editId, orderId, actor } = edit;
    const order = await editedOrders.writeAnew(session, edit, amountsAnew(anew));
    if (order === null) throw new Error(`the order ${orderId} is not marked by its edit`);
    await orders.note(session, orderId, { at, actor, note: `EDITED:${editId}` });
    if (order.totalMinor > 0) await changes.append(session, order, at);
    else if ((await orders.change(session, orderId, pay(order, { at, actor }))) === null)
      throw new Error(`nothing is due of the order ${orderId}, and it can't be paid`);
  }

  /** What was paid for has become what the edit says; whatever it cost less goes back by the refund. */
  async function settlePaid(session: Session, edit: OrderEdit, refundId: string, at: Date): Promise<void> {
    const { orderId, paymentId, balanceMinor, actor } = edit;
    const before = await orderIn(session, edit);
    if (!(await editedOrders.write(session, edit, editedOrder(before, edit))))
      throw new Error(`the order ${orderId} is not marked by its edit`);
    if (paymentId !== null) await payments.captureAll(session, [{ paymentId, orderId }]);
    if (balanceMinor < 0) await giveBack(session, edit, refundId);
    await orders.note(session, orderId, { at, actor, note: `EDITED:${edit._id}` });
    await orders.tellFact(session, orderId, at, editedFact(edit));
    await changes.append(session, await orderIn(session, edit), at);
  }

  return {
    /** The warehouses have changed the goods: now the order follows, and nothing can refuse any more. */
    async done(edit: OrderEdit): Promise<OrderEdit> {
      const refundId = newId('refund');
      const at = clock.now();
      const finished = await transact(async (session) => {
        const moved = await edits.move(edit._id, 'finish', {}, session);
        if (moved === null) return null;
        if (edit.anew === undefined) await settlePaid(session, edit, refundId, at);
        else await agreeAnew(session, edit, edit.anew, at);
        await crashPoint('order.editing.before-done');
        return moved;
      });
      await crashPoint('order.editing.done');
      if (finished !== null && edit.balanceMinor < 0) await refundDesk.carryOut(refundId);
      return finished ?? edit;
    },

    /** What was held for it is back: the order stands as before, and what was paid for the edit goes back. */
    async undone(edit: OrderEdit): Promise<void> {
      const refundId = newId('refund');
      const { orderId, paymentId, currency, balanceMinor: amountMinor } = edit;
      const at = clock.now();
      const ended = await transact(async (session) => {
        if ((await edits.move(edit._id, 'undo', {}, session)) === null) return false;
        await orders.note(session, orderId, { at, actor: 'system', note: `EDIT_UNDONE:${edit._id}` });
        if (paymentId === null) return true;
        const nothingElse = { afterSaleId: null, goodsMinor: 0, pointsReturned: 0, lines: [] };
        const what = { _id: refundId, orderId, paymentId, cause: 'LATE_PAYMENT', amountMinor, currency } as const;
        await refundDesk.open(session, { ...what, ...nothingElse });
        await crashPoint('order.editing.before-undone');
        return true;
      });
      await crashPoint('order.editing.undone');
      if (ended && paymentId !== null) await refundDesk.carryOut(refundId);
    },
  };
}
