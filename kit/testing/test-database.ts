import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import mongoose from 'mongoose';

/** A database of the test file's own. */
export interface TestDatabase {
  /** Usable at once: commands wait until it is connected. */
  readonly connection: mongoose.Connection;
  /** Of the replica set, without a database name; for code that connects by itself. */
  readonly uri: string;
  readonly name: string;
}

/**
 * Gives the calling test file an empty database on the run's MongoDB (a real one-node replica set) and drops it after
 * the file's last test. Call it once, at the top level of an `*.mongo.test.ts` file.
 */
export function testDatabase(): TestDatabase {
  const uri = process.env['TEST_MONGODB_URI'];
  if (uri === undefined) throw new Error('testDatabase() works only in files named *.mongo.test.ts or *.e2e.test.ts');
  const name = `test_${randomBytes(6).toString('hex')}`;
  // As connectMongo opens it, but at once: what a filter or a write does here, it does in production.
  const connection = mongoose.createConnection(uri, {
    dbName: name,
    autoIndex: false,
    autoCreate: false,
    sanitizeFilter: true,
    writeConcern: { w: 'majority', journal: true },
    serverSelectionTimeoutMS: 5_000,
  });

  beforeAll(async () => {
    await connection.asPromise();
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });

  return { connection, uri, name };
}
