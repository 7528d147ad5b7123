import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Connection } from 'mongoose';
import { defineCollection } from '#kit/mongo/model.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { startHeartbeat } from './heartbeat.ts';
import { pause } from './pause.ts';

interface LeaseRow {
  _id: string;
  /** Grows with every new holder and never shrinks. */
  fence: number;
  holder?: string;
  until: Date;
}

/** The right to do something alone, until it runs out. */
export interface Lease {
  readonly name: string;
  /** Larger than the fence of every earlier holder of this name: put it into what you write to refuse a late predecessor. */
  readonly fence: number;
  /** Makes it last another `ttlMs`. `false`: it ran out and somebody else has it. */
  renew(): Promise<boolean>;
  /** Gives it back at once, so that the next one need not wait. Harmless when it is no longer ours. */
  release(): Promise<void>;
}

/** Who asks, and for how long. */
export interface LeaseTerms {
  /** For people who read the collection; two acquisitions are never the same holder, whatever they are called. */
  readonly holder?: string;
  /** Milliseconds until a holder that says nothing has lost it. */
  readonly ttlMs: number;
}

/** Somebody else holds the lease and did not give it back in time. */
export class LeaseTakenError extends Error {
  constructor(name: string) {
    super(`The lease "${name}" is held by another process.`);
    this.name = 'LeaseTakenError';
  }
}

/** How this process signs what it holds. */
export const thisProcess = `${hostname()}/${process.pid}`;

const leasesOf = (connection: Connection) => defineCollection<LeaseRow>(connection, 'leases');

/**
 * Takes the lease `name` if it is free or ran out; `null` if somebody holds it.
 * All times are the database's own: a process whose clock is wrong neither steals a lease nor keeps one.
 */
export async function acquire(connection: Connection, name: string, terms: LeaseTerms): Promise<Lease | null> {
  const leases = leasesOf(connection);
  const token = `${terms.holder ?? thisProcess} ${randomUUID()}`;
  const free = { $lte: [{ $ifNull: ['$until', new Date(0)] }, '$$NOW'] };
  const row = await leases()
    .findOneAndUpdate(
      { _id: name },
      [
        {
          $set: {
            fence: { $cond: [free, { $add: [{ $ifNull: ['$fence', 0] }, 1] }, '$fence'] },
            holder: { $cond: [free, { $literal: token }, '$holder'] },
            until: { $cond: [free, { $add: ['$$NOW', terms.ttlMs] }, '$until'] },
          },
        },
      ],
      { upsert: true, returnDocument: 'after' },
    )
    .catch((error: unknown) => {
      // Two first-ever acquisitions raced to insert the row: the other one has it.
      if (isDuplicateKey(error)) return null;
      throw error;
    });
  if (row?.holder !== token) return null;

  const mine = { _id: name, holder: token };
  return {
    name,
    fence: row.fence,
    async renew() {
      const renewed = await leases().updateOne(mine, [{ $set: { until: { $add: ['$$NOW', terms.ttlMs] } } }]);
      return renewed.matchedCount === 1;
    },
    async release() {
      await leases().updateOne(mine, { $set: { until: new Date(0) }, $unset: { holder: 1 } });
    },
  };
}

/**
 * Does `work` under the lease `name`, renewing it all the while, and gives the lease back whatever happens.
 * Waits up to `waitMs` (default 0) for another holder, then throws {@link LeaseTakenError}.
 * `signal` is aborted when the lease is lost: the work must then stop writing.
 */
export async function withLease<T>(
  connection: Connection,
  name: string,
  terms: LeaseTerms & { readonly waitMs?: number },
  work: (lease: Lease, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + (terms.waitMs ?? 0);
  let lease = await acquire(connection, name, terms);
  while (lease === null) {
    if (performance.now() >= deadline) throw new LeaseTakenError(name);
    await pause(Math.min(100, terms.ttlMs / 3));
    lease = await acquire(connection, name, terms);
  }
  const held = lease;
  const lost = new AbortController();
  const heartbeat = startHeartbeat({
    ttlMs: terms.ttlMs,
    renew: () => held.renew(),
    onLost: (cause) => lost.abort(new Error(`The lease "${name}" was lost.`, { cause })),
  });
  try {
    return await work(held, lost.signal);
  } finally {
    await heartbeat.stop();
    await held.release();
  }
}
