import { busy } from '#kit/graphql/errors.ts';
import { newId } from '#kit/ids/ids.ts';
import { NeighbourError, type Call } from '#kit/transport/transport.ts';
import { accepted, notFound, refused, type Outcome, type Refusal } from '#kit/user-error/user-error.ts';
import { currencyOf, isChannel } from '../../channel/domain/channels.ts';
import { batchesOf, importLimits, type ImportFormat, type ImportJob, type ReadFile } from '../domain/import-job.ts';
import { fileTooLarge } from '../domain/refusals.ts';
import { UnreadableFile } from '../reading/csv-rows.ts';
import { readFile } from '../reading/read-file.ts';
import type { ImportDesk } from './import-desk.ts';
import { runNewImport } from './run-import.ts';

/** What `ImportProductsInput` asks for. */
export interface ImportProducts {
  readonly format: ImportFormat;
  readonly content: string;
  readonly publishTo: readonly string[];
  readonly receiveInto: string | null;
  readonly dryRun: boolean;
}

/**
 * Reads a file, stores what it holds, and imports it: at once when it is short, else by the job `run-imports`. A file that can't be read,
 * an unknown channel or warehouse leaves no trace.
 */
export async function importProducts(desk: ImportDesk, input: ImportProducts, call: Call): Promise<Outcome<ImportJob>> {
  if (Buffer.byteLength(input.content) > importLimits.bytes) return refused(fileTooLarge());
  const unknown = await unknownPlaces(desk, input, call);
  if (unknown.length > 0) return refused(...unknown);
  const currency = currencyOf(call.viewer.channel);
  const file = await readFile(input.format, input.content, currency).catch((error: unknown) => {
    if (error instanceof UnreadableFile) return error;
    throw error;
  });
  if (file instanceof UnreadableFile) return refused(file.refusal);
  const batches = batchesOf(file.products);
  const job = newJob(input, file, currency, batches.length, desk.clock.now());
  if (file.rows > importLimits.rowsInCall && batches.length > 0) await desk.imports.add(job, batches);
  else await finishInCall(desk, job, batches);
  return accepted((await desk.imports.byId(job.id)) ?? job);
}

/** A neighbour that doesn't answer leaves the rest to the job: the caller sees it running. */
async function finishInCall(desk: ImportDesk, job: ImportJob, batches: ReturnType<typeof batchesOf>): Promise<void> {
  try {
    await runNewImport(desk, job, batches);
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error;
  }
}

async function unknownPlaces({ logistics }: ImportDesk, input: ImportProducts, call: Call): Promise<Refusal[]> {
  const channels = input.publishTo.flatMap((channel, index) =>
    isChannel(channel) ? [] : [notFound(['publishTo', String(index)], 'channel')],
  );
  if (input.receiveInto === null) return channels;
  try {
    const { viewer, requestId, signal } = call;
    const asked = { warehouseCode: input.receiveInto };
    const { warehouse } = await logistics.warehouseByCode(asked, { viewer, requestId, signal, repeatable: true });
    return warehouse === null ? [...channels, notFound(['receiveInto'], 'warehouse')] : channels;
  } catch (error) {
    if (error instanceof NeighbourError) throw busy(1_000);
    throw error;
  }
}

function newJob(input: ImportProducts, file: ReadFile, currency: string, batches: number, now: Date): ImportJob {
  return {
    id: newId('importJob'),
    status: 'RUNNING',
    dryRun: input.dryRun,
    total: file.rows,
    succeeded: 0,
    failed: file.rows - file.products.reduce((rows, product) => rows + product.rows.length, 0),
    productCount: 0,
    rowErrors: file.errors.slice(0, importLimits.errors),
    createdAt: now,
    finishedAt: null,
    currency,
    publishTo: input.publishTo,
    receiveInto: input.receiveInto,
    batchesDone: 0,
    batches,
  };
}
