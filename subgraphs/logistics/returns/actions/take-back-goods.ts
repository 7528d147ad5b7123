import type { Clock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, type Outcome } from '#kit/user-error/user-error.ts';
import type { Reservations } from '../../reservation/store/reservations.ts';
import type { StockBook } from '../../stock/store/stock-book.ts';
import { takeBack, type Receipt, type ReceivedGoods } from '../domain/take-back.ts';

export type TakeBackGoodsCommand = Receipt & { readonly orderId: string };

/**
 * Books goods that came back into the warehouses that had sent them, once for each receipt: all of them are on hand again, and those that were written off are
 * damaged. Answers the units booked now.
 */
export type TakeBackGoods = (command: TakeBackGoodsCommand) => Promise<Outcome<{ readonly booked: number }>>;

export function createTakeBackGoods(deps: {
  readonly transact: Transact;
  readonly reservations: Reservations;
  readonly stock: StockBook;
  readonly clock: Clock;
}): TakeBackGoods {
  const { transact, reservations, stock, clock } = deps;

  return ({ orderId, lines, ...receipt }) =>
    transact(async (session): Promise<Outcome<{ booked: number }>> => {
      const known = await reservations.byOrder(session, orderId);
      const taken = takeBack(known, { ...receipt, lines: bySku(lines) });
      if (!taken.ok) return taken;
      if (known === null || taken.value.length === 0) return accepted({ booked: 0 });
      const sheet = await stock.sheet(
        session,
        taken.value.map((line) => line.skuId),
      );
      const at = clock.now();
      const movements = taken.value.map(({ warehouseId, skuId, quantity: onHand, writtenOff: damaged }) => {
        sheet.change({ warehouseId, skuId, onHand, damaged });
        const what = { warehouseId, skuId, onHand, damaged, cause: 'RETURN' as const, causeId: receipt.receiptId };
        return { id: newId('stockMovement'), ...what, note: null, at };
      });
      const returned = [...known.returned, ...taken.value];
      await reservations.save(session, [{ ...known, returned, version: known.version + 1 }]);
      await stock.write(session, sheet, { movements, at });
      return accepted({ booked: movements.reduce((total, { onHand }) => total + onHand, 0) });
    });
}

/** Lines of one SKU added up: the ledger books each SKU once for a cause. */
function bySku(lines: readonly ReceivedGoods[]): ReceivedGoods[] {
  return [...Map.groupBy(lines, (line) => line.skuId)].map(([skuId, those]) => {
    return {
      skuId,
      restocked: those.reduce((total, line) => total + line.restocked, 0),
      writtenOff: those.reduce((total, line) => total + line.writtenOff, 0),
    };
  });
}
