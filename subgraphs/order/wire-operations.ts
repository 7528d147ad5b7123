import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { createCarryOutAddressChange } from './address/actions/carry-out-address-change.ts';
import { createChangeOrderAddress, type ChangeOrderAddress } from './address/actions/change-order-address.ts';
import { createHoldOrder, type HoldOrder } from './hold/actions/hold-order.ts';
import type { Neighbours } from './neighbours.ts';
import { createNoteOnOrder, type NoteOnOrder } from './note/actions/note-on-order.ts';
import type { OrderPrivacy } from './personal-data/order-privacy.ts';
import type { RefundDesk } from './refund/actions/refund-desk.ts';
import { createCarryOutRegrouping } from './split-and-merge/actions/carry-out-regrouping.ts';
import { createRegroupOrders, type RegroupOrders } from './split-and-merge/actions/regroup-orders.ts';
import type { Stores } from './wire-stores.ts';

/** What can be done with an order between its placing and its shipping. */
export interface OrderOperations {
  readonly holdOrder: HoldOrder;
  readonly noteOnOrder: NoteOnOrder;
  readonly changeOrderAddress: ChangeOrderAddress;
  readonly regroupOrders: RegroupOrders;
}

interface OperationParts {
  readonly stores: Stores;
  readonly neighbours: Neighbours;
  readonly refundDesk: RefundDesk;
  readonly privacy: OrderPrivacy;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** The actions on placed orders, with what each needs, and what jobs finish of them. */
export function createOrderOperations({
  stores,
  neighbours,
  refundDesk,
  privacy,
  once,
  transact,
  clock,
}: OperationParts) {
  const { orders, feed: changes, holds, notes, addresses, regroupings, invoices } = stores;
  const { regrouping: logistics } = neighbours;
  const carryOutRegrouping = createCarryOutRegrouping({
    ...{ regroupings, orders, changes, refundDesk },
    ...{ logistics, privacy, transact },
  });
  const carryOutAddressChange = createCarryOutAddressChange({ addresses, orders, logistics, transact });
  const operations: OrderOperations = {
    holdOrder: createHoldOrder({ holds, orders, privacy, transact, clock }),
    noteOnOrder: createNoteOnOrder({ notes, orders, privacy, once, clock }),
    changeOrderAddress: createChangeOrderAddress({ addresses, orders, carryOutAddressChange, privacy, clock }),
    regroupOrders: createRegroupOrders({
      ...{ regroupings, carryOutRegrouping, orders, invoices },
      ...{ logistics, privacy, once, transact, clock },
    }),
  };
  return { operations, carryOutRegrouping, carryOutAddressChange };
}
