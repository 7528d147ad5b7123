import type { Connection } from 'mongoose';
import { defineCollection } from '#kit/mongo/model.ts';

interface BucketRow {
  _id: string;
  /** Points left at `at`; may be below zero. */
  level: number;
  at: Date;
}

/** What one gateway spent for a caller since it said so last. */
export interface Spent {
  readonly key: string;
  readonly points: number;
  readonly perMinute: number;
}

/** Where gateways share how many points their callers have left. */
export interface PointsStore {
  /** Takes points from buckets and gives what is left in each, by key. */
  spend(spent: readonly Spent[]): Promise<ReadonlyMap<string, number>>;
}

/** A bucket that nobody touched for this long is full. */
const forgottenAfterSeconds = 120;
const minute = 60_000;

/** Buckets in the gateways' own database; all times are the database's. */
export function createPointsStore(connection: Connection): PointsStore {
  const buckets = defineCollection<BucketRow>(connection, 'points', [
    { key: { at: 1 }, expireAfterSeconds: forgottenAfterSeconds },
  ]);
  return {
    async spend(spent) {
      const rows = await Promise.all(
        spent.map(({ key, points, perMinute }) => {
          const elapsed = { $subtract: ['$$NOW', { $ifNull: ['$at', '$$NOW'] }] };
          const filled = { $add: [{ $ifNull: ['$level', perMinute] }, { $multiply: [elapsed, perMinute / minute] }] };
          const left = { $subtract: [{ $min: [perMinute, filled] }, points] };
          return buckets().findOneAndUpdate(
            { _id: key },
            // Nobody owes more than one minute.
            [{ $set: { level: { $max: [-perMinute, left] }, at: '$$NOW' } }],
            { upsert: true, returnDocument: 'after' },
          );
        }),
      );
      return new Map(rows.flatMap((row) => (row ? [[row._id, row.level] as const] : [])));
    },
  };
}
