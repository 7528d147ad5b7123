import type { Clock } from '#kit/clock/clock.ts';
import type { Once } from '#kit/idempotency/once.ts';
import { newId } from '#kit/ids/ids.ts';
import type { Transact } from '#kit/mongo/transaction.ts';
import type { Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import type { NetworkStore } from '../../network/store/network.ts';
import { adjust, holdBack, type AdjustmentReason } from '../domain/adjustment.ts';
import { noteProblems } from '../domain/receipt.ts';
import type { StockLevel } from '../domain/stock-level.ts';
import type { Skus } from '../neighbours/skus.ts';
import type { StockBook } from '../store/stock-book.ts';

/** One SKU in one warehouse, by the codes that people use, and the call that changes it. */
interface LevelCommand {
  readonly caller: string;
  readonly idempotencyKey: string;
  readonly warehouseCode: string;
  readonly skuCode: string;
  readonly quantity: number;
}

export interface AdjustStockCommand extends LevelCommand {
  readonly reason: AdjustmentReason;
  readonly note: string | null;
}

export type Place = Pick<StockLevel, 'warehouseId' | 'skuId'>;

/** Corrects the books of one SKU in one warehouse. */
export type AdjustStock = (command: AdjustStockCommand, call: Call) => Promise<Outcome<Place>>;

/** Holds units of one SKU in one warehouse back from sale. */
export type SetSafetyStock = (command: LevelCommand, call: Call) => Promise<Outcome<Place>>;

interface Deps {
  readonly once: Once;
  readonly transact: Transact;
  readonly network: Pick<NetworkStore, 'warehouseByCode'>;
  readonly stock: StockBook;
  readonly skus: Skus;
  readonly clock: Clock;
}

export function createAdjustStock(deps: Deps): AdjustStock {
  const { once, transact, stock, clock } = deps;

  return ({ caller, idempotencyKey: key, ...input }, call) =>
    once({ caller, operation: 'adjustStock', key, input, subject: 'stockMovement' }, async (causeId) => {
      const problems = noteProblems(input.note);
      if (problems.length > 0) return refused(...problems);
      const place = await placeOf(input, deps, call);
      if (!place.ok) return place;
      const { warehouseId, skuId } = place.value;
      return transact(async (session): Promise<Outcome<Place>> => {
        if (await stock.isBooked(session, 'ADJUSTMENT', causeId)) return place;
        const sheet = await stock.sheet(session, [skuId]);
        const change = adjust(sheet.level(warehouseId, skuId), input.reason, input.quantity);
        if (!change.ok) return change;
        sheet.change(change.value);
        const { onHand = 0, damaged = 0 } = change.value;
        const at = clock.now();
        const what = { warehouseId, skuId, onHand, damaged, cause: 'ADJUSTMENT' as const, causeId };
        const movements = [{ id: newId('stockMovement'), ...what, note: input.note ?? input.reason, at }];
        await stock.write(session, sheet, { movements, at });
        return place;
      });
    });
}

export function createSetSafetyStock(deps: Deps): SetSafetyStock {
  const { once, transact, stock, clock } = deps;

  return ({ caller, idempotencyKey: key, ...input }, call) =>
    once({ caller, operation: 'setSafetyStock', key, input, subject: 'stockMovement' }, async () => {
      const place = await placeOf(input, deps, call);
      if (!place.ok) return place;
      const { warehouseId, skuId } = place.value;
      return transact(async (session): Promise<Outcome<Place>> => {
        const sheet = await stock.sheet(session, [skuId]);
        const change = holdBack(sheet.level(warehouseId, skuId), input.quantity);
        if (!change.ok) return change;
        sheet.change(change.value);
        await stock.write(session, sheet, { movements: [], at: clock.now() });
        return place;
      });
    });
}

async function placeOf(
  { warehouseCode, skuCode }: Pick<LevelCommand, 'warehouseCode' | 'skuCode'>,
  { network, skus }: Deps,
  call: Call,
): Promise<Outcome<Place>> {
  const warehouse = await network.warehouseByCode(warehouseCode);
  const skuId = (await skus.idsByCodes([skuCode], call)).get(skuCode);
  if (warehouse !== null && skuId !== undefined) return accepted({ warehouseId: warehouse.id, skuId });
  const missing: Refusal[] = [];
  if (warehouse === null) missing.push(notFound(['warehouseCode'], 'warehouse'));
  if (skuId === undefined) missing.push(notFound(['skuCode'], 'sku'));
  return refused(...missing);
}
