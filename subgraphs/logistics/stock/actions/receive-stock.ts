import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import { addedUp, type SkuQuantity } from '../domain/movement.ts';
import { receiptProblems } from '../domain/receipt.ts';
import type { Skus } from '../neighbours/skus.ts';
import type { StockBook } from '../store/stock-book.ts';

/** Units of a SKU by its id, as neighbours name it, or by its code, as people do. */
export type ReceivedLine = { readonly quantity: number } & ({ readonly skuId: string } | { readonly skuCode: string });

export interface ReceiveStockCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly warehouseCode: string;
  readonly lines: readonly ReceivedLine[];
  readonly note: string | null;
}

/** What was booked where. */
export interface Received {
  readonly warehouseId: string;
  readonly skuIds: readonly string[];
  readonly units: number;
}

/** Books goods into a warehouse, all lines or none, once for the caller's key. */
export type ReceiveStock = (command: ReceiveStockCommand, call: Call) => Promise<Outcome<Received>>;

export function createReceiveStock(deps: {
  readonly once: Once;
  readonly transact: Transact;
  readonly network: Pick<NetworkStore, 'warehouseByCode'>;
  readonly stock: StockBook;
  readonly skus: Skus;
  readonly clock: Clock;
}): ReceiveStock {
  const { once, transact, network, stock, skus, clock } = deps;

  return ({ caller, idempotencyKey: key, ...receipt }, call) =>
    once({ caller, operation: 'receiveStock', key, input: receipt, subject: 'stockMovement' }, async (receiptId) => {
      const problems = receiptProblems(receipt);
      if (problems.length > 0) return refused(...problems);
      const warehouse = await network.warehouseByCode(receipt.warehouseCode);
      if (warehouse === null) return refused(notFound(['warehouseCode'], 'warehouse'));
      const lines = await namedById(receipt.lines, call);
      if (!lines.ok) return lines;
      await book(warehouse.id, addedUp(lines.value), { note: receipt.note, causeId: receiptId });
      const skuIds = [...new Set(lines.value.map((line) => line.skuId))];
      const units = lines.value.reduce((total, line) => total + line.quantity, 0);
      return accepted({ warehouseId: warehouse.id, skuIds, units });
    });

  async function namedById(lines: readonly ReceivedLine[], call: Call): Promise<Outcome<SkuQuantity[]>> {
    const codes = lines.flatMap((line) => ('skuCode' in line ? [line.skuCode] : []));
    const ids = codes.length === 0 ? new Map<string, string>() : await skus.idsByCodes(codes, call);
    const named = lines.map((line) => ({
      skuId: 'skuId' in line ? line.skuId : (ids.get(line.skuCode) ?? null),
      quantity: line.quantity,
    }));
    const unknown = named.flatMap(({ skuId }, index) =>
      skuId === null ? [notFound(['lines', String(index), 'skuCode'], 'sku')] : [],
    );
    if (unknown.length > 0) return refused(...unknown);
    return accepted(named.flatMap(({ skuId, quantity }) => (skuId === null ? [] : [{ skuId, quantity }])));
  }

  async function book(
    warehouseId: string,
    lines: readonly SkuQuantity[],
    { note, causeId }: { note: string | null; causeId: string },
  ): Promise<void> {
    await transact(async (session) => {
      // A repetition after a crash finds its own booking.
      if (await stock.isBooked(session, 'RECEIPT', causeId)) return;
      const sheet = await stock.sheet(
        session,
        lines.map((line) => line.skuId),
      );
      const at = clock.now();
      const movements = lines.map(({ skuId, quantity }) => {
        sheet.change({ warehouseId, skuId, onHand: quantity });
        const what = { warehouseId, skuId, onHand: quantity, damaged: 0 };
        return { id: newId('stockMovement'), ...what, cause: 'RECEIPT' as const, causeId, note, at };
      });
      await stock.write(session, sheet, { movements, at });
    });
  }
}
