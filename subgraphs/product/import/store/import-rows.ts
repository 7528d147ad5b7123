import type { SchemaDefinition } from 'mongoose';
import type { ImportJob } from '../domain/import-job.ts';

/** A job as it is stored, with who works on it. */
export interface ImportJobRow extends Omit<ImportJob, 'id'> {
  readonly _id: string;
  readonly holder: string | null;
  readonly leaseUntil: Date;
}

/** One batch of products that waits, under `<job>:<number from 0>`. */
export interface ImportBatchRow {
  readonly _id: string;
  readonly jobId: string;
  /** `ImportedProduct[]` as JSON, at most 4 MB. */
  readonly content: string;
}

/** Goods that a batch brought and a warehouse has yet to confirm. The id is the key under which they are received once. */
export interface ImportReceiptRow {
  readonly _id: string;
  readonly jobId: string;
  readonly warehouseCode: string;
  readonly lines: readonly { readonly skuId: string; readonly quantity: number; readonly row: number }[];
}

const text = { type: String, required: true } as const;
const count = { type: Number, required: true } as const;

export const jobDefinition: SchemaDefinition = {
  _id: text,
  status: text,
  dryRun: { type: Boolean, required: true },
  total: count,
  succeeded: count,
  failed: count,
  productCount: count,
  rowErrors: [{ row: count, code: text, message: { zh: text, en: text } }],
  createdAt: { type: Date, required: true },
  finishedAt: Date,
  currency: text,
  publishTo: [String],
  receiveInto: String,
  batchesDone: count,
  batches: count,
  holder: String,
  leaseUntil: { type: Date, required: true },
};

export const batchDefinition: SchemaDefinition = { _id: text, jobId: text, content: text };

export const receiptDefinition: SchemaDefinition = {
  _id: text,
  jobId: text,
  warehouseCode: text,
  lines: [{ skuId: text, quantity: count, row: count }],
};
