import type { ProductDraft } from '../../product/domain/draft.ts';

export type ImportFormat = 'SHOPIFY_CSV' | 'CSV' | 'JSON_LINES';
export type ImportStatus = 'RUNNING' | 'SUCCEEDED' | 'PARTIALLY_SUCCEEDED' | 'FAILED';

/** The limits of an import, as the SDL promises them. */
export const importLimits = {
  bytes: 30_000_000,
  rows: 100_000,
  /** Files with more rows are not done within the call. */
  rowsInCall: 500,
  errors: 1_000,
  /** Of one batch, which is written as one transaction. */
  productsInBatch: 200,
  rowsInBatch: 1_000,
  batchBytes: 4_000_000,
  /** Lines of one receipt of stock. */
  linesInReceipt: 100,
} as const;

/** Why a row was not taken, in both languages: who reads it is not known yet. */
export interface RowError {
  /** As a spreadsheet counts. */
  readonly row: number;
  readonly code: string;
  readonly message: { readonly zh: string; readonly en: string };
}

/** A product as a file has it, checked as far as it can be without the catalogue. Plain JSON. */
export interface ImportedProduct {
  readonly draft: ProductDraft;
  /** The rows of its SKUs, in the draft's order. */
  readonly skuRows: readonly number[];
  /** All its rows. */
  readonly rows: readonly number[];
  /** Whether the file wants it on sale. */
  readonly publish: boolean;
  /** Pieces to receive, by SKU code; none where it says none. */
  readonly quantities: Readonly<Record<string, number>>;
}

/** What was read of a file. */
export interface ReadFile {
  readonly products: readonly ImportedProduct[];
  /** By row. */
  readonly errors: readonly RowError[];
  /** Rows that are not empty. */
  readonly rows: number;
}

/** One run of an import. */
export interface ImportJob {
  readonly id: string;
  readonly status: ImportStatus;
  readonly dryRun: boolean;
  readonly total: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly productCount: number;
  readonly rowErrors: readonly RowError[];
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  /** The currency of its amounts. */
  readonly currency: string;
  readonly publishTo: readonly string[];
  readonly receiveInto: string | null;
  /** Batches done, and in all. */
  readonly batchesDone: number;
  readonly batches: number;
}

/** How an import ended. */
export function finalStatus({ succeeded, failed }: Pick<ImportJob, 'succeeded' | 'failed'>): ImportStatus {
  if (failed === 0) return 'SUCCEEDED';
  return succeeded === 0 ? 'FAILED' : 'PARTIALLY_SUCCEEDED';
}

/** Cuts products into batches that can each be stored in one document and written in one transaction. */
export function batchesOf(products: readonly ImportedProduct[]): ImportedProduct[][] {
  const batches: ImportedProduct[][] = [];
  let room = { products: 0, rows: 0, bytes: 0 };
  for (const product of products) {
    const bytes = JSON.stringify(product).length * 3;
    if (room.products === 0 || room.rows < product.rows.length || room.bytes < bytes) {
      batches.push([]);
      room = {
        products: importLimits.productsInBatch,
        rows: Math.max(importLimits.rowsInBatch, product.rows.length),
        bytes: Math.max(importLimits.batchBytes, bytes),
      };
    }
    batches.at(-1)?.push(product);
    room = { products: room.products - 1, rows: room.rows - product.rows.length, bytes: room.bytes - bytes };
  }
  return batches;
}
