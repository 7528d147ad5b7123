import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { SkuQuantity } from '../../stock/domain/movement.ts';
import type { Reservation, ReturnedLine } from './reservation.ts';

/**
 * Which warehouses take goods of an order back: those that had sent them, in the order they were sent, never more than they sent. An after-sale case
 * that was booked before gets an empty list. NOT_FOUND when nothing of the order was ever sent.
 */
export function takeBack(
  known: Reservation | null,
  afterSaleId: string,
  lines: readonly SkuQuantity[],
): Outcome<ReturnedLine[]> {
  const sent = (known?.lines ?? []).filter((line) => line.state === 'SHIPPED');
  if (known === null || sent.length === 0) return refused(notFound(['orderId'], 'order'));
  if (known.returned.some((line) => line.afterSaleId === afterSaleId)) return accepted([]);

  const returned: ReturnedLine[] = [];
  const outside = (skuId: string, warehouseId: string) =>
    unitsOf(sent, skuId, warehouseId) - unitsOf([...known.returned, ...returned], skuId, warehouseId);
  const warehouseIds = [...new Set(sent.map((line) => line.warehouseId))];
  for (const [index, { skuId, quantity }] of lines.entries()) {
    let missing = quantity;
    for (const warehouseId of warehouseIds) {
      const units = Math.min(missing, outside(skuId, warehouseId));
      if (units > 0) returned.push({ afterSaleId, skuId, warehouseId, quantity: units });
      missing -= Math.max(0, units);
    }
    if (missing > 0) return refused(moreThanSent(['lines', String(index), 'quantity'], quantity - missing));
  }
  return accepted(returned);
}

function unitsOf(
  lines: readonly { readonly skuId: string; readonly warehouseId: string; readonly quantity: number }[],
  skuId: string,
  warehouseId: string,
): number {
  const those = lines.filter((line) => line.skuId === skuId && line.warehouseId === warehouseId);
  return those.reduce((total, line) => total + line.quantity, 0);
}

function moreThanSent(path: readonly string[], most: number) {
  return invalidInput(path, {
    en: `Only ${most} of these units were sent and are not back yet.`,
    zh: `已发出且尚未退回的数量仅为 ${most}。`,
  });
}
