import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { OrderEditing } from '../../neighbours.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { PlacingStep } from '../../order/steps/placing-step.ts';
import { forbidsEdit, notEditable, stillFits } from '../domain/decide-edit.ts';
import { editAsOrder } from '../domain/edit-as-order.ts';
import { editLease } from '../domain/edit-lease.ts';
import type { OrderEdit } from '../domain/order-edit.ts';
import type { EditedOrders } from '../store/edited-orders.ts';
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
  readonly clock: Clock;
}

export type CarryOutEdit = ReturnType<typeof createCarryOutEdit>;

/**
 * Brings an edit as far as it comes, from wherever it is; every step may have been taken before. What is added is held; if something is due the edit waits for its
 * payment; then order and warehouses are changed: the order is kept from any other change, the warehouses decide, all or nothing, and the order follows in one write. What
 * can't be done is undone: what was held goes back, and so does its payment. The edit as it stands then, or why it was undone.
 */
export function createCarryOutEdit(parts: CarryOutParts) {
  const { edits, editedOrders, orders, steps, orderEdits, endEdit, clock } = parts;

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
    return held.lines.length === 0 ? [] : steps.filter((step) => step.applies(held));
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

  async function apply(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    const order = await editedOrders.mark(edit);
    if (order === null) {
      const now = await orderOf(edit);
      const state = forbidsEdit(now);
      // Another change is at work on it, and done in a moment.
      if (state === null || state === 'REGROUPING' || state === 'READDRESSING') throw busy(1_000);
      return refuse(edit, [notEditable(state)], call);
    }
    await crashPoint('order.editing.marked');
    const { _id: editId, orderId, removed, added } = edit;
    const applied = stillFits(order, edit)
      ? await orderEdits.applyEdit(
          {
            ...{ orderId, editId, orderNumber: order.number, memberId: order.memberId, channel: order.channel },
            removed: removed.map(({ orderLineId, quantity }) => ({ orderLineId, quantity })),
            adds: added.length > 0,
          },
          call,
        )
      : refused(notEditable('CHANGED'));
    await crashPoint('order.editing.warehouses-changed');
    if (applied.ok) return accepted(await endEdit.done(edit));
    await editedOrders.unmark(edit);
    return refuse(edit, applied.refusals, call);
  }

  return async function carryOutEdit(edit: OrderEdit, call: Call): Promise<Outcome<OrderEdit>> {
    switch (edit.state) {
      case 'HOLDING':
        return hold(edit, call);
      case 'APPLYING':
        return apply(edit, call);
      case 'UNDOING':
        return undo(edit, call);
      case 'UNDONE':
        return edit.refusals.length > 0 ? refused(...edit.refusals) : accepted(edit);
      default:
        return accepted(edit);
    }
  };
}
