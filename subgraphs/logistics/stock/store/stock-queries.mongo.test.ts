import { beforeAll, describe, expect, test } from '@jest/globals';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { availabilityQuery } from './stock-book.ts';
import { ledgerQuery } from './stock-ledger.ts';
import { stockModels } from './stock-models.ts';

const db = testDatabase();
const models = stockModels(db.connection);

beforeAll(() => ensureIndexes(db.connection));

describe('the stock books', () => {
  test('answer what is available from the index alone', async () => {
    const plan = await explainOf(availabilityQuery(models.levels, ['sku_1', 'sku_2']));
    expect(plan).toMatchObject({ indexUsed: 'skuId_1_warehouseId_1_available_1', collectionScan: false });
    expect(plan.stages).not.toContain('FETCH');
  });

  test('page through the ledger by an index, in its order', async () => {
    const place = { warehouseId: 'whs_1', skuId: 'sku_1' };
    for (const after of [null, ['mov_1']]) {
      expect(await explainOf(ledgerQuery(models.movements, place, { first: 20, after }))).toMatchObject({
        indexUsed: 'warehouseId_1_skuId_1__id_-1',
        inMemorySort: false,
        collectionScan: false,
      });
    }
  });
});
