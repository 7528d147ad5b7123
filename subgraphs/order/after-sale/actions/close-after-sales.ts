import type { Session } from '#kit/mongo/transaction.ts';
import type { Orders } from '../../order/store/orders.ts';
import { claimsOf, exchangeOff, type AfterSale } from '../domain/after-sale.ts';
import type { AfterSales } from '../store/after-sales.ts';

interface Claim {
  readonly orderLineId: string;
  readonly units: number;
  readonly minor: number;
}

/** Gives claimed units back to their lines: they may be asked for again. */
export async function returnClaims(
  orders: Pick<Orders, 'returnUnits'>,
  session: Session,
  { orderId }: Pick<AfterSale, 'orderId'>,
  claims: readonly Claim[],
): Promise<void> {
  for (const { orderLineId: lineId, units, minor } of claims) {
    await orders.returnUnits(session, orderId, { lineId, units, minor });
  }
}

/** Closes the after-sales of an order that is cancelled as a whole, in the caller's transaction: all its money goes back anyway. */
export function createCloseAfterSales({
  afterSales,
  orders,
}: {
  readonly afterSales: AfterSales;
  readonly orders: Orders;
}) {
  return async function closeAfterSales(session: Session, orderId: string, at: Date): Promise<void> {
    for (const open of await afterSales.openOf(session, orderId)) {
      const closed = await afterSales.move(
        open._id,
        'overtake',
        at,
        { pendingSince: null, ...exchangeOff(open, at) },
        session,
      );
      if (closed !== null) await returnClaims(orders, session, open, claimsOf(open));
    }
  };
}
