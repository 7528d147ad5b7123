import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { createHoldOrder, type HoldOrder } from './hold/actions/hold-order.ts';
import { createNoteOnOrder, type NoteOnOrder } from './note/actions/note-on-order.ts';
import type { Stores } from './wire-stores.ts';

/** What can be done with an order between its placing and its shipping. */
export interface OrderOperations {
  readonly holdOrder: HoldOrder;
  readonly noteOnOrder: NoteOnOrder;
}

interface OperationParts {
  readonly stores: Stores;
  readonly once: Once;
  readonly transact: Transact;
  readonly clock: Clock;
}

/** The actions on placed orders, with what each needs. */
export function createOrderOperations({ stores, once, transact, clock }: OperationParts): OrderOperations {
  const { orders, holds, notes } = stores;
  return {
    holdOrder: createHoldOrder({ holds, orders, transact, clock }),
    noteOnOrder: createNoteOnOrder({ notes, once, clock }),
  };
}
