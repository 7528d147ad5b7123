import type { Connection } from 'mongoose';
import { defineModel } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { KeyLife } from '../domain/key-life.ts';

/** A key that signs access tokens. The private half is sealed. */
export interface SigningKey extends KeyLife {
  /** The `kid` of the tokens that it signs. */
  readonly id: string;
  /** Counts the keys from 1. */
  readonly generation: number;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly sealedPrivateJwk: string;
}

type SigningKeyRow = Omit<SigningKey, 'id'> & { _id: string };

/** Where the signing keys are kept. */
export type SigningKeysStore = ReturnType<typeof createSigningKeysStore>;

/** Signing keys in MongoDB, removed when nothing that they signed is valid any more. */
export function createSigningKeysStore(connection: Connection) {
  const keys = defineModel<SigningKeyRow>(
    connection,
    'SigningKey',
    {
      _id: { type: String, required: true },
      generation: { type: Number, required: true },
      publicJwk: { type: Object, required: true },
      sealedPrivateJwk: { type: String, required: true },
      signsFrom: { type: Date, required: true },
      signsUntil: { type: Date, required: true },
      publishedUntil: { type: Date, required: true },
    },
    {
      collection: 'signing_keys',
      indexes: [
        { key: { generation: 1 }, unique: true },
        { key: { publishedUntil: 1 }, expireAfterSeconds: 0 },
      ],
    },
  );

  return {
    /** The keys that are published at `now`, the oldest first. */
    async published(now: Date): Promise<SigningKey[]> {
      const rows = await keys
        .find({ publishedUntil: trusted({ $gt: now }) })
        .sort({ generation: 1 })
        .lean<SigningKeyRow[]>()
        .exec();
      return rows.map(({ _id, ...key }) => ({ id: _id, ...key }));
    },

    /** Adds a key. False when another process has added that generation. */
    async add({ id, ...key }: SigningKey): Promise<boolean> {
      try {
        await keys.create({ _id: id, ...key });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'generation_1')) return false;
        throw error;
      }
    },
  };
}
