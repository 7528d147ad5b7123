import { beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from '#kit/testing/eventually.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { importWorld } from '../testing/import-world.ts';

const { graph, received, warehouse, pieces, count, importFile, importJob } = importWorld(testDatabase());

beforeEach(() => {
  received.clear();
  warehouse.isSilent = false;
});

describe('when the warehouse does not answer', () => {
  test('the import goes on later, and the goods are received once', async () => {
    warehouse.isSilent = true;
    const { job: begun } = await importFile('handle,title,sku,price,quantity\nlate,迟到,LATE,1,7', {
      receiveInto: 'SH-01',
    });
    expect(begun).toMatchObject({ status: 'RUNNING', succeeded: 1 });
    warehouse.isSilent = false;
    await graph.subgraph().runJob('run-imports');
    await graph.subgraph().runJob('run-imports');
    expect(await importJob(begun?.id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 1, failed: 0 });
    expect(pieces()).toBe(7);
  });
});

describe('ten thousand rows', () => {
  test('are a job of the background whose progress can be watched, done in a few seconds', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => {
      const product = Math.floor(index / 4);
      return `bulk-${product},批量商品 ${product},规格,${index % 4},,${index % 977}.00,1`;
    });
    rows[5_000] = 'bulk-1250,批量商品 1250,规格,0,,free,1';
    const before = await count('products');
    const content = ['handle,title,option1_name,option1_value,sku,price,quantity', ...rows].join('\n');
    const { job: begun } = await importFile(content, { publishTo: ['web'], receiveInto: 'SH-01' });
    expect(begun).toMatchObject({ status: 'RUNNING', total: 10_000, failed: 4 });

    const progress: number[] = [];
    const running = graph.subgraph().runJob('run-imports');
    const last = await eventually(
      async () => {
        const seen = await importJob(begun?.id);
        progress.push(seen.succeeded);
        expect(seen.status).not.toBe('RUNNING');
        return seen;
      },
      { withinMs: 50_000, everyMs: 50 },
    );
    await running;
    expect(last).toMatchObject({
      status: 'PARTIALLY_SUCCEEDED',
      total: 10_000,
      succeeded: 9_996,
      failed: 4,
      productCount: 2_499,
    });
    expect(last.errors.map(({ row, code }) => [row, code])).toEqual([
      [5_002, 'INVALID_NUMBER'],
      [5_003, 'PRODUCT_REFUSED'],
      [5_004, 'PRODUCT_REFUSED'],
      [5_005, 'PRODUCT_REFUSED'],
    ]);
    expect(progress.some((succeeded) => succeeded > 0 && succeeded < 9_996)).toBe(true);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await count('products')).toBe(before + 2_499);
    expect(pieces()).toBe(9_996);
    expect([await count('importBatches'), await count('importReceipts')]).toEqual([0, 0]);
  }, 60_000);
});
