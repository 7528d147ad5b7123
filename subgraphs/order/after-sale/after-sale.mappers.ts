import type { AfterSale, AfterSaleLine } from './domain/after-sale.ts';

export type AfterSaleMapper = AfterSale;

export interface AfterSaleLineMapper {
  readonly currency: string;
  readonly line: AfterSaleLine;
}
