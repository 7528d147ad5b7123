import type { Connection } from 'mongoose';
import { defineModel, trusted } from '#kit/mongo/connect.ts';
import type { Session } from '../../product/store/session.ts';
import {
  finalStatus,
  importLimits,
  type ImportedProduct,
  type ImportJob,
  type RowError,
} from '../domain/import-job.ts';
import {
  batchDefinition,
  jobDefinition,
  receiptDefinition,
  type ImportBatchRow,
  type ImportJobRow,
  type ImportReceiptRow,
} from './import-rows.ts';

/** What one batch came to. */
export interface BatchResult {
  readonly succeeded: number;
  readonly failed: number;
  readonly productCount: number;
  readonly errors: readonly RowError[];
  readonly receipts: readonly ImportReceiptRow[];
}

/** Another process has taken the job over: what was being written must not be. */
export class ImportTakenOver extends Error {}

/** Where imports are kept while they run, so that a crash loses nothing; the reports stay. */
export interface ImportStore {
  byId(id: string): Promise<ImportJob | null>;
  /** Stores a job with its batches; nobody works on it yet unless a holder is named, who then has claimed it. */
  add(
    job: ImportJob,
    batches: readonly (readonly ImportedProduct[])[],
    claim?: { readonly holder: string; readonly leaseUntil: Date },
  ): Promise<void>;
  /** Ids of running jobs that nobody works on, the oldest first. */
  waiting(now: Date): Promise<string[]>;
  /** Makes `holder` the one who works on the job until `until`; null when somebody else is, or it has ended. */
  claim(id: string, holder: string, now: Date, until: Date): Promise<ImportJob | null>;
  /** The products of one batch, from 0. Throws `ImportTakenOver` when the job has ended. */
  batch(id: string, number: number): Promise<ImportedProduct[]>;
  /** Counts a batch as done, in the transaction that does it. Throws `ImportTakenOver` unless `holder` still has the job and this is its next batch. */
  recordBatch(
    id: string,
    holder: string,
    number: number,
    until: Date,
    result: BatchResult,
    session: Session,
  ): Promise<void>;
  receipts(jobId: string): Promise<ImportReceiptRow[]>;
  /** Forgets a receipt that was answered, and keeps what was wrong with it. */
  settleReceipt(receipt: ImportReceiptRow, errors: readonly RowError[]): Promise<void>;
  /** Ends a job whose batches are all done. */
  finish(id: string, holder: string, now: Date): Promise<void>;
  /** Lets anybody go on with the job. */
  release(id: string, holder: string): Promise<void>;
}

/** The collections `importJobs`, `importBatches` and `importReceipts`. */
export function createImportStore(connection: Connection): ImportStore {
  const jobs = defineModel<ImportJobRow>(connection, 'ImportJob', jobDefinition, {
    collection: 'importJobs',
    indexes: [{ key: { status: 1, leaseUntil: 1, _id: 1 } }],
  });
  const batches = defineModel<ImportBatchRow>(connection, 'ImportBatch', batchDefinition, {
    collection: 'importBatches',
    indexes: [{ key: { jobId: 1 } }],
  });
  const receipts = defineModel<ImportReceiptRow>(connection, 'ImportReceipt', receiptDefinition, {
    collection: 'importReceipts',
    indexes: [{ key: { jobId: 1 } }],
  });
  const nobody = { holder: null, leaseUntil: new Date(0) };
  /** The first errors of a job are kept. */
  const errorsToAdd = (errors: readonly RowError[]) => ({ $each: [...errors], $slice: importLimits.errors });

  return {
    async byId(id) {
      const row = await jobs.findById(id).lean<ImportJobRow>().exec();
      return row === null ? null : jobOf(row);
    },
    async add({ id, ...job }, contents, claim?: { readonly holder: string; readonly leaseUntil: Date }) {
      // The job comes last: without it, batches that a crash left behind are never read.
      for (const [number, products] of contents.entries()) {
        await batches.insertMany([{ _id: `${id}:${number}`, jobId: id, content: JSON.stringify(products) }]);
      }
      await jobs.insertMany([{ _id: id, ...job, ...(claim ?? nobody) }]);
    },
    async waiting(now) {
      const filter = { status: 'RUNNING' as const, leaseUntil: trusted({ $lte: now }) };
      const rows = await jobs
        .find(filter, { _id: 1 })
        .sort({ leaseUntil: 1, _id: 1 })
        .limit(100)
        .lean<{ _id: string }[]>()
        .exec();
      return rows.map(({ _id }) => _id);
    },
    async claim(id, holder, now, until) {
      const free = { _id: id, status: 'RUNNING' as const, leaseUntil: trusted({ $lte: now }) };
      const taken = { $set: { holder, leaseUntil: until } };
      const row = await jobs.findOneAndUpdate(free, taken, { returnDocument: 'after' }).lean<ImportJobRow>().exec();
      return row === null ? null : jobOf(row);
    },
    async batch(id, number) {
      const row = await batches.findById(`${id}:${number}`).lean<ImportBatchRow>().exec();
      // Batches go when a job ends, and the one who works on it ends it: it must have been another one.
      if (row === null) throw new ImportTakenOver(`import ${id} was finished by somebody else`);
      return JSON.parse(row.content) as ImportedProduct[];
    },
    async recordBatch(id, holder, number, until, result, session) {
      const { succeeded, failed, productCount, errors } = result;
      const recorded = await jobs
        .updateOne(
          { _id: id, holder, batchesDone: number },
          {
            $set: { leaseUntil: until },
            $inc: { succeeded, failed, productCount, batchesDone: 1 },
            $push: { rowErrors: errorsToAdd(errors) },
          },
          { session },
        )
        .exec();
      if (recorded.matchedCount === 0) throw new ImportTakenOver(`import ${id} is worked on by somebody else`);
      if (result.receipts.length > 0) await receipts.insertMany([...result.receipts], { session });
    },
    receipts: (jobId) => receipts.find({ jobId }).sort({ _id: 1 }).lean<ImportReceiptRow[]>().exec(),
    async settleReceipt({ _id, jobId }, errors) {
      if (errors.length > 0) {
        await jobs.updateOne({ _id: jobId }, { $push: { rowErrors: errorsToAdd(errors) } }).exec();
      }
      await receipts.deleteOne({ _id }).exec();
    },
    async finish(id, holder, now) {
      const row = await jobs.findById(id).lean<ImportJobRow>().exec();
      if (row === null) return;
      const ended = { status: finalStatus(row), finishedAt: now, ...nobody };
      await jobs.updateOne({ _id: id, holder, status: 'RUNNING' }, { $set: ended }).exec();
      await batches.deleteMany({ jobId: id }).exec();
    },
    async release(id, holder) {
      await jobs.updateOne({ _id: id, holder }, { $set: nobody }).exec();
    },
  };
}

function jobOf({ _id, rowErrors, holder: _holder, leaseUntil: _leaseUntil, ...rest }: ImportJobRow): ImportJob {
  return { id: _id, ...rest, rowErrors: rowErrors.toSorted((a, b) => a.row - b.row) };
}
