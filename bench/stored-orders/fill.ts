import type { Connection, mongo } from 'mongoose';
import { pause } from '../../kit/lease/pause.ts';
import { copyOf, type Row } from './copies.ts';

/** What one order leaves behind in each database; of the outbox only what is about one order. */
const leftBehind: Readonly<Record<string, readonly string[]>> = {
  order: [
    ...['orders', 'orderChanges', 'payments', 'carts', 'idempotency', 'auditEntries', 'personal_data_keys'],
    ...['outbox', 'inbox'],
  ],
  product: ['inbox'],
  promotion: ['inbox'],
  member: ['inbox'],
  logistics: ['reservations', 'fulfillments', 'outbox', 'inbox'],
};
/** Rows that somebody is going to go on with: copies of them would be work for as long as anything is measured. */
const unfinished: Readonly<Record<string, mongo.Filter<Row>>> = {
  outbox: { pendingFor: { $ne: [] } },
  auditEntries: { pending: true },
};
/** All copies lie within a week: idempotency rows, and events that were taken, are removed after that. */
const apartMs = 100_000;
const unwaited = { ordered: false, writeConcern: { w: 1, j: false } } as const;

/** Real orders with all that they left behind, to be copied. */
export interface Sample {
  readonly orders: number;
  readonly rows: ReadonlyMap<mongo.Collection<Row>, readonly Row[]>;
}

/** Reads everything that the orders of a graph have left behind, once their events have come to rest and their audit entries are sealed. */
export async function readSample(connection: Connection, databasePrefix: string): Promise<Sample> {
  const collections = Object.entries(leftBehind).flatMap(([subgraph, names]) => {
    const database = connection.getClient().db(`${databasePrefix}_${subgraph}`);
    return names.map((name) => database.collection<Row>(name));
  });
  const workLeft = () =>
    Promise.all(
      collections.map((collection) => {
        const left = unfinished[collection.collectionName];
        return left === undefined ? 0 : collection.countDocuments(left);
      }),
    );
  while ((await workLeft()).some((count) => count > 0)) await pause(200);
  const rows = await Promise.all(
    collections.map(async (collection) => {
      const all = await collection.find().toArray();
      // Events of goods, and the seals of the audit log, are about no order.
      return [collection, all.filter(({ aggregateId = 'ord_' }) => String(aggregateId).startsWith('ord_'))] as const;
    }),
  );
  const orders = rows.find(([{ collectionName }]) => collectionName === 'orders')?.[1] ?? [];
  return { orders: orders.length, rows: new Map(rows) };
}

/** Stores copies of the sample, from one number of copies to another. Afterwards all of it is on the disk, so that nobody else's work is measured with that. */
export async function storeCopies(
  connection: Connection,
  { rows }: Sample,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  for (let index = from + 1; index <= to; index += 1) {
    const copy = { index, agoMs: index * apartMs };
    await Promise.all(
      rows.entries().map(async ([collection, originals]) => {
        const counted = Math.max(0, ...originals.map((row) => Number(row['sequence'] ?? 0)));
        const copies = originals.map((row) => copyOf(row, copy, counted));
        if (copies.length > 0) await collection.insertMany(copies, unwaited);
      }),
    );
  }
  await connection.getClient().db('admin').command({ fsync: 1 });
}
