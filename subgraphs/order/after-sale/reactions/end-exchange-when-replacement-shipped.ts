import { reaction } from '#kit/inbox/inbox.ts';
import type { Orders } from '../../order/store/orders.ts';
import { claimsOf } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface EndParts {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
}

/**
 * The last parcel of an exchange has left: the exchange is done. Units that were exchanged for the same SKU count as bought like before and may be asked for again.
 */
export function endExchangeWhenReplacementShipped({ afterSales, orders }: EndParts) {
  return reaction({
    name: 'end-exchange-when-replacement-shipped',
    on: 'replacement.shipped',
    async react({ payload: { afterSaleId, orderId, shipmentId, remaining, shippedAt } }, session) {
      const at = new Date(shippedAt);
      await orders.note(session, orderId, { at, actor: 'system', note: shipmentId });
      if (remaining > 0) return;
      const before = await afterSales.byId(afterSaleId, session);
      const set = { replacement: 'SENT', pendingSince: null } as const;
      const done = await afterSales.move(afterSaleId, 'exchange', at, set, session);
      if (before === null || done === null) return;
      const kept = new Set(claimsOf(done).map((claim) => claim.orderLineId));
      for (const { orderLineId: lineId, units, minor } of claimsOf(before)) {
        if (!kept.has(lineId)) await orders.returnUnits(session, orderId, { lineId, units, minor });
      }
      await orders.note(session, orderId, { at, actor: 'system', note: `EXCHANGED:${afterSaleId}` });
    },
  });
}
