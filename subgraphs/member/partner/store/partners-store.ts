import type { Connection } from 'mongoose';
import { keysetFilter, sortOf, type CursorValues, type SortField } from '#kit/connection/connection.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { ApiKey, Partner } from '../domain/partner.ts';

type PartnerRow = Omit<Partner, 'id'> & { _id: string };
type ApiKeyRow = Omit<ApiKey, 'id' | 'scopes'> & { _id: string; hash: string; scopes: string[] };

/** Where partners are kept. */
export type PartnersStore = ReturnType<typeof createPartnersStore>;

const newestFirst: readonly SortField[] = [{ field: '_id', direction: -1 }];
const mostKeysShown = 100;

/** Partners and their keys. Of a key only the SHA-256 is stored: 256 random bits need no slow hash. */
export function createPartnersStore(connection: Connection) {
  const partners = defineModel<PartnerRow>(
    connection,
    'Partner',
    {
      _id: { type: String, required: true },
      name: { type: String, required: true },
      createdAt: { type: Date, required: true },
    },
    { collection: 'partners', indexes: [{ key: { name: 1 }, unique: true }] },
  );
  const keys = defineModel<ApiKeyRow>(
    connection,
    'ApiKey',
    {
      _id: { type: String, required: true },
      partnerId: { type: String, required: true },
      name: { type: String, required: true },
      hash: { type: String, required: true },
      prefix: { type: String, required: true },
      scopes: { type: [String], required: true },
      carrierCode: { type: String, default: null },
      createdAt: { type: Date, required: true },
      expiresAt: { type: Date, default: null },
      revokedAt: { type: Date, default: null },
    },
    {
      collection: 'api_keys',
      indexes: [{ key: { hash: 1 }, unique: true }, { key: { partnerId: 1, _id: -1 } }],
    },
  );

  return {
    async find(id: string): Promise<Partner | null> {
      const row = await partners.findOne({ _id: id }).lean<PartnerRow>().exec();
      return row === null ? null : partnerOf(row);
    },

    async findByName(name: string): Promise<Partner | null> {
      const row = await partners.findOne({ name }).lean<PartnerRow>().exec();
      return row === null ? null : partnerOf(row);
    },

    /** Adds a partner. False when another one has the name. */
    async add({ id, ...partner }: Partner): Promise<boolean> {
      try {
        await partners.create({ _id: id, ...partner });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'name_1')) return false;
        throw error;
      }
    },

    /** A page of partners, the newest first. */
    async page(first: number, after: CursorValues | null): Promise<Partner[]> {
      const rows = await partners
        .find(keysetFilter(newestFirst, after))
        .sort(sortOf(newestFirst))
        .limit(first)
        .lean<PartnerRow[]>()
        .exec();
      return rows.map(partnerOf);
    },

    async count(): Promise<number> {
      return partners.estimatedDocumentCount().exec();
    },

    /** Adds a key. False when that very key is there already. */
    async addKey({ id, ...key }: ApiKey, hash: string): Promise<boolean> {
      try {
        await keys.create({ _id: id, ...key, scopes: [...key.scopes], hash });
        return true;
      } catch (error) {
        if (isDuplicateKey(error, 'hash_1')) return false;
        throw error;
      }
    },

    async findKey(id: string): Promise<ApiKey | null> {
      const row = await keys.findOne({ _id: id }).lean<ApiKeyRow>().exec();
      return row === null ? null : apiKeyOf(row);
    },

    async findKeyByHash(hash: string): Promise<ApiKey | null> {
      const row = await keys.findOne({ hash }).lean<ApiKeyRow>().exec();
      return row === null ? null : apiKeyOf(row);
    },

    /** The newest keys of many partners, at most 100 of each. */
    async keysOf(partnerIds: readonly string[]): Promise<Map<string, ApiKey[]>> {
      const rows = await keys
        .find({ partnerId: trusted({ $in: partnerIds }) })
        .sort({ partnerId: 1, _id: -1 })
        .lean<ApiKeyRow[]>()
        .exec();
      const byPartner = Map.groupBy(rows.map(apiKeyOf), ({ partnerId }) => partnerId);
      return new Map([...byPartner].map(([id, list]) => [id, list.slice(0, mostKeysShown)]));
    },

    /** Lets a key end at `at`, unless it is revoked. False when it was. */
    async expireKey(id: string, at: Date): Promise<boolean> {
      const written = await keys.updateOne({ _id: id, revokedAt: null }, { $set: { expiresAt: at } }).exec();
      return written.matchedCount === 1;
    },

    /** Revokes a key; one that is revoked keeps its time. Null for an unknown one. */
    async revokeKey(id: string, at: Date): Promise<ApiKey | null> {
      await keys.updateOne({ _id: id, revokedAt: null }, { $set: { revokedAt: at } }).exec();
      return this.findKey(id);
    },
  };
}

function partnerOf({ _id, name, createdAt }: PartnerRow): Partner {
  return { id: _id, name, createdAt };
}

function apiKeyOf({ _id, carrierCode, ...row }: ApiKeyRow): ApiKey {
  const { partnerId, name, prefix, scopes, createdAt, expiresAt, revokedAt } = row;
  // Keys that were made before carriers had any have no such field.
  return {
    id: _id,
    partnerId,
    name,
    prefix,
    scopes,
    carrierCode: carrierCode ?? null,
    createdAt,
    expiresAt,
    revokedAt,
  };
}
