import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { FlashSale, FlashSaleItem } from './domain/flash-sale.ts';

export type FlashSaleMapper = FlashSale;
export interface FlashSaleEdgeMapper {
  readonly cursor: string;
  readonly node: FlashSale;
}
export type FlashSaleConnectionMapper = ConnectionParent<FlashSale>;
export type FlashSaleItemMapper = FlashSaleItem;
