import { callerOf } from '#kit/idempotency/once.ts';
import { orderEdits } from '#kit/neighbours/order-edits.ts';
import { provide, type ProvidedOperations } from '#kit/transport/neighbours.ts';
import { accepted } from '#kit/user-error/user-error.ts';
import { answerOf, travelling } from '../operations.ts';
import type { ApplyEdit } from './actions/apply-edit.ts';
import type { PlanEdit } from './queries/plan-edit.ts';

/** The doors for orders whose goods are changed. Who may change an order is for the order subgraph to say. */
export function orderEditDoors(deps: {
  readonly planEdit: PlanEdit;
  readonly applyEdit: ApplyEdit;
}): ProvidedOperations {
  return provide(orderEdits, {
    async planEdit(command) {
      const planned = await deps.planEdit(command);
      if (!planned.ok) return answerOf(planned);
      const { freightMinor, deliveries } = planned.value;
      return accepted({ freightMinor, deliveries: deliveries.map(travelling) });
    },

    async applyEdit(command, { viewer }) {
      const applied = await deps.applyEdit({ ...command, by: callerOf(viewer) });
      return applied.ok ? accepted({ orderId: command.orderId }) : answerOf(applied);
    },
  });
}
