import { accepted, invalidInput, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import type { Reservation, ReturnedLine } from '../../reservation/domain/reservation.ts';

/** Units of one SKU as they came back: fit to be sold again, or not. */
export interface ReceivedGoods {
  readonly skuId: string;
  readonly restocked: number;
  readonly writtenOff: number;
}

/** What came back at once for an after-sale case. */
export interface Receipt {
  readonly afterSaleId: string;
  readonly receiptId: string;
  readonly lines: readonly ReceivedGoods[];
}

/**
 * Which warehouses take goods of an order back: those that had sent them, in the order they were sent, never more than they sent. A receipt that was
 * booked before gets an empty list. NOT_FOUND when nothing of the order was ever sent.
 */
export function takeBack(
  known: Reservation | null,
  { afterSaleId, receiptId, lines }: Receipt,
): Outcome<ReturnedLine[]> {
  const sent = (known?.lines ?? []).filter((line) => line.state === 'SHIPPED');
  if (known === null || sent.length === 0) return refused(notFound(['orderId'], 'order'));
  if (known.returned.some((line) => line.receiptId === receiptId)) return accepted([]);

  const returned: ReturnedLine[] = [];
  const outside = (skuId: string, warehouseId: string) =>
    unitsOf(sent, skuId, warehouseId) - unitsOf([...known.returned, ...returned], skuId, warehouseId);
  const warehouseIds = [...new Set(sent.map((line) => line.warehouseId))];
  for (const [index, { skuId, restocked, writtenOff }] of lines.entries()) {
    let fit = restocked;
    let unfit = writtenOff;
    for (const warehouseId of warehouseIds) {
      const quantity = Math.min(fit + unfit, outside(skuId, warehouseId));
      if (quantity <= 0) continue;
      const taken = Math.min(fit, quantity);
      fit -= taken;
      unfit -= quantity - taken;
      returned.push({ afterSaleId, receiptId, skuId, warehouseId, quantity, writtenOff: quantity - taken });
    }
    const missing = fit + unfit;
    if (missing > 0) return refused(moreThanSent(['lines', String(index)], restocked + writtenOff - missing));
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
