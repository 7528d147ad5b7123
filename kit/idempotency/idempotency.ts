import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import type { ClientSession, Connection, mongo } from 'mongoose';
import { crashPoint } from '#kit/crash-points/crash-points.ts';
import { busy } from '#kit/graphql/errors.ts';
import { createGroupCommit } from '#kit/group-commit/group-commit.ts';
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

/** The row that a call's answer belongs into. */
export interface AnswerPlace {
  readonly _id: string;
  readonly holder: string;
}

/** For work that writes its answer in the transaction of its effect, which spares a commit of its own afterwards. */
export interface Answering {
  /** What to give `recordAnswers`, with exactly what the work will answer. */
  readonly place: AnswerPlace;
  /** To be called when that transaction is certainly committed, and the place was still ours in it. Who can't tell doesn't: then the answer is recorded afterwards, or found. */
  committed(): void;
}

/** Runs work once for each key. */
export interface Idempotency {
  /**
   * Runs `work` once for the caller's key and answers every repetition with the first answer, for eight days.
   * `work` gets the subject's id and must be safe to start again with it: that happens when it threw, or when its process died. `isFirst` says that nobody
   * has begun it before, so that there is nothing to look for. Its result must be
   * JSON; every caller gets it as JSON would give it back.
   * A repetition that comes while the first is still at work waits for it.
   * @throws BAD_USER_INPUT for a key that is empty or too long; BUSY when the first is not done in time; whatever `work` throws.
   */
  runOnce<T>(request: OnceRequest, work: OnceWork<T>): Promise<OnceOutcome<T>>;

  /** Writes answers in the caller's transaction, one write; false when a place isn't its call's any more, which harms nobody: whoever has it answers the same subject. */
  recordAnswers(
    session: ClientSession,
    answers: readonly { readonly place: AnswerPlace; readonly result: unknown }[],
  ): Promise<boolean>;
}

/** See `runOnce`. */
export type OnceWork<T> = (subjectId: string, isFirst: boolean, answering: Answering) => Promise<T>;

/** Times, milliseconds; the defaults fit requests that take seconds. */
export interface IdempotencyOptions {
  /** After how long a process that says nothing counts as dead and its work is taken over. Default 4 s: who asks again when it has died is answered while the gateway waits. */
  readonly leaseMs?: number;
  /** How long a repetition waits for the first. Default 15 s. */
  readonly waitMs?: number;
}

/** Somebody who wants to do the work of a key. */
interface Claim {
  readonly _id: string;
  readonly holder: string;
  readonly inputHash: string;
  readonly subjectId: string;
}

/** The answer of whoever did the work. */
interface Recording extends AnswerPlace {
  /** JSON text. */
  readonly result: string;
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
const groups = { longestWaitMs: 4_000 };

/** Opens the record of used keys in a subgraph's database. All its times are the database's own. */
export function createIdempotency(connection: Connection, options: IdempotencyOptions = {}): Idempotency {
  const { leaseMs = 4_000, waitMs = 15_000 } = options;
  const rows = defineCollection<OnceRow>(connection, 'idempotency', [
    { key: { createdAt: 1 }, expireAfterSeconds: eightDays },
  ]);

  /**
   * Takes rows that are new, released or abandoned, and gives each as it then is; `null` for one that must be tried again because somebody else was making it.
   * Rows of different keys don't contend: they are only written together.
   */
  const claim = createGroupCommit<Claim, ClaimedRow | null>(
    { keysOf: ({ _id }) => [_id], commit: (claims) => claimAll(rows(), claims, leaseMs), alreadyDone: asTheyAre },
    groups,
  );

  /** A claim whose answer was lost: the row tells whose it is. */
  async function asTheyAre(claims: readonly Claim[]): Promise<(OnceRow | undefined)[]> {
    const found = await rowsOf(rows(), claims);
    return claims.map(({ _id, holder }) => {
      const row = found.get(_id);
      return row?.holder === holder ? row : undefined;
    });
  }

  async function recordAll(recordings: readonly Recording[], session?: ClientSession): Promise<boolean> {
    const { matchedCount } = await rows().bulkWrite(
      recordings.map(({ _id, holder, result }) => ({
        updateOne: {
          filter: { _id, holder },
          update: {
            $set: { state: 'done' as const, result },
            $unset: { holder: 1 as const, leaseUntil: 1 as const },
          },
        },
      })),
      { ordered: false, session },
    );
    return matchedCount === recordings.length;
  }

  /** Records answers; false where it is not certain that ours was recorded, which the row itself then tells. */
  const record = createGroupCommit<Recording, boolean>(
    {
      keysOf: ({ _id }) => [_id],
      async commit(recordings) {
        const areOurs = await recordAll(recordings);
        return recordings.map(() => areOurs);
      },
      alreadyDone: async (recordings) => {
        const found = await rowsOf(rows(), recordings);
        return recordings.map(({ _id }) => (found.get(_id)?.state === 'done' ? false : undefined));
      },
    },
    groups,
  );

  /** Runs the work under a renewed lease; `undefined` when another process has taken over and its answer counts. */
  async function runHeld<T>(
    mine: AnswerPlace,
    work: (answering: Answering) => Promise<T>,
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
      let isRecorded = false;
      const result = jsonOf(await work({ place: mine, committed: () => void (isRecorded = true) }));
      await crashPoint('idempotency.work-done');
      await heartbeat.stop();
      const recorded = isRecorded || (await record({ ...mine, result }));
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
    recordAnswers: (session, answers) =>
      recordAll(
        answers.map(({ place: { _id, holder }, result }) => ({ _id, holder, result: jsonOf(result) })),
        session,
      ),

    async runOnce<T>(request: OnceRequest, work: OnceWork<T>): Promise<OnceOutcome<T>> {
      const { id: _id, inputHash } = onceKeyOf(request);
      const holder = randomUUID();
      const subjectId = request.subjectId();
      const deadline = performance.now() + waitMs;
      for (let waitNextMs = 50; ; waitNextMs = Math.min(250, waitNextMs * 1.5)) {
        const row = await claim({ _id, holder, inputHash, subjectId });
        if (row !== null && row.inputHash !== inputHash) return { conflict: true };
        if (row?.state === 'done') return { replayed: true, result: JSON.parse(row.result ?? 'null') as T };
        if (row?.holder === holder) {
          const result = await runHeld({ _id, holder }, (answering) =>
            work(row.subjectId, row.isNew === true, answering),
          );
          if (result !== undefined) return { replayed: false, result: JSON.parse(result) as T };
        }
        if (performance.now() + waitNextMs > deadline) throw busy(1_000);
        await pause(waitNextMs);
      }
    },
  };
}

function jsonOf(result: unknown): string {
  return JSON.stringify(result ?? null);
}

/** A row after a claim. */
interface ClaimedRow extends OnceRow {
  /** It was made by this claim: nobody has begun the work before. */
  readonly isNew?: boolean;
}

async function claimAll(
  rows: mongo.Collection<OnceRow>,
  claims: readonly Claim[],
  leaseMs: number,
): Promise<(ClaimedRow | null)[]> {
  const clashed = new Set<number>();
  const written = await rows
    .bulkWrite(
      claims.map((claim) => ({
        updateOne: { filter: { _id: claim._id }, update: claiming(claim, leaseMs), upsert: true },
      })),
      { ordered: false },
    )
    .catch((error: unknown) => {
      if (!isDuplicateKey(error) || !(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
      for (const each of [error.writeErrors].flat()) clashed.add(each.index);
      return error.result;
    });
  // A row that was made just now is what was asked for: only others need to be looked at.
  const isNew = (index: number) => written.upsertedIds[index] !== undefined;
  const older = claims.filter((_, index) => !isNew(index) && !clashed.has(index));
  const found = older.length === 0 ? new Map<string, OnceRow>() : await rowsOf(rows, older);
  return claims.map(({ _id, holder, inputHash, subjectId }, index) =>
    isNew(index)
      ? { _id, holder, inputHash, subjectId, state: 'running', createdAt: new Date(), isNew: true }
      : (found.get(_id) ?? null),
  );
}

/** Makes the row if there is none, and takes it if nobody holds it and the input is the same. */
function claiming({ holder, inputHash, subjectId }: Claim, leaseMs: number): mongo.Document[] {
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
  return [{ $set: first }, { $set: taken }];
}

async function rowsOf(
  rows: mongo.Collection<OnceRow>,
  wanted: readonly { readonly _id: string }[],
): Promise<Map<string, OnceRow>> {
  const found = await rows.find({ _id: { $in: wanted.map(({ _id }) => _id) } }).toArray();
  return new Map(found.map((row) => [row._id, row]));
}
