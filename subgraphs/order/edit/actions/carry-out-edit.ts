import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { OrderEditing } from '../../neighbours.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { PlacingStep } from '../../order/steps/placing-step.ts';
import { forbidsEdit, notEditable, stillFits } from '../domain/decide-edit.ts';
import type { Payments } from '../../payment/store/payments.ts';
import { amountsAnew, editAsOrder } from '../domain/edit-as-order.ts';
import { editLease } from '../domain/edit-lease.ts';
import type { OrderEdit } from '../domain/order-edit.ts';
import type { EditedOrders } from '../store/edited-orders.ts';
import type { HoldAnew } from '../steps/hold-anew.ts';
import type { OrderEdits } from '../store/order-edits.ts';
import type { EndEdit } from './end-edit.ts';

interface CarryOutParts {
  readonly edits: OrderEdits;
  readonly editedOrders: EditedOrders;
  readonly orders: Pick<Orders, 'byId' | 'note'>;
  /** What holds goods and benefits for an order. */
  readonly steps: readonly PlacingStep[];
  readonly orderEdits: Pick<OrderEditing, 'applyEdit'>;
  readonly endEdit: EndEdit;
  readonly holdAnew: HoldAnew;
  readonly payments: Pick<Payments, 'closeOpen'>;
  readonly transact: Transact;
  readonly clock: Clock;
}

export type CarryOutEdit = ReturnType<typeof createCarryOutEdit>;

/**
 * Brings an edit as far as it comes, from wherever it is; every step may have been taken before. What is added is held; if something is due the edit waits for its
 * payment; then order and warehouses are changed: the order is kept from any other change, the warehouses decide, all or nothing, and the order follows in one write. An edit of an
 * unpaid order needs no payment of its own: promotion decides, goods and points follow. What can't be done is undone: what was held goes back, and so does its payment. The edit as it stands then, or why it was undone.
 */
export function createCarryOutEdit(parts: CarryOutParts) {
  const { edits, editedOrders, orders, steps, orderEdits, endEdit, holdAnew, payments, transact, clock } = parts;

  async function orderOf({ orderId }: OrderEdit): Promise<Order> {
    const order = await orders.byId(orderId);
    if (order === null) throw new Error(`the order ${orderId} is gone`);
    return order;
  }

  const lease = () => ({ leaseUntil: editLease(clock.now()) });

  /** Somebody else has moved it meanwhile: whoever asks again finds out where to. */
  function must(moved: OrderEdit | null): OrderEdit {
    if (moved === null) throw busy(500);
    return moved;
  }

  async function refuse(edit: OrderEdit, refusals: readonly Refusal[], call: Call): Promise<Outcome<OrderEdit>> {
    const refusing = must(await edits.move(edit._id, 'refuse', { refusals, ...lease() }));
    await crashPoint('order.editing.undo-decided');
    return undo(refusing, call);
  }

  async function undo(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    const held = editAsOrder(await orderOf(edit), edit);
    for (const step of stepsOf(held).toReversed()) await step.undo(held, call);
    await crashPoint('order.editing.given-back');
    await endEdit.undone(edit);
    return edit.refusals.length > 0 ? refused(...edit.refusals) : accepted({ ...edit, state: 'UNDONE' });
  }

  function stepsOf(held: Order): PlacingStep[] {
    return steps.filter((step) => step.applies(held));
  }

  async function hold(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    const order = await orderOf(edit);
    const held = editAsOrder(order, edit);
    const outcomes = await Promise.all(stepsOf(held).map((step) => step.hold(held, call)));
    await crashPoint('order.editing.held');
    const refusals = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.refusals));
    if (refusals.length > 0) return refuse(edit, refusals, call);
    if (edit.balanceMinor <= 0) return apply(must(await edits.move(edit._id, 'apply', lease())), call);
    return accepted(must(await edits.move(edit._id, 'await')));
  }

  /** Keeps the order from any other change. Nobody is to pay what an unpaid one costs no longer: such money goes back from now on. */
  async function mark(edit: OrderEdit): Promise<Order | null> {
    return transact(async (session) => {
      const order = await editedOrders.mark(session, edit);
      if (order !== null && edit.anew !== undefined) await payments.closeOpen(session, edit.orderId);
      return order;
    });
  }

  async function apply(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    const order = await mark(edit);
    if (order === null) {
      const now = await orderOf(edit);
      const wasPaid = edit.anew !== undefined && now.status === 'PAID';
      const state = wasPaid ? now.status : forbidsEdit(now);
      // Another change is at work on it, and done in a moment.
      if (state === null || state === 'REGROUPING' || state === 'READDRESSING') throw busy(1_000);
      return refuse(edit, [notEditable(state)], call);
    }
    await crashPoint('order.editing.marked');
    const changed = stillFits(order, edit) ? await decide(order, edit, call) : refused(notEditable('CHANGED'));
    if (!changed.ok) {
      await editedOrders.unmark(edit);
      return refuse(edit, changed.refusals, call);
    }
    if (edit.anew === undefined) return accepted(await endEdit.done(edit));
    return settle(must(await edits.move(edit._id, 'settle', lease())), call);
  }

  /** The one step that decides: the warehouses' for a paid order, whose goods may be packed; promotion's for an unpaid one, whose benefits are locked anew. */
  async function decide(order: Order, edit: OrderEdit, call: Call): Promise<Outcome<unknown>> {
    if (edit.anew === undefined) return changeGoods(order, edit, call);
    const locked = await holdAnew.benefits(order, { ...order, ...amountsAnew(edit.anew) }, call);
    await crashPoint('order.editing.benefits-changed');
    return locked;
  }

  async function changeGoods(order: Order, edit: OrderEdit, call: Call): Promise<Outcome<unknown>> {
    const { _id: editId, orderId, removed, added } = edit;
    const applied = await orderEdits.applyEdit(
      {
        ...{ orderId, editId, orderNumber: order.number, memberId: order.memberId, channel: order.channel },
        paid: edit.anew === undefined,
        removed: removed.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
        adds: added.length > 0,
      },
      call,
    );
    await crashPoint('order.editing.warehouses-changed');
    return applied;
  }

  /** The benefits of an unpaid order are those of its new price: everything else follows, however often it takes. */
  async function settle(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    const order = await orderOf(edit);
    if (edit.anew === undefined) throw new Error(`the edit ${edit._id} is of a paid order`);
    // Goods are given back only when the order's time is over: then it is about to close.
    await changeGoods(order, edit, call);
    await holdAnew.points(order, { ...order, ...amountsAnew(edit.anew) }, edit._id, call);
    await crashPoint('order.editing.points-changed');
    return accepted(await endEdit.done(edit));
  }

  return async function carryOutEdit(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    switch (edit.state) {
      case 'HOLDING':
        return hold(edit, call);
      case 'APPLYING':
        return apply(edit, call);
      case 'SETTLING':
        return settle(edit, call);
      case 'UNDOING':
        return undo(edit, call);
      case 'UNDONE':
        return edit.refusals.length > 0 ? refused(...edit.refusals) : accepted(edit);
      default:
        return accepted(edit);
    }
  };
}
