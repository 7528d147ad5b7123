import { reaction, type Reaction } from '#kit/inbox/inbox.ts';
import type { UseBenefits } from '../steps/use-benefits.ts';

/** Lines that came into a paid order are paid: what their prices rest on was locked under the edit's id, and is used. */
export function useBenefitsWhenOrderEdited(useBenefits: UseBenefits): Reaction {
  return reaction({
    name: 'use-benefits-when-order-edited',
    on: 'order.edited',
    react: ({ payload: { editId } }, session) => useBenefits(session, [editId]),
  });
}
