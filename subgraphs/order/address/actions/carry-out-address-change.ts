import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { WarehouseRegrouping } from '../../neighbours.ts';
import type { AddressChange } from '../../order/domain/order.ts';
import type { Orders } from '../../order/store/orders.ts';
import type { OrderAddresses } from '../store/order-addresses.ts';

interface CarryOutParts {
  readonly addresses: OrderAddresses;
  readonly orders: Pick<Orders, 'note'>;
  readonly logistics: Pick<WarehouseRegrouping, 'beginReaddressing' | 'endReaddressing'>;
  readonly transact: Transact;
}

export type CarryOutAddressChange = ReturnType<typeof createCarryOutAddressChange>;

/**
 * Brings a change of address that was written down to its end: the warehouses promise to pack nothing, or say that they have; then the order has its new address; then they
 * may go on. Every step may have been taken before, so that a job finishes what a crash left. Whether the address was changed, or why the warehouses refused.
 */
export function createCarryOutAddressChange({ addresses, orders, logistics, transact }: CarryOutParts) {
  return async function carryOutAddressChange(
    orderId: string,
    change: AddressChange,
    call: Call,
  ): Promise<Outcome<boolean>> {
    const { id: changeId, actor, requestedAt: at } = change;
    const begun = await logistics.beginReaddressing({ orderId, changeId }, call);
    if (!begun.ok) {
      await addresses.end(orderId, changeId);
      return refused(...begun.refusals);
    }
    const made = await transact(async (session) => {
      const outcome = await addresses.make(session, orderId, change);
      if (outcome === 'MADE') await orders.note(session, orderId, { at, actor, note: 'ADDRESS_CHANGED' });
      return outcome !== null;
    });
    await logistics.endReaddressing({ orderId, changeId }, call);
    await addresses.end(orderId, changeId);
    return accepted(made);
  };
}
