import type { AfterSale, AfterSaleLine, Receipt, ReceiptLine } from './domain/after-sale.ts';

export type AfterSaleMapper = AfterSale;

export interface AfterSaleLineMapper {
  readonly currency: string;
  readonly line: AfterSaleLine;
}

export interface AfterSaleReceiptMapper {
  readonly afterSale: AfterSale;
  readonly receipt: Receipt;
}

export interface AfterSaleReceiptLineMapper {
  readonly afterSale: AfterSale;
  readonly receiptId: string;
  readonly line: ReceiptLine;
}
