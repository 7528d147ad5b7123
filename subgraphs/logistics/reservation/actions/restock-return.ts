import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import { addedUp, type SkuQuantity } from '../../stock/domain/movement.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { takeBack } from '../domain/returns.ts';
import type { Reservations } from '../store/reservations.ts';

export interface RestockReturnCommand {
  readonly orderId: string;
  readonly afterSaleId: string;
  readonly lines: readonly SkuQuantity[];
}

/** Books goods of an after-sale case into the warehouses that had sent them, once for each case; answers the units booked now. */
export type RestockReturn = (command: RestockReturnCommand) => Promise<Outcome<{ readonly restocked: number }>>;

export function createRestockReturn(deps: {
  readonly transact: Transact;
  readonly reservations: Reservations;
  readonly stock: StockBook;
  readonly clock: Clock;
}): RestockReturn {
  const { transact, reservations, stock, clock } = deps;

  return ({ orderId, afterSaleId, lines }) =>
    transact(async (session): Promise<Outcome<{ restocked: number }>> => {
      const known = await reservations.byOrder(session, orderId);
      const taken = takeBack(known, afterSaleId, addedUp(lines));
      if (!taken.ok) return taken;
      if (known === null || taken.value.length === 0) return accepted({ restocked: 0 });
      const sheet = await stock.sheet(
        session,
        taken.value.map((line) => line.skuId),
      );
      const at = clock.now();
      const movements = taken.value.map(({ warehouseId, skuId, quantity }) => {
        sheet.change({ warehouseId, skuId, onHand: quantity });
        const what = { warehouseId, skuId, onHand: quantity, damaged: 0, cause: 'RETURN' as const };
        return { id: newId('stockMovement'), ...what, causeId: afterSaleId, note: null, at };
      });
      const returned = [...known.returned, ...taken.value];
      await reservations.save(session, [{ ...known, returned, version: known.version + 1 }]);
      await stock.write(session, sheet, { movements, at });
      return accepted({ restocked: taken.value.reduce((total, line) => total + line.quantity, 0) });
    });
}
