import { connectMongo, ensureIndexes } from '#kit/mongo/connect.ts';
import { type BucketStore, createBucketStore } from '#kit/token-buckets/store/bucket-store.ts';

/** What callers spent, in a database of the gateways' own. Throws MongoUnusableError when it can't be reached at the start. */
export async function openPointsStore(
  mongo: Readonly<{ uri: string; database: string }>,
): Promise<BucketStore & { close(): Promise<void> }> {
  const connection = await connectMongo({ ...mongo, appName: 'fullchain-gateway', maxPoolSize: 5 });
  const store = createBucketStore(connection, 'points');
  await ensureIndexes(connection);
  return { ...store, close: () => connection.close() };
}
