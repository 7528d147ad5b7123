import type { Connection } from 'mongoose';
import { defineCollection } from '#kit/mongo/model.ts';
import type { Rate } from '../token-buckets.ts';

interface BucketRow {
  _id: string;
  /** Tokens left at `at`; may be below zero. */
  level: number;
  at: Date;
  /** When it will be full again, and is forgotten. */
  fullAt: Date;
}

/** What one process took out of a bucket since it said so last. */
export interface TakenThere {
  readonly key: string;
  readonly tokens: number;
  readonly rate: Rate;
}

/** Where processes share what is left in buckets. */
export interface BucketStore {
  /** Takes tokens out of buckets and gives what is left in each, by key. */
  take(taken: readonly TakenThere[]): Promise<ReadonlyMap<string, number>>;
}

/** Buckets in a collection of their owner's database, written and read in two commands however many they are; all times are the database's. */
export function createBucketStore(connection: Connection, collection: string): BucketStore {
  const buckets = defineCollection<BucketRow>(connection, collection, [{ key: { fullAt: 1 }, expireAfterSeconds: 0 }]);
  return {
    async take(taken) {
      if (taken.length === 0) return new Map();
      await buckets().bulkWrite(
        taken.map(({ key, tokens, rate }) => ({
          updateOne: { filter: { _id: key }, update: pipelineFor(tokens, rate), upsert: true },
        })),
        { ordered: false },
      );
      const rows = await buckets()
        .find({ _id: { $in: taken.map(({ key }) => key) } })
        .toArray();
      return new Map(rows.map(({ _id, level }) => [_id, level]));
    },
  };
}

function pipelineFor(tokens: number, { burst, perSecond }: Rate) {
  const elapsed = { $divide: [{ $subtract: ['$$NOW', { $ifNull: ['$at', '$$NOW'] }] }, 1000] };
  const filled = { $add: [{ $ifNull: ['$level', burst] }, { $multiply: [elapsed, perSecond] }] };
  const left = { $subtract: [{ $min: [burst, filled] }, tokens] };
  const untilFull = { $multiply: [{ $divide: [{ $subtract: [burst, '$level'] }, perSecond] }, 1000] };
  return [
    // Nobody owes more than one burst.
    { $set: { level: { $max: [-burst, left] }, at: '$$NOW' } },
    { $set: { fullAt: { $add: ['$$NOW', untilFull] } } },
  ];
}
