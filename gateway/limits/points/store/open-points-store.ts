import { connectMongo, ensureIndexes } from '#kit/mongo/connect.ts';
import { createPointsStore, type PointsStore } from './points-store.ts';

/** The buckets in a database of the gateways' own. Throws MongoUnusableError when it can't be reached at the start. */
export async function openPointsStore(
  mongo: Readonly<{ uri: string; database: string }>,
): Promise<PointsStore & { close(): Promise<void> }> {
  const connection = await connectMongo({ ...mongo, appName: 'fullchain-gateway', maxPoolSize: 5 });
  const store = createPointsStore(connection);
  await ensureIndexes(connection);
  return { ...store, close: () => connection.close() };
}
