import { beforeAll, describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { fulfillmentModel, pageQuery } from './fulfillments.ts';

const db = testDatabase();
const model = fulfillmentModel(db.connection);

beforeAll(() => ensureIndexes(db.connection));

describe('the list of fulfillments', () => {
  test.each([
    ['a warehouse’s work', { warehouseId: 'w', statuses: ['ALLOCATED', 'PICKING', 'PACKED'] as const }],
    ['everything of a warehouse', { warehouseId: 'w' }],
    ['everything in a state', { statuses: ['SHIPPED'] as const }],
    ['everything', {}],
    ['an order', { orderId: 'ord_1' }],
    ['an order’s work in a warehouse', { orderId: 'ord_1', warehouseId: 'w', statuses: ['ALLOCATED'] as const }],
  ])('finds %s by an index, in its order', async (_, selection) => {
    for (const after of [null, ['ful_1']]) {
      const plan = await explainOf(pageQuery(model, selection, { first: 20, after }));
      expect(plan).toMatchObject({ inMemorySort: false, collectionScan: false });
      const wanted = 'orderId' in selection ? 'orderId_1__id_1' : undefined;
      expect(plan.indexUsed).toBe(
        wanted ?? ('warehouseId' in selection ? 'stage_1_warehouseId_1__id_1' : 'stage_1__id_1'),
      );
    }
  });

  test('counts a warehouse’s backlog from an index alone', async () => {
    const counting = model.aggregate([
      { $match: { stage: { $in: ['ALLOCATED', 'PACKED'] } } },
      { $group: { _id: '$warehouseId', count: { $sum: 1 } } },
    ]);
    const plan = await explainOf(counting);
    expect(plan.collectionScan).toBe(false);
    expect(plan.stages).not.toContain('FETCH');
  });
});
