import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, invalidState, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Demand } from '../../delivery/domain/allocation.ts';
import { freightOf } from '../../delivery/domain/freight.ts';
import {
  candidatesFor,
  deliveriesOf,
  type Delivery,
  type DeliveryPolicy,
  type Destination,
  type NetworkNow,
} from '../../delivery/domain/planning.ts';
import type { PlanOrderDelivery } from '../../delivery/queries/plan-order-delivery.ts';
import { sentTogether } from '../../fulfillment/domain/fulfillment.ts';
import type { Fulfillments } from '../../fulfillment/store/fulfillments.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import { insufficientStock } from '../../stock/domain/stock-refusals.ts';
import { withdraw, type WithdrawnLine } from '../../withdrawal/domain/withdraw.ts';
import { forbidsEdit } from '../domain/forbids-edit.ts';

export interface PlanEditCommand extends Destination {
  readonly orderId: string;
  readonly paid: boolean;
  readonly removed: readonly WithdrawnLine[];
  readonly added: readonly Demand[];
}

/** How the order is sent after an edit. */
export interface PlannedEdit {
  /** What that costs more, fen; 0 when it is less. */
  readonly freightMinor: number;
  readonly deliveries: readonly Delivery[];
}

export type PlanEdit = (command: PlanEditCommand) => Promise<Outcome<PlannedEdit>>;

export function createPlanEdit(deps: {
  readonly transact: Transact;
  readonly reservations: Pick<Reservations, 'byOrder'>;
  readonly fulfillments: Pick<Fulfillments, 'ofOrder'>;
  readonly planOrderDelivery: PlanOrderDelivery;
  readonly networkNow: () => Promise<NetworkNow>;
  readonly policy: DeliveryPolicy;
}): PlanEdit {
  const { transact, reservations, fulfillments, planOrderDelivery, networkNow, policy } = deps;

  return async ({ orderId, paid, removed, added, ...destination }) => {
    const { own, ofOrder } = await transact(async (session) => ({
      own: await reservations.byOrder(session, orderId),
      ofOrder: sentTogether(await fulfillments.ofOrder(session, orderId), undefined),
    }));
    const state = forbidsEdit(own, ofOrder, paid);
    if (own === null || state !== null) return refused(invalidState(['orderId'], { state: state ?? 'UNKNOWN' }));
    const nobody = { at: new Date(0), by: '', callId: '' };
    const rest = withdraw({ reservation: own, fulfillments: ofOrder }, removed, nobody);
    if (!rest.ok) return rest;
    const plan = await planOrderDelivery(destination, added);
    if (plan.shortages.length > 0) return refused(...plan.shortages.map((short) => insufficientStock([], short)));
    const weights = new Map(added.map(({ skuId, weightGrams }) => [skuId, weightGrams]));
    const put = plan.deliveries.flatMap(({ warehouse, lines }) =>
      lines.map(({ skuId, quantity }) => {
        return { skuId, warehouseId: warehouse.id, quantity, weightGrams: weights.get(skuId) ?? 0 };
      }),
    );
    const candidates = candidatesFor(await networkNow(), destination, policy);
    const rates = new Map(candidates.map(({ warehouse, rate }) => [warehouse.id, rate]));
    const costOf = (goods: readonly { warehouseId: string; quantity: number; weightGrams: number }[]) =>
      [...Map.groupBy(goods, ({ warehouseId }) => warehouseId)].reduce((total, [warehouseId, lines]) => {
        const rate = rates.get(warehouseId);
        // A warehouse that doesn't send there any more sends what it promised, and asks nothing more for it.
        if (rate === undefined) return total;
        const grams = lines.reduce((sum, line) => sum + line.quantity * line.weightGrams, 0);
        return total + freightOf(rate, grams);
      }, 0);
    const before = own.lines.filter((line) => line.state === 'OPEN');
    const kept = rest.value.reservation.lines.filter((line) => line.state === 'OPEN');
    const all = [...kept, ...put];
    return accepted({
      freightMinor: Math.max(0, costOf(all) - costOf(before)),
      deliveries: deliveriesOf(
        all.filter(({ warehouseId }) => rates.has(warehouseId)),
        candidates,
      ),
    });
  };
}
