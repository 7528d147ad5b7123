import { newId } from '#kit/ids/ids.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import type { Outcome } from '#kit/user-error/user-error.ts';
import type { Product } from '../../product/domain/product.ts';
import { importLimits, type ImportedProduct, type ImportJob } from '../domain/import-job.ts';
import { stockNotReceived } from '../domain/row-errors.ts';
import { errorsOfProduct } from '../reading/refusal-errors.ts';
import type { BatchResult } from '../store/import-store.ts';
import type { ImportReceiptRow } from '../store/import-rows.ts';
import type { ImportDesk } from './import-desk.ts';

/** How long a batch may take before another process may go on with the job, milliseconds. */
const leaseMs = 30_000;

/**
 * Goes on with a job from its first batch that is not done, unless somebody else does. Each batch is written in one transaction together
 * with the progress and the goods to receive, so that wherever a crash falls nothing is lost and nothing done twice.
 * Throws what stopped it; the job can then be gone on with at once.
 */
export async function runImport(desk: ImportDesk, jobId: string, signal?: AbortSignal): Promise<void> {
  const claim = claimIn(desk);
  const job = await desk.imports.claim(jobId, claim.holder, desk.clock.now(), claim.until());
  if (job !== null) await workOn(desk, job, claim, signal);
}

/** Stores a new job as ours already, so that no other process comes in between, and works on it. Throws as `runImport` does. */
export async function runNewImport(
  desk: ImportDesk,
  job: ImportJob,
  batches: readonly (readonly ImportedProduct[])[],
): Promise<void> {
  const claim = claimIn(desk);
  await desk.imports.add(job, batches, { holder: claim.holder, leaseUntil: claim.until() });
  await workOn(desk, job, claim);
}

/** By whom a job is worked on, and until when if nothing more is heard. */
interface Claim {
  readonly holder: string;
  until(): Date;
}

function claimIn({ clock }: ImportDesk): Claim {
  return { holder: newId('request'), until: () => new Date(clock.now().getTime() + leaseMs) };
}

async function workOn(desk: ImportDesk, job: ImportJob, { holder, until }: Claim, signal?: AbortSignal): Promise<void> {
  const { imports, clock } = desk;
  const jobId = job.id;
  try {
    for (let number = job.batchesDone; number < job.batches; number += 1) {
      signal?.throwIfAborted();
      const batch = await imports.batch(jobId, number);
      await desk.saveProducts(
        batch.map(({ draft, publish }) => ({
          draft,
          mode: 'UPSERT' as const,
          publishTo: publish ? job.publishTo : [],
          currency: job.currency,
          at: null,
        })),
        {
          dryRun: job.dryRun,
          alongside: (session, outcomes) =>
            imports.recordBatch(jobId, holder, number, until(), resultOf(job, number, batch, outcomes), session),
        },
      );
      await receiveGoods(desk, jobId);
    }
    await receiveGoods(desk, jobId);
    await imports.finish(jobId, holder, clock.now());
  } finally {
    await imports.release(jobId, holder);
  }
}

function resultOf(
  job: ImportJob,
  number: number,
  batch: readonly ImportedProduct[],
  outcomes: readonly Outcome<Product>[],
): BatchResult {
  const pairs = batch.map((imported, index) => ({ imported, outcome: outcomes[index] }));
  const taken = pairs.flatMap(({ imported, outcome }) => (outcome?.ok ? [{ imported, product: outcome.value }] : []));
  const errors = pairs.flatMap(({ imported, outcome }) =>
    outcome === undefined || outcome.ok ? [] : errorsOfProduct(imported, outcome.refusals),
  );
  const rows = (list: readonly { readonly imported: ImportedProduct }[]) =>
    list.reduce((count, { imported }) => count + imported.rows.length, 0);
  return {
    succeeded: rows(taken),
    failed: rows(pairs) - rows(taken),
    productCount: taken.length,
    errors,
    receipts: job.dryRun || job.receiveInto === null ? [] : receiptsOf(job.id, number, job.receiveInto, taken),
  };
}

function receiptsOf(
  jobId: string,
  number: number,
  warehouseCode: string,
  taken: readonly { readonly imported: ImportedProduct; readonly product: Product }[],
): ImportReceiptRow[] {
  const lines = taken.flatMap(({ imported: { quantities, draft, skuRows }, product }) =>
    Object.entries(quantities).flatMap(([code, quantity]) => {
      const sku = product.skus.find((candidate) => candidate.code === code);
      const row = skuRows[draft.skus.findIndex((candidate) => candidate.code === code)] ?? 1;
      return sku === undefined ? [] : [{ skuId: sku.id, quantity, row }];
    }),
  );
  const receipts: ImportReceiptRow[] = [];
  for (let at = 0; at < lines.length; at += importLimits.linesInReceipt) {
    const _id = `${jobId}:${number}:${at}`;
    receipts.push({ _id, jobId, warehouseCode, lines: lines.slice(at, at + importLimits.linesInReceipt) });
  }
  return receipts;
}

/** Hands over goods that were written down but not confirmed. The receipt's id makes the warehouse take them once. */
async function receiveGoods({ imports, logistics }: ImportDesk, jobId: string): Promise<void> {
  for (const receipt of await imports.receipts(jobId)) {
    const outcome = await logistics.receiveStock(
      {
        warehouseCode: receipt.warehouseCode,
        lines: receipt.lines.map(({ skuId, quantity }) => ({ skuId, quantity })),
        note: `import ${jobId}`,
        idempotencyKey: receipt._id,
      },
      { viewer: systemViewer('product'), requestId: jobId, repeatable: true },
    );
    await imports.settleReceipt(receipt, outcome.ok ? [] : receipt.lines.map(({ row }) => stockNotReceived(row)));
  }
}
