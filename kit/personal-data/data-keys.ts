import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { GraphQLError } from 'graphql';
import mongoose from 'mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { forbidden } from '#kit/graphql/errors.ts';
import { createGather } from '#kit/gather/gather.ts';
import { gatherRow } from '#kit/gather/gathered-reads.ts';
import { defineCollection } from '#kit/mongo/model.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import type { KeyRing, WrappedKey } from './key-ring.ts';
import { createKeyMemory } from './key-memory.ts';
import { createLookAgain } from '#kit/look-again/look-again.ts';

/** Somebody's data key as it is stored, or the mark that it was destroyed, so that nobody makes another one. */
export interface DataKeyRow extends Partial<WrappedKey> {
  _id: string;
  createdAt: Date;
  destroyedAt?: Date;
  /** Whose keys this one is among now: what it sealed belongs to them. */
  heir?: string;
  /** Of somebody who was erased and then turned out to be somebody else too: that one's key still opens what is needed. */
  outlived?: true;
}

/** What was sealed for somebody who was erased opens no more, and nothing is sealed for them again. Who was erased while asking is told FORBIDDEN. */
export class ErasedError extends GraphQLError {
  constructor() {
    const { message, extensions } = forbidden();
    super(message, { extensions });
    this.name = 'ErasedError';
  }
}

/** What is known of somebody's key; `null` once it was destroyed. */
export type KnownKey = KeyObject | null;

/** Bounds of what a process remembers. */
export interface DataKeyLimits {
  /** For how long an opened key is remembered, milliseconds, unless it is destroyed. Default one minute. */
  readonly rememberMs?: number;
  /** How many keys are remembered at most. Default 20,000 (some 10 MB). */
  readonly mostRemembered?: number;
}

/** How often a process that uses remembered keys looks for those that others destroyed, milliseconds: none opens for longer than twice that. */
const lookEveryMs = 500;
/** By how much the clocks of processes and database may differ, milliseconds. */
const clocksDiffer = 5 * 60_000;

/** The data keys of one database, one for each owner. */
export function createDataKeys(connection: Connection, ring: KeyRing, limits: DataKeyLimits = {}) {
  const rows = defineCollection<DataKeyRow>(connection, 'personal_data_keys', [
    { key: { wrappedBy: 1 } },
    { key: { destroyedAt: 1 }, partialFilterExpression: { destroyedAt: { $exists: true } } },
    { key: { heir: 1 }, partialFilterExpression: { heir: { $exists: true } } },
  ]);
  const { rememberMs = 60_000, mostRemembered = 20_000 } = limits;
  const memory = createKeyMemory<KnownKey>({ rememberMs, most: mostRemembered });

  const openRow = (row: DataKeyRow): KnownKey | undefined => {
    const { _id, wrapped, wrappedBy, outlived } = row;
    if (outlived === true) return undefined;
    return wrapped === undefined || wrappedBy === undefined ? null : ring.unwrap({ wrapped, wrappedBy }, _id);
  };

  async function read(owners: readonly string[]): Promise<Map<string, KnownKey | undefined>> {
    // One more than there can be, so that the database knows in its first answer that it is the last.
    const found = await rows()
      .find({ _id: { $in: [...owners] } }, { batchSize: owners.length + 1 })
      .toArray();
    return new Map(found.map((row) => [row._id, openRow(row)]));
  }
  // A found key is an object, so that one which was destroyed is told from one that isn't there.
  const readTogether = gatherRow(async (owners) => {
    const found = await read(owners);
    return new Map([...found].map(([owner, key]) => [owner, { key }]));
  });

  const kinTogether = gatherRow(async (owners) => {
    const projection = { heir: 1 } as const;
    const handed = await rows()
      .find({ _id: { $in: [...owners] }, heir: { $exists: true } }, { projection })
      .toArray();
    const heirs = new Map(handed.map(({ _id, heir = _id }) => [_id, heir]));
    const heirOf = (owner: string) => heirs.get(owner) ?? owner;
    const found = await rows()
      .find({ heir: { $in: [...new Set(owners.map(heirOf))] } }, { projection })
      .toArray();
    const byHeir = Map.groupBy(found, ({ heir }) => heir);
    return new Map(
      owners.map((owner) => {
        const all = [heirOf(owner), ...(byHeir.get(heirOf(owner)) ?? []).map(({ _id }) => _id)];
        return [owner, all.filter((id) => id !== owner)];
      }),
    );
  });

  /** Makes keys, for whoever has none by now. */
  const makeTogether = createGather<string, KnownKey>(
    async (asked) => {
      const owners = [...new Set(asked)];
      const made = new Map(owners.map((owner) => [owner, createSecretKey(randomBytes(32))]));
      const createdAt = new Date();
      const written = await rows()
        .bulkWrite(
          [...made].map(([owner, key]) => ({
            updateOne: {
              filter: { _id: owner },
              update: { $setOnInsert: { ...ring.wrap(key, owner), createdAt } },
              upsert: true,
            },
          })),
          { ordered: false },
        )
        .catch((error: unknown) => {
          // Another process, or another group of this one, made one in the same moment.
          if (!isDuplicateKey(error) || !(error instanceof mongoose.mongo.MongoBulkWriteError)) throw error;
          return error.result;
        });
      // Whoever had a key already, or was erased, keeps what is there: the key made here is never used.
      const others = owners.filter((_, index) => written.upsertedIds[index] === undefined);
      const there = others.length === 0 ? new Map<string, KnownKey | undefined>() : await read(others);
      const known = new Map<string, KnownKey | undefined>(made);
      for (const owner of others) known.set(owner, there.has(owner) ? (there.get(owner) ?? null) : undefined);
      return asked.map((owner) => {
        const key = known.get(owner);
        if (key === undefined) throw new Error(`no data key could be made for ${owner}`);
        return key;
      });
    },
    { largest: 500 },
  );

  const destroyedElsewhere = createLookAgain({
    everyMs: lookEveryMs,
    clock: () => performance.now(),
    // Nothing is remembered yet.
    lookedAt: performance.now(),
    async look() {
      const since = new Date(Date.now() - rememberMs - clocksDiffer);
      for (const owner of await rows().distinct('_id', { destroyedAt: { $gt: since } })) memory.forget(owner);
    },
    // Whoever needs a key asks the database for it then, and hears that it can't be asked.
    onFailure: () => memory.clear(),
  });

  async function find(owner: string): Promise<KnownKey | undefined> {
    if (memory.get(owner) !== undefined) {
      const looking = destroyedElsewhere.recently();
      if (looking !== undefined) await looking;
      const remembered = memory.get(owner);
      if (remembered !== undefined) return remembered;
    }
    const found = await readTogether(owner);
    if (found?.key === undefined) return undefined;
    memory.set(owner, found.key);
    return found.key;
  }

  async function destroy(owner: string, session: ClientSession): Promise<void> {
    const destroyed = [
      {
        $set: { createdAt: { $ifNull: ['$createdAt', '$$NOW'] }, destroyedAt: { $ifNull: ['$destroyedAt', '$$NOW'] } },
      },
      { $unset: ['wrapped', 'wrappedBy', 'outlived'] },
    ];
    await rows().updateOne({ _id: owner }, destroyed, { upsert: true, session });
    const handed = await rows()
      .find({ heir: owner }, { session, projection: { _id: 1 } })
      .toArray();
    if (handed.length > 0) await rows().updateMany({ heir: owner }, destroyed, { session });
    // Until the transaction is through anybody may read the keys again.
    for (const { _id } of [{ _id: owner }, ...handed]) memory.bar(_id);
  }

  return {
    rows,

    /** The key of somebody; null once it was destroyed, undefined when they never had one. */
    find,

    /** The key of somebody, made when they have none. @throws ErasedError. */
    async findOrMake(owner: string): Promise<KeyObject> {
      let key = await find(owner);
      if (key === undefined) {
        key = await makeTogether(owner);
        memory.set(owner, key);
      }
      if (key === null) throw new ErasedError();
      return key;
    },

    /**
     * Makes the key of somebody one of another person's in the caller's transaction: it opens what it has sealed and dies when theirs is destroyed, again if need be. Who has
     * none can't have one made any more. False when theirs was destroyed before. Safe to repeat.
     */
    async handOver(owner: string, to: string, session: ClientSession): Promise<boolean> {
      const { heir = to } = (await rows().findOne({ _id: to }, { session })) ?? {};
      const erased = await rows().findOneAndUpdate(
        { _id: heir, destroyedAt: { $exists: true } },
        { $set: { outlived: true } },
        { session },
      );
      const handed = { createdAt: { $ifNull: ['$createdAt', '$$NOW'] }, heir: { $literal: heir } };
      await rows().updateOne({ _id: owner }, [{ $set: handed }], { upsert: true, session });
      await rows().updateMany({ heir: owner }, { $set: { heir } }, { session });
      return erased === null;
    },

    /** Whose keys may have sealed what belongs to somebody by now, besides their own: those handed over to them, or to the same person as theirs. */
    kinOf: async (owner: string): Promise<readonly string[]> => (await kinTogether(owner)) ?? [],

    /** Destroys the key of somebody, and those handed over to them, in the caller's transaction, whether they have one or not. Safe to repeat. */
    destroy,
  };
}
