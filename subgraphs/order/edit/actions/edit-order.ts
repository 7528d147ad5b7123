import type { Clock } from '#kit/clock/clock.ts';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { callerOf, type Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { money, type Money } from '#kit/money/money.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Viewer } from '#kit/viewer/viewer.ts';
import { actorOf, mayChange } from '../../caller.ts';
import type { Order } from '../../order/domain/order.ts';
import { unexpectedTotal } from '../../order/domain/order-refusals.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { Payments } from '../../payment/store/payments.ts';
import { notEditable, type EditWish } from '../domain/decide-edit.ts';
import type { OrderEdit } from '../domain/order-edit.ts';
import type { PriceEdit, PricedEdit } from '../queries/price-edit.ts';
import type { OrderEdits } from '../store/order-edits.ts';
import { editLease } from '../domain/edit-lease.ts';
import type { CarryOutEdit } from './carry-out-edit.ts';

/** What a person wants to have otherwise, and what they saw. */
export interface EditRequest extends EditWish {
  readonly orderId: string;
  /** The order's total after the edit, as it was shown. */
  readonly expectedTotal: Money;
  readonly idempotencyKey: string;
}

interface EditParts {
  readonly edits: OrderEdits;
  readonly orders: Pick<Orders, 'byId' | 'seenBy'>;
  readonly payments: Pick<Payments, 'closeOpen'>;
  readonly priceEdit: PriceEdit;
  readonly carryOutEdit: CarryOutEdit;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  /** How long what is due for an edit may stay unpaid, milliseconds. */
  readonly unpaidMs: number;
}

const later = (at: Date, ms: number) => new Date(at.getTime() + ms);

/** An order with the edit that was asked for. */
export interface EditOutcome {
  readonly order: Order;
  readonly edit: OrderEdit;
}

export type EditOrder = ReturnType<typeof createEditOrder>;

/** Shoppers and staff change the goods of an order before anything of it is packed, once for each key. */
export function createEditOrder(parts: EditParts) {
  const { edits, orders, payments, priceEdit, carryOutEdit, once, transact, clock, unpaidMs } = parts;

  /** The order if the viewer may edit it. */
  async function editable(orderId: string, viewer: Viewer): Promise<Order | null> {
    const order = await orders.seenBy(viewer, orderId);
    return mayChange(viewer) ? order : null;
  }

  async function editNow(id: string, request: EditRequest, viewer: Viewer, call: Call): Promise<Outcome<string>> {
    const earlier = await edits.byId(id);
    const edit = earlier === null ? await begin(id, request, viewer, call) : accepted(earlier);
    if (!edit.ok) return edit;
    const done = await carryOutEdit(edit.value, call);
    return done.ok ? accepted(id) : done;
  }

  async function begin(id: string, request: EditRequest, viewer: Viewer, call: Call): Promise<Outcome<OrderEdit>> {
    const { orderId, expectedTotal } = request;
    const order = await editable(orderId, viewer);
    if (order === null) return refused(notFound(['orderId'], 'order'));
    const priced = await priceEdit(order, request, call);
    if (!priced.ok) return priced;
    const { totalMinor, ...terms } = priced.value;
    const current = money(totalMinor, order.currency);
    const unexpected = unexpectedTotal(expectedTotal, current);
    if (unexpected !== null) return refused(unexpected);
    const requestedAt = clock.now();
    const edit: OrderEdit = {
      ...{ _id: id, orderId, actor: actorOf(viewer), requestedAt, state: 'HOLDING', ...terms },
      // An unpaid order keeps its time.
      ...{ leaseUntil: editLease(requestedAt), expiresAt: order.expiresAt ?? later(requestedAt, unpaidMs) },
      ...{ paymentId: null, refusals: [], open: true },
    };
    await crashPoint('order.editing.before-begun');
    if (!(await edits.insert(edit))) return refused(notEditable('EDITING'));
    await crashPoint('order.editing.begun');
    return accepted(edit);
  }

  async function outcomeOf(editId: string): Promise<EditOutcome> {
    const edit = await edits.byId(editId);
    const order = edit && (await orders.byId(edit.orderId));
    if (edit === null || order === null) throw new Error(`the edit ${editId} or its order is gone`);
    return { order, edit };
  }

  return {
    /** What an edit would cost or give back, for whoever may make it. */
    async preview(
      request: EditWish & { readonly orderId: string },
      viewer: Viewer,
      call: Call,
    ): Promise<Outcome<PricedEdit>> {
      const order = await editable(request.orderId, viewer);
      return order === null ? refused(notFound(['orderId'], 'order')) : priceEdit(order, request, call);
    },

    async edit(request: EditRequest, viewer: Viewer, call: Call): Promise<Outcome<EditOutcome>> {
      const { idempotencyKey: key, ...input } = request;
      const asked = { caller: callerOf(viewer), operation: 'editOrder', key, input, subject: 'orderEdit' } as const;
      const done = await once(asked, (id) => editNow(id, request, viewer, call));
      return done.ok ? accepted(await outcomeOf(done.value)) : done;
    },

    /** Gives up the edit of an order that waits for its payment. A payment in the same moment comes first, or goes back. */
    async giveUp(orderId: string, viewer: Viewer, call: Call): Promise<Outcome<EditOutcome>> {
      const order = await editable(orderId, viewer);
      if (order === null) return refused(notFound(['orderId'], 'order'));
      const waiting = await edits.awaitingOf(orderId);
      if (waiting === null || !(await giveUpUnpaid(waiting, call))) return refused(notEditable('NOT_AWAITING_PAYMENT'));
      return accepted(await outcomeOf(waiting._id));
    },

    giveUpUnpaid,
  };

  /** Ends the waiting of an edit: false when it was paid, or given up, before. */
  async function giveUpUnpaid({ _id, orderId }: OrderEdit, call: Call): Promise<boolean> {
    const given = await transact(async (session) => {
      const moved = await edits.move(_id, 'giveUp', { leaseUntil: editLease(clock.now()) }, session);
      if (moved !== null) await payments.closeOpen(session, orderId);
      return moved;
    });
    if (given === null) return false;
    await carryOutEdit(given, call);
    return true;
  }
}
