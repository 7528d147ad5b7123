import { connectMongo } from '#kit/mongo/connect.ts';
import { MongodError } from './start-mongod.ts';

/**
 * Refuses an address at which no MongoDB with transactions (a replica set or a sharded cluster) answers within seconds.
 * The message is one line that names the setting and never contains a password.
 */
export async function checkMongo(uri: string): Promise<void> {
  try {
    const connection = await connectMongo({ uri, database: 'admin', appName: 'start' });
    await connection.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
    throw new MongodError(`MONGODB_URI: ${reason}`, { cause: error });
  }
}
