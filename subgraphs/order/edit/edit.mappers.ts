import type { OrderEdit, RemovedUnits } from './domain/order-edit.ts';
import type { PricedEdit } from './queries/price-edit.ts';

export type OrderEditMapper = OrderEdit;
export type OrderEditPreviewMapper = PricedEdit;

export interface RemovedUnitsMapper {
  readonly currency: string;
  readonly removed: RemovedUnits;
}
