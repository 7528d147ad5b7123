import { newId } from '#kit/ids/ids.ts';
import type { Reservation, ReservedLine } from '../../reservation/domain/reservation.ts';
import type { Fulfillment } from './fulfillment.ts';

/** What a fulfillment says besides its goods. */
export type FulfillmentFacts = Pick<
  Fulfillment,
  'orderId' | 'orderNumber' | 'memberId' | 'channel' | 'afterSaleId' | 'allocatedAt'
>;

/**
 * One fulfillment for each warehouse in which goods wait; `binOf` names the shelf. A warehouse sends its part at once, so it waits for the last goods that may not be sent
 * yet: who wants the others earlier splits the order by ship date.
 */
export function cutIntoFulfillments(
  { lines }: Pick<Reservation, 'lines'>,
  facts: FulfillmentFacts,
  binOf: (warehouseId: string, skuId: string) => string,
): Fulfillment[] {
  const open = lines.filter((line) => line.state === 'OPEN');
  return [...Map.groupBy(open, (line) => line.warehouseId)].map(([warehouseId, those]) => ({
    id: newId('fulfillment'),
    ...facts,
    warehouseId,
    stage: 'ALLOCATED',
    ...lastShipDate(those),
    lines: those.map(({ orderLineId, skuId, quantity }) => {
      return { orderLineId, skuId, quantity, bin: binOf(warehouseId, skuId) };
    }),
    parcels: [],
    steps: [],
  }));
}

/** When the last of the goods may be sent; nothing when all of them may at once. */
function lastShipDate(lines: readonly Pick<ReservedLine, 'shipsAfter'>[]): Pick<Fulfillment, 'shipsAfter'> {
  const dates = lines.flatMap(({ shipsAfter }) => shipsAfter?.getTime() ?? []);
  return dates.length === 0 ? {} : { shipsAfter: new Date(Math.max(...dates)) };
}
