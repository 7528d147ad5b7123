import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { Clock } from '#kit/clock/clock.ts';
import { withLease } from '#kit/lease/lease.ts';
import { ensureIndexes } from './indexes.ts';
import { defineCollection } from './model.ts';

/** A change of stored data that a new version of the code needs. */
export interface Migration {
  /** Never changed once it has run somewhere: `2026-11-22-split-order-lines`. */
  readonly id: string;
  /** May be cut off by a crash and run again: write it so that a second run ends in the same state. */
  up(connection: Connection): Promise<void>;
}

/** What migrating needs from the process. */
export interface MigrationSurroundings {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info'>;
  /** How long to wait for another replica that is migrating, milliseconds. Default 60 s. */
  readonly waitMs?: number;
}

interface MigrationRow {
  _id: string;
  at: Date;
}

/**
 * Runs the migrations that this database has not had, in order, each once, then builds the declared indexes
 * (after, because a migration may have to clear the way for a unique one). Replicas that start together wait for the first.
 * @returns the ids that ran now.
 * @throws LeaseTakenError when another replica is not done within `waitMs`; IndexConflictError.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  { clock, log, waitMs = 60_000 }: MigrationSurroundings,
): Promise<string[]> {
  const done = defineCollection<MigrationRow>(connection, 'migrations');
  return withLease(connection, 'migrations', { ttlMs: 10_000, waitMs }, async (_lease, lost) => {
    const ran: string[] = [];
    for (const migration of migrations) {
      lost.throwIfAborted();
      if ((await done().findOne({ _id: migration.id })) !== null) continue;
      await migration.up(connection);
      await done().insertOne({ _id: migration.id, at: clock.now() });
      log.info({ migration: migration.id, database: connection.name }, 'migrated');
      ran.push(migration.id);
    }
    await ensureIndexes(connection);
    return ran;
  });
}
