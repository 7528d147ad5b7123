import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import { isQuantity, quantityOutOfLimits } from '../domain/quantity.ts';
import type { StockBook } from '../store/stock-book.ts';

export interface LoadStockCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  /** When the goods arrived. */
  readonly at: Date;
  readonly lines: readonly { readonly warehouseCode: string; readonly skuId: string; readonly quantity: number }[];
}

/** Books goods into many warehouses with one transaction, all lines or none; answers the number of levels that grew. */
export type LoadStock = (command: LoadStockCommand) => Promise<Outcome<number>>;

export function createLoadStock(deps: {
  readonly once: Once;
  readonly transact: Transact;
  readonly network: Pick<NetworkStore, 'warehousesByCodes'>;
  readonly stock: StockBook;
}): LoadStock {
  const { once, transact, network, stock } = deps;

  return ({ caller, idempotencyKey: key, at, lines }) =>
    once({ caller, operation: 'loadStock', key, input: { at, lines }, subject: 'stockMovement' }, async (causeId) => {
      const wrong = lines.findIndex((line) => !isQuantity(line.quantity));
      if (wrong >= 0) return refused(quantityOutOfLimits(['lines', String(wrong), 'quantity']));
      const warehouses = await network.warehousesByCodes([...new Set(lines.map((line) => line.warehouseCode))]);
      const idByCode = new Map(warehouses.map((warehouse) => [warehouse.code, warehouse.id]));
      const unknown = lines.findIndex((line) => !idByCode.has(line.warehouseCode));
      if (unknown >= 0) return refused(notFound(['lines', String(unknown), 'warehouseCode'], 'warehouse'));
      const arrived = new Map<string, { warehouseId: string; skuId: string; onHand: number }>();
      for (const { warehouseCode, skuId, quantity } of lines) {
        const warehouseId = idByCode.get(warehouseCode) ?? '';
        const place = `${warehouseId}:${skuId}`;
        arrived.set(place, { warehouseId, skuId, onHand: (arrived.get(place)?.onHand ?? 0) + quantity });
      }
      await book([...arrived.values()], causeId, at);
      return accepted(arrived.size);
    });

  async function book(
    arrived: readonly { readonly warehouseId: string; readonly skuId: string; readonly onHand: number }[],
    causeId: string,
    at: Date,
  ): Promise<void> {
    await transact(async (session) => {
      if (await stock.isBooked(session, 'RECEIPT', causeId)) return;
      const sheet = await stock.sheet(
        session,
        arrived.map((line) => line.skuId),
      );
      for (const line of arrived) sheet.change(line);
      const cause = { damaged: 0, cause: 'RECEIPT' as const, causeId, note: null, at };
      const movements = arrived.map((line) => ({ id: newId('stockMovement'), ...line, ...cause }));
      await stock.write(session, sheet, { movements, at });
    });
  }
}
