import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { createCarryOutEdit } from './edit/actions/carry-out-edit.ts';
import { createEditOrder } from './edit/actions/edit-order.ts';
import { createEndEdit } from './edit/actions/end-edit.ts';
import { createPriceEdit } from './edit/queries/price-edit.ts';
import { createHoldAnew } from './edit/steps/hold-anew.ts';
import type { Neighbours } from './neighbours.ts';
import type { PlacingStep } from './order/steps/placing-step.ts';
import type { RefundDesk } from './refund/actions/refund-desk.ts';
import type { Stores } from './wire-stores.ts';

interface EditParts {
  readonly stores: Stores;
  readonly neighbours: Neighbours;
  readonly steps: readonly PlacingStep[];
  readonly refundDesk: RefundDesk;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
  readonly unpaidMs: number;
}

/** The actions on the goods of orders, and what payments and jobs finish of them. */
export function createEditActions({
  stores,
  neighbours,
  steps,
  refundDesk,
  once,
  transact,
  clock,
  unpaidMs,
}: EditParts) {
  const { orderEdits: edits, editedOrders, orders, payments, feed: changes } = stores;
  const { orderEdits } = neighbours;
  const endEdit = createEndEdit({ edits, editedOrders, orders, changes, payments, refundDesk, transact, clock });
  const holdAnew = createHoldAnew(neighbours);
  const carryOutEdit = createCarryOutEdit({
    ...{ edits, editedOrders, orders, payments, steps, orderEdits, endEdit, holdAnew },
    ...{ transact, clock },
  });
  const priceEdit = createPriceEdit(neighbours);
  const editOrder = createEditOrder({
    ...{ edits, orders, payments, priceEdit, carryOutEdit },
    ...{ once, transact, clock, unpaidMs },
  });
  return { carryOutEdit, editOrder };
}
