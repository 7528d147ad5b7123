import type { Connection, mongo } from 'mongoose';

/** An index as the driver describes it: `{ key: { memberId: 1, _id: -1 }, unique: true }`. The name follows from the key. */
export type IndexSpec = mongo.IndexDescription;

const declared = new WeakMap<Connection, Map<string, readonly IndexSpec[]>>();

/** Some indexes could not be built: data or an older index stands against them. Names every one of them. */
export class IndexConflictError extends Error {
  constructor(database: string, conflicts: readonly string[]) {
    super(`Indexes of database "${database}" can't be built: ${conflicts.join('; ')}`);
    this.name = 'IndexConflictError';
  }
}

/** Remembers what `ensureIndexes` has to build for a collection. Declaring a collection again replaces its list. */
export function declareIndexes(connection: Connection, collection: string, indexes: readonly IndexSpec[]): void {
  const collections = declared.get(connection) ?? new Map<string, readonly IndexSpec[]>();
  collections.set(collection, indexes);
  declared.set(connection, collections);
}

const namespaceExists = 48;

/**
 * Creates every declared collection and index that is missing. Never drops one.
 * @throws IndexConflictError naming each index that stands against its data or an older index of the same name or key.
 */
export async function ensureIndexes(connection: Connection): Promise<void> {
  const database = connection.getClient().db(connection.name);
  const conflicts: string[] = [];
  for (const [collection, indexes] of declared.get(connection) ?? []) {
    await database.createCollection(collection).catch((error: unknown) => {
      if (codeOf(error) !== namespaceExists) throw error;
    });
    for (const index of indexes) {
      try {
        await database.collection(collection).createIndexes([index]);
      } catch (error) {
        if (!isConflict(error)) throw error;
        conflicts.push(`${collection} ${index.name ?? JSON.stringify(index.key)}: ${(error as Error).message}`);
      }
    }
  }
  if (conflicts.length > 0) throw new IndexConflictError(connection.name, conflicts);
}

/** 85 and 86: another index has that name or key with other options. 11000: rows break a unique index. */
function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === 85 || code === 86 || code === 11_000;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
