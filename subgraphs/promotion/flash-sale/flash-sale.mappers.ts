import type { ConnectionParent } from '#kit/connection/connection.ts';
import type { Money } from '#kit/money/money.ts';
import type { FlashSalePrice, PlacedOrderFacts } from '#kit/neighbours/flash-sale-orders.ts';
import type { FlashSale, FlashSaleItem } from './domain/flash-sale.ts';

export type FlashSaleMapper = FlashSale;
export interface FlashSaleEdgeMapper {
  readonly cursor: string;
  readonly node: FlashSale;
}
export type FlashSaleConnectionMapper = ConnectionParent<FlashSale>;
/** An order as order describes it, or just its id. Number, state and total are there for an order that was bought in this very request. */
export interface OrderMapper {
  readonly id: string;
  readonly bought?: { readonly number: string; readonly status: PlacedOrderFacts['status']; readonly total: Money };
}
export type FlashSaleItemMapper = FlashSaleItem;
/** The price in minor units of its currency. */
export type FlashSalePreviewMapper = FlashSalePrice & { readonly currency: string };
