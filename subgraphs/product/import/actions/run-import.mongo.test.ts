import { beforeAll, describe, expect, test } from '@jest/globals';
import { testClock } from '#kit/clock/clock.ts';
import { newId } from '#kit/ids/ids.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createCatalogue } from '../../app.ts';
import { saveProducts, type SaveProducts } from '../../product/actions/save-products.ts';
import { batchesOf, type ImportJob } from '../domain/import-job.ts';
import { readFile } from '../reading/read-file.ts';
import { createImportStore } from '../store/import-store.ts';
import type { ImportDesk } from './import-desk.ts';
import { runImport } from './run-import.ts';

const { connection } = testDatabase();
const clock = testClock('2026-06-01T00:00:00Z');
const catalogue = createCatalogue(connection, clock);
const imports = createImportStore(connection);
const receivedPieces = new Map<string, number>();

/** Called after a batch was committed; throws to cut the run off there. */
let afterBatch: (batch: number) => Promise<void> = async () => {};
/** Called when a batch was read and is about to be written. */
let beforeBatch: (batch: number) => Promise<void> = async () => {};
let batches = 0;
const cutSave: SaveProducts = async (requests, options) => {
  await beforeBatch(batches + 1);
  const outcomes = await saveProducts(catalogue, requests, options);
  await afterBatch((batches += 1));
  return outcomes;
};
const desk = {
  imports,
  saveProducts: cutSave,
  clock,
  logistics: {
    receiveStock: async ({ idempotencyKey, lines }: { idempotencyKey: string; lines: { quantity: number }[] }) => {
      receivedPieces.set(
        idempotencyKey,
        lines.reduce((sum, { quantity }) => sum + quantity, 0),
      );
      return { ok: true, value: { received: lines.length } };
    },
  },
} as unknown as ImportDesk;

beforeAll(async () => {
  await connection.asPromise();
  await ensureIndexes(connection);
});

/** A stored job of 500 products with one piece each, in three batches. */
async function storedJob(prefix: string): Promise<string> {
  const rows = Array.from({ length: 500 }, (_, index) => `${prefix}-${index},商品,1.00,1`);
  const file = await readFile('CSV', ['handle,title,price,quantity', ...rows].join('\n'), 'CNY');
  const contents = batchesOf(file.products);
  const job: ImportJob = {
    id: newId('importJob'),
    status: 'RUNNING',
    dryRun: false,
    total: 500,
    succeeded: 0,
    failed: 0,
    productCount: 0,
    rowErrors: [],
    createdAt: clock.now(),
    finishedAt: null,
    currency: 'CNY',
    publishTo: ['web'],
    receiveInto: 'SH-01',
    batchesDone: 0,
    batches: contents.length,
  };
  await imports.add(job, contents);
  receivedPieces.clear();
  batches = 0;
  return job.id;
}
const pieces = () => [...receivedPieces.values()].reduce((sum, quantity) => sum + quantity, 0);
const productsOf = (prefix: string) =>
  connection.collection('products').countDocuments({ slug: new RegExp(`^${prefix}-`) });
const finished = { status: 'SUCCEEDED', succeeded: 500, failed: 0, productCount: 500, batchesDone: 3 };

describe('an import', () => {
  test('that is cut off after any batch goes on behind it, and brings every product and piece once', async () => {
    for (const cutAt of [1, 2, 3]) {
      const prefix = `cut${cutAt}`;
      const id = await storedJob(prefix);
      afterBatch = async (batch) => {
        if (batch === cutAt) throw new Error('the process was killed');
      };
      await expect(runImport(desk, id)).rejects.toThrow('the process was killed');
      expect(await imports.byId(id)).toMatchObject({ status: 'RUNNING', batchesDone: cutAt });
      await runImport(desk, id);
      expect(await imports.byId(id)).toMatchObject(finished);
      expect([await productsOf(prefix), pieces()]).toEqual([500, 500]);
    }
  });

  test('that many processes go for is done by one', async () => {
    const id = await storedJob('many');
    afterBatch = async () => {};
    await Promise.all(Array.from({ length: 5 }, () => runImport(desk, id)));
    expect(await imports.byId(id)).toMatchObject(finished);
    expect([batches, pieces(), await productsOf('many')]).toEqual([3, 500, 500]);
  });

  test('that was taken over by another process is not written to by the first one any more', async () => {
    const id = await storedJob('frozen');
    afterBatch = async () => {};
    beforeBatch = async (batch) => {
      if (batch !== 2) return;
      beforeBatch = async () => {};
      // The first process is frozen for longer than its lease; another one does the whole rest meanwhile.
      clock.advance(31_000);
      await runImport(desk, id);
    };
    await expect(runImport(desk, id)).rejects.toThrow('worked on by somebody else');
    expect(await imports.byId(id)).toMatchObject(finished);
    expect([pieces(), await productsOf('frozen')]).toEqual([500, 500]);
  });

  test('that has ended is not begun again', async () => {
    const id = await storedJob('ended');
    afterBatch = async () => {};
    await runImport(desk, id);
    await runImport(desk, id);
    expect(batches).toBe(3);
    expect(await imports.waiting(clock.now())).toEqual([]);
  });
});
