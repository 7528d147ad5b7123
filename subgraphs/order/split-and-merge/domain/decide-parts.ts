import { newId } from '#kit/ids/ids.ts';
import { accepted, invalidInput, invalidState, notFound, refused, type Outcome } from '#kit/user-error/user-error.ts';
import { chinaDay } from '../../order/domain/order-number.ts';
import type { Order } from '../../order/domain/order.ts';
import type { Part, PartLine } from './split.ts';

/** Units of lines that shall be one order. */
export type WantedPart = readonly { readonly orderLineId: string; readonly quantity: number }[];

/** Where units of an order's lines lie. */
export interface ReservedUnits {
  readonly orderLineId: string;
  readonly warehouseId: string;
  readonly quantity: number;
}

const mostParts = 20;

/** One part for each warehouse, in the order in which the order's lines name them. */
export function partsByWarehouse(reserved: readonly ReservedUnits[]): WantedPart[] {
  return [...Map.groupBy(reserved, ({ warehouseId }) => warehouseId).values()].map((lines) =>
    [...Map.groupBy(lines, ({ orderLineId }) => orderLineId)].map(([orderLineId, units]) => ({
      orderLineId,
      quantity: units.reduce((sum, { quantity }) => sum + quantity, 0),
    })),
  );
}

/** One part for each day in China on which lines can ship, those that can ship at once first. */
export function partsByShipDate(order: Pick<Order, 'lines'>): WantedPart[] {
  const days = Map.groupBy(order.lines, ({ shipsAfter }) => (shipsAfter == null ? '' : chinaDay(shipsAfter)));
  return [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, lines]) => wholeLines(lines));
}

/** One part for each supplier of its lines, in the order in which the lines name them; those without one are a part as well. */
export function partsBySupplier(order: Pick<Order, 'lines'>): WantedPart[] {
  return [...Map.groupBy(order.lines, ({ supplierId }) => supplierId ?? '').values()].map(wholeLines);
}

/** Everything of some lines that has not gone back. */
function wholeLines(lines: Order['lines']): WantedPart {
  return lines.flatMap(({ lineId, quantity, claimedUnits }) =>
    quantity > claimedUnits ? [{ orderLineId: lineId, quantity: quantity - claimedUnits }] : [],
  );
}

/**
 * The orders that an order becomes: those wanted, and one more of whatever they don't name. Units that went back go with the rest of their line, which then can't be
 * divided. Refuses with `NotFoundError` (line), `InvalidInputError` (quantities, fewer than two orders) and `InvalidStateError` (`PARTLY_REFUNDED`).
 */
export function decideParts(order: Order, wanted: readonly WantedPart[]): Outcome<Part[]> {
  const left = new Map(order.lines.map((line) => [line.lineId, line.quantity - line.claimedUnits]));
  for (const [index, part] of wanted.entries()) {
    for (const [at, { orderLineId, quantity }] of part.entries()) {
      const path = ['parts', String(index), 'lines', String(at)];
      const units = left.get(orderLineId);
      if (units === undefined) return refused(notFound([...path, 'orderLineId'], 'orderLine'));
      if (!Number.isInteger(quantity) || quantity < 1 || quantity > units) {
        return refused(
          invalidInput([...path, 'quantity'], {
            en: `The quantity must be a whole number from 1 to the ${units} that are left on this line.`,
            zh: `数量须为 1 到该行剩余的 ${units} 件之间的整数。`,
          }),
        );
      }
      left.set(orderLineId, units - quantity);
    }
  }
  const rest = [...left].flatMap(([orderLineId, quantity]) => (quantity > 0 ? [{ orderLineId, quantity }] : []));
  const parts = [...wanted, rest].filter((part) => part.length > 0);
  if (parts.length < 2 || parts.length > mostParts) {
    return refused(
      invalidInput(['parts'], {
        en: `That makes ${parts.length} orders; a split makes 2 to ${mostParts}.`,
        zh: `拆分后为 ${parts.length} 个订单，须为 2 到 ${mostParts} 个。`,
      }),
    );
  }
  const counted = Map.groupBy(parts.flat(), ({ orderLineId }) => orderLineId);
  const divided = order.lines.find(
    ({ lineId, claimedUnits }) => claimedUnits > 0 && (counted.get(lineId)?.length ?? 0) > 1,
  );
  if (divided !== undefined) return refused(invalidState(['parts'], { state: 'PARTLY_REFUNDED' }));
  return accepted(
    parts.map((part, index) => ({
      orderId: newId('order'),
      number: `${order.number}-${index + 1}`,
      lines: [...part.map((line) => partLine(order, line, counted)), ...(index > 0 ? [] : goneLines(order, counted))],
    })),
  );
}

/** A line that isn't divided keeps its id, and takes along its units that went back. */
function partLine(
  order: Order,
  { orderLineId, quantity }: WantedPart[number],
  counted: ReadonlyMap<string, WantedPart>,
): PartLine {
  const line = order.lines.find(({ lineId }) => lineId === orderLineId);
  const isWhole = counted.get(orderLineId)?.length === 1;
  if (line !== undefined && isWhole) return { fromLineId: orderLineId, lineId: orderLineId, quantity: line.quantity };
  return { fromLineId: orderLineId, lineId: newId('orderLine'), quantity };
}

/** Lines of which every unit went back; they stay with the first part. */
function goneLines(order: Order, counted: ReadonlyMap<string, WantedPart>): PartLine[] {
  return order.lines.flatMap(({ lineId, quantity }) =>
    counted.has(lineId) ? [] : [{ fromLineId: lineId, lineId, quantity }],
  );
}
