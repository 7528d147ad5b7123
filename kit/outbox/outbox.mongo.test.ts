import { beforeAll, describe, expect, test } from '@jest/globals';
import { isId } from '#kit/ids/ids.ts';
import { ensureIndexes } from '#kit/mongo/connect.ts';
import { explainOf } from '#kit/mongo/explain.ts';
import { inTransaction, isDuplicateKey } from '#kit/mongo/transaction.ts';
import { createOutbox, eventOf, type NewEvent } from '#kit/outbox/outbox.ts';
import { testDatabase } from '#kit/testing/test-database.ts';

const db = testDatabase();
const outbox = createOutbox(db.connection, { source: 'logistics' });
const changed = (aggregateId: string, version: number): NewEvent => ({
  name: 'stock.availability-changed',
  aggregateId,
  version,
  at: new Date('2026-11-22T08:00:00Z'),
  payload: { skuId: aggregateId, inStock: true },
});

beforeAll(() => ensureIndexes(db.connection));

describe('the outbox', () => {
  test('keeps an event for everybody who listens, in one write', async () => {
    await inTransaction(db.connection, (session) => outbox.append(session, [changed('s1', 1), changed('s1', 2)]));
    const rows = await outbox.rows().find({ aggregateId: 's1' }).sort({ version: 1 }).toArray();
    expect(rows.map((row) => [row.version, row.pendingFor, row.deliveredAt])).toEqual([
      [1, ['product'], undefined],
      [2, ['product'], undefined],
    ]);
    const [first] = rows.map(eventOf);
    expect(first).toEqual({
      id: first?.id,
      name: 'stock.availability-changed',
      aggregateId: 's1',
      version: 1,
      at: '2026-11-22T08:00:00.000Z',
      payload: { skuId: 's1', inStock: true },
    });
    expect(isId('event', first?.id)).toBe(true);
  });

  test('tells nothing of a transaction that did not commit', async () => {
    const attempt = inTransaction(db.connection, async (session) => {
      await outbox.append(session, [changed('undone', 1)]);
      throw new Error('undo');
    });
    await expect(attempt).rejects.toThrow('undo');
    expect(await outbox.rows().countDocuments({ aggregateId: 'undone' })).toBe(0);
  });

  test('refuses the same version of the same event twice', async () => {
    const append = () => inTransaction(db.connection, (session) => outbox.append(session, [changed('once', 1)]));
    await append();
    const refusal = await append().catch((error: unknown) => error);
    expect(isDuplicateKey(refusal, 'aggregateId_1_version_1_name_1')).toBe(true);
  });

  test('counts an event that nobody listens to as delivered', async () => {
    const placed: NewEvent = {
      name: 'product.published',
      aggregateId: 'p1',
      version: 1,
      at: new Date(),
      payload: { productId: 'p1', channels: [], skuIds: [] },
    };
    await inTransaction(db.connection, (session) => outbox.append(session, [placed]));
    const row = await outbox.rows().findOne({ aggregateId: 'p1' });
    expect([row?.pendingFor, row?.deliveredAt instanceof Date]).toEqual([[], true]);
  });

  test('accepts an empty list', async () => {
    await expect(inTransaction(db.connection, (session) => outbox.append(session, []))).resolves.toBeUndefined();
  });

  test('is read by an index, in order, without a sort', async () => {
    const read = outbox
      .rows()
      .find({ pendingFor: 'product', aggregateId: { $nin: ['a'] } })
      .sort({ _id: 1 })
      .limit(200);
    expect(await explainOf(read)).toMatchObject({
      indexUsed: 'pendingFor_1__id_1',
      inMemorySort: false,
      collectionScan: false,
    });
  });
});
