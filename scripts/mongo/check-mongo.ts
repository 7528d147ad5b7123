import mongoose from 'mongoose';
import { MongodError } from './start-mongod.ts';

/**
 * Refuses a MongoDB that cannot be reached within 8 s or has no transactions (neither a replica set nor sharded).
 * The message is one line and never contains the address's user name or password.
 */
export async function checkMongo(uri: string): Promise<void> {
  const name = withoutCredentials(uri);
  let client: mongoose.mongo.MongoClient;
  try {
    client = new mongoose.mongo.MongoClient(uri, {
      serverSelectionTimeoutMS: 5_000,
      connectTimeoutMS: 2_000,
      timeoutMS: 8_000,
    });
  } catch (error) {
    throw new MongodError(`MONGODB_URI: not a MongoDB address (${reason(error)})`);
  }
  try {
    const hello = await client.db('admin').command({ hello: 1 });
    if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') {
      throw new MongodError(`MONGODB_URI: ${name} is not a replica set; transactions and change streams need one`);
    }
  } catch (error) {
    if (error instanceof MongodError) throw error;
    throw new MongodError(`MONGODB_URI: ${name} can't be used (${reason(error)})`);
  } finally {
    await client.close();
  }
}

function withoutCredentials(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//…@').replace(/\?.*$/, '');
}

function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return withoutCredentials(text.split('\n')[0] ?? '');
}
