import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import { startHeartbeat } from '#kit/lease/heartbeat.ts';
import { pause } from '#kit/lease/pause.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { onceKeyOf } from './once-key.ts';

/** What must happen once. */
export interface OnceRequest {
  /** Who asks: a member, a guest's cart, a partner. Keys of different callers never meet. */
  readonly caller: string;
  /** What is asked: `placeOrder`. */
  readonly operation: string;
  /** The caller's own key, 1 to 200 characters. */
  readonly key: string;
  /** All that decides the effect; the same key with another input is a conflict. The order of its keys doesn't matter. */
  readonly input: unknown;
  /** Makes the id of what will be created. Called for a first try only: every later try of the key gets the same id. */
  subjectId(): string;
}

/** `replayed` says that the work had been done before and `result` is its answer then. `conflict`: the key was used with another input. */
export type OnceOutcome<T> =
  | { readonly conflict?: false; readonly replayed: boolean; readonly result: T }
  | { readonly conflict: true };

/** Runs work once for each key. */
export interface Idempotency {
  /**
   * Runs `work` once for the caller's key and answers every repetition with the first answer, for eight days.
   * `work` gets the subject's id and must be safe to start again with it: that happens when it threw, or when its process died. Its result must be
   * JSON; every caller gets it as JSON would give it back.
   * A repetition that comes while the first is still at work waits for it.
   * @throws BAD_USER_INPUT for a key that is empty or too long; BUSY when the first is not done in time; whatever `work` throws.
   */
  runOnce<T>(request: OnceRequest, work: (subjectId: string) => Promise<T>): Promise<OnceOutcome<T>>;
}

/** Times, milliseconds; the defaults fit requests that take seconds. */
export interface IdempotencyOptions {
  /** After how long a process that says nothing counts as dead and its work is taken over. Default 10 s. */
  readonly leaseMs?: number;
  /** How long a repetition waits for the first. Default 15 s. */
  readonly waitMs?: number;
}

interface OnceRow {
  _id: string;
  inputHash: string;
  state: 'running' | 'done';
  subjectId: string;
  holder?: string;
  leaseUntil?: Date;
  /** JSON text, so that a replay is the very same. */
  result?: string;
  /** Removed eight days later. */
  createdAt: Date;
}

const eightDays = 8 * 24 * 3600;

/** Opens the record of used keys in a subgraph's database. All its times are the database's own. */
export function createIdempotency(connection: Connection, options: IdempotencyOptions = {}): Idempotency {
  const { leaseMs = 10_000, waitMs = 15_000 } = options;
  const rows = defineCollection<OnceRow>(connection, 'idempotency', [
    { key: { createdAt: 1 }, expireAfterSeconds: eightDays },
  ]);

  /** Takes the row if it is new, released or abandoned, and gives it back as it then is; `null` when the insert must be tried again. */
  async function claim(_id: string, holder: string, inputHash: string, subjectId: string): Promise<OnceRow | null> {
    const ours = {
      $and: [
        { $eq: ['$state', 'running'] },
        { $eq: ['$inputHash', inputHash] },
        { $lte: [{ $ifNull: ['$leaseUntil', new Date(0)] }, '$$NOW'] },
      ],
    };
    const first = {
      inputHash: { $ifNull: ['$inputHash', inputHash] },
      state: { $ifNull: ['$state', 'running'] },
      subjectId: { $ifNull: ['$subjectId', { $literal: subjectId }] },
      createdAt: { $ifNull: ['$createdAt', '$$NOW'] },
    };
    const taken = {
      holder: { $cond: [ours, holder, '$holder'] },
      leaseUntil: { $cond: [ours, { $add: ['$$NOW', leaseMs] }, '$leaseUntil'] },
    };
    return rows()
      .findOneAndUpdate({ _id }, [{ $set: first }, { $set: taken }], { upsert: true, returnDocument: 'after' })
      .catch((error: unknown) => {
        if (isDuplicateKey(error)) return null;
        throw error;
      });
  }

  /** Runs the work under a renewed lease; `undefined` when another process has taken over and its answer counts. */
  async function runHeld<T>(
    mine: { _id: string; holder: string },
    work: () => Promise<T>,
  ): Promise<string | undefined> {
    const heartbeat = startHeartbeat({
      ttlMs: leaseMs,
      renew: async () => {
        const renewed = await rows().updateOne(mine, [{ $set: { leaseUntil: { $add: ['$$NOW', leaseMs] } } }]);
        return renewed.matchedCount === 1;
      },
      // The work can't be called back, and needn't be: it is done with the same subject by whoever has the row now.
      onLost: () => undefined,
    });
    try {
      await crashPoint('idempotency.claimed');
      const result = JSON.stringify((await work()) ?? null);
      await crashPoint('idempotency.work-done');
      await heartbeat.stop();
      const done = { $set: { state: 'done' as const, result }, $unset: { holder: 1, leaseUntil: 1 } } as const;
      const recorded = (await rows().updateOne(mine, done)).matchedCount === 1;
      await crashPoint('idempotency.recorded');
      return recorded ? result : undefined;
    } catch (error) {
      await heartbeat.stop();
      // If even this fails the lease runs out by itself; the caller needs the first error.
      await rows()
        .updateOne(mine, { $unset: { holder: 1, leaseUntil: 1 } })
        .catch(() => undefined);
      throw error;
    }
  }

  return {
    async runOnce<T>(request: OnceRequest, work: (subjectId: string) => Promise<T>): Promise<OnceOutcome<T>> {
      const { id: _id, inputHash } = onceKeyOf(request);
      const holder = randomUUID();
      const subjectId = request.subjectId();
      const deadline = performance.now() + waitMs;
      for (let waitNextMs = 50; ; waitNextMs = Math.min(250, waitNextMs * 1.5)) {
        const row = await claim(_id, holder, inputHash, subjectId);
        if (row !== null && row.inputHash !== inputHash) return { conflict: true };
        if (row?.state === 'done') return { replayed: true, result: JSON.parse(row.result ?? 'null') as T };
        if (row?.holder === holder) {
          const result = await runHeld({ _id, holder }, () => work(row.subjectId));
          if (result !== undefined) return { replayed: false, result: JSON.parse(result) as T };
        }
        if (performance.now() + waitNextMs > deadline) throw busy(1_000);
        await pause(waitNextMs);
      }
    },
  };
}
