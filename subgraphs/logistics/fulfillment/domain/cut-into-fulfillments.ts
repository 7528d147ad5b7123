import { newId } from '#kit/ids/ids.ts';
import type { Reservation } from '../../reservation/domain/reservation.ts';
import type { Fulfillment } from './fulfillment.ts';

/** What a fulfillment says besides its goods. */
export type FulfillmentFacts = Pick<
  Fulfillment,
  'orderId' | 'orderNumber' | 'memberId' | 'channel' | 'afterSaleId' | 'allocatedAt'
>;

/** One fulfillment for each warehouse in which goods wait; `binOf` names the shelf. */
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
    lines: those.map(({ orderLineId, skuId, quantity }) => {
      return { orderLineId, skuId, quantity, bin: binOf(warehouseId, skuId) };
    }),
    parcels: [],
    steps: [],
  }));
}
