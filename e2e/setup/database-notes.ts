import mongoose from 'mongoose';
import { subgraphNames } from '#kit/events/events.ts';
import { worldFacts } from './world-facts.ts';

/** What the database did for one command. */
interface NotedOperation {
  readonly database: string;
  readonly collection: string;
  /** As the profiler names it: `query`, `update`, `getmore` … */
  readonly operation: string;
  /** Documents that it looked at, whether it gave them out or not. */
  readonly documents: number;
}

export interface Notes {
  /** Forgets what was done so far. */
  restart(): Promise<void>;
  /** What was done since, in any order. */
  operations(): Promise<NotedOperation[]>;
  stop(): Promise<void>;
}

const mostBytes = 64 * 1024 * 1024;

/** Lets the database note what it does for each command to the subgraphs' databases, by its own profiler, until it is stopped. */
export async function notedByDatabase(databasePrefix: string): Promise<Notes> {
  const connection = await mongoose.createConnection(worldFacts().mongoUri).asPromise();
  const databases = subgraphNames.map((name) => {
    const { db } = connection.useDb(`${databasePrefix}_${name}`);
    if (db === undefined) throw new Error('the connection has no database');
    return { name, db, seen: 0 };
  });
  for (const { db } of databases) {
    await db.createCollection('system.profile', { capped: true, size: mostBytes });
    await db.command({ profile: 2 });
  }
  return {
    async restart() {
      for (const database of databases) database.seen = await database.db.collection('system.profile').countDocuments();
    },

    async operations() {
      const noted = databases.map(async ({ name, db, seen }) => {
        const rows = await db.collection('system.profile').find().sort({ $natural: 1 }).skip(seen).toArray();
        return rows
          .map(({ ns, op, docsExamined }) => ({
            database: name,
            collection: String(ns).slice(db.databaseName.length + 1),
            operation: String(op),
            documents: Number(docsExamined ?? 0),
          }))
          .filter(({ collection }) => collection !== 'system.profile');
      });
      return (await Promise.all(noted)).flat();
    },

    async stop() {
      for (const { db } of databases) await db.command({ profile: 0 });
      await connection.close();
    },
  };
}
