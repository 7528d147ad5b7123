import type { ClientSession, Connection } from 'mongoose';
import { newId } from '#kit/ids/ids.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { rowsById } from '#kit/mongo/rows-by-id.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import type { Identity, IdentityKind } from '../domain/identity.ts';
import type { Owner } from '../domain/person.ts';

interface IdentityRow {
  _id: string;
  kind: IdentityKind;
  /** The blind index of the value: who reads the database doesn't learn it. */
  index: string;
  /** The sealed value where it has to be told again: WeChat's openid, to pay. The others are in the owner's profile. */
  sealed: string | null;
  ownerKind: Owner['kind'];
  ownerId: string;
  createdAt: Date;
}

interface CredentialRow {
  _id: string;
  passwordHash: string;
  changedAt: Date;
}

/** Who is recognised by what. */
export type IdentitiesStore = ReturnType<typeof createIdentitiesStore>;

/** Identities, each of one person only, and the password hashes of those who have a password. */
export function createIdentitiesStore(connection: Connection, personalData: PersonalData) {
  const identities = defineModel<IdentityRow>(
    connection,
    'Identity',
    {
      _id: { type: String, required: true },
      kind: { type: String, required: true },
      index: { type: String, required: true },
      sealed: { type: String, default: null },
      ownerKind: { type: String, required: true },
      ownerId: { type: String, required: true },
      createdAt: { type: Date, required: true },
    },
    {
      collection: 'identities',
      indexes: [{ key: { kind: 1, index: 1 }, unique: true }, { key: { ownerId: 1 } }],
    },
  );
  const credentials = defineModel<CredentialRow>(
    connection,
    'Credential',
    {
      _id: { type: String, required: true },
      passwordHash: { type: String, required: true },
      changedAt: { type: Date, required: true },
    },
    { collection: 'credentials' },
  );

  const indexOf = ({ kind, value }: Identity) => personalData.blindIndex(kind, value);
  const placeOf = (row: Pick<IdentityRow, '_id' | 'ownerId'>) => ({
    owner: row.ownerId,
    field: 'identities.value',
    of: row._id,
  });

  async function rowOf(owner: Owner, identity: Identity, createdAt: Date): Promise<IdentityRow> {
    const row = { _id: newId('identity'), kind: identity.kind, ownerKind: owner.kind, ownerId: owner.id, createdAt };
    const sealed = identity.kind === 'WECHAT_USER' ? await personalData.seal(identity.value, placeOf(row)) : null;
    return { ...row, index: await indexOf(identity), sealed };
  }

  return {
    /** By what an identity is known without being told. */
    indexOf,

    /** Whose identity it is; null when nobody has it. */
    async ownerOf(identity: Identity): Promise<Owner | null> {
      const wanted = { kind: identity.kind, index: await indexOf(identity) };
      const row = await identities.findOne(wanted).lean<IdentityRow>().exec();
      return row === null ? null : { id: row.ownerId, kind: row.ownerKind };
    },

    /** The owners of many identities of one kind, by value. */
    async ownersOf(kind: IdentityKind, values: readonly string[]): Promise<Map<string, Owner>> {
      const indexed = await Promise.all(values.map(async (value) => [await indexOf({ kind, value }), value] as const));
      const byIndex = new Map(indexed);
      const rows = await identities
        .find({ kind, index: trusted({ $in: [...byIndex.keys()] }) })
        .lean<IdentityRow[]>()
        .exec();
      return new Map(
        rows.map(({ index, ownerId, ownerKind }) => [byIndex.get(index) ?? '', { id: ownerId, kind: ownerKind }]),
      );
    },

    /** How WeChat calls somebody inside one of our apps, with what that is found by: none when they never signed in there, several when they were several members. */
    async openIdsOf(ownerId: string, appId: string): Promise<{ readonly index: string; readonly openId: string }[]> {
      const rows = await identities
        .find({ ownerId, kind: 'WECHAT_USER' })
        .sort({ _id: 1 })
        .lean<IdentityRow[]>()
        .exec();
      const values = await Promise.all(rows.map((row) => personalData.open(row.sealed ?? '', placeOf(row))));
      const prefix = `${appId}:`;
      return rows.flatMap(({ index }, at) => {
        const value = values[at];
        return value?.startsWith(prefix) ? [{ index, openId: value.slice(prefix.length) }] : [];
      });
    },

    /** Gives identities to people. A taken one is a duplicate key and ends the transaction: see `isTaken`. */
    async add(
      session: ClientSession,
      given: readonly { readonly owner: Owner; readonly identity: Identity }[],
      at: Date,
    ): Promise<void> {
      const rows = await Promise.all(given.map(({ owner, identity }) => rowOf(owner, identity, at)));
      await identities.insertMany(rows, { session });
    },

    /** Whatever one member is recognised by, another one is from now on. A password goes along where the other has none: one person has one. */
    async moveAll(session: ClientSession, from: string, into: string): Promise<void> {
      const moved = await identities.find({ ownerId: from }, null, { session }).lean<IdentityRow[]>().exec();
      for (const row of moved) {
        const value = row.sealed === null ? null : await personalData.open(row.sealed, placeOf(row));
        const owned = { _id: row._id, ownerId: into };
        const sealed = value === null ? null : await personalData.seal(value, placeOf(owned));
        await identities.updateOne({ _id: row._id }, { $set: { ownerId: into, sealed } }, { session }).exec();
      }
      const passwords = await rowsById(credentials, [from, into], session);
      const brought = passwords.get(from);
      if (brought === undefined) return;
      await credentials.deleteOne({ _id: from }, { session }).exec();
      if (!passwords.has(into)) await credentials.insertMany([{ ...brought, _id: into }], { session });
    },

    /** Takes away everything that somebody is recognised by, their password too. */
    async removeAll(session: ClientSession, ownerId: string): Promise<void> {
      await identities.deleteMany({ ownerId }, { session }).exec();
      await credentials.deleteOne({ _id: ownerId }, { session }).exec();
    },

    /** Whether an error says that somebody else has one of the identities. */
    isTaken: (error: unknown): boolean => isDuplicateKey(error, 'kind_1_index_1'),

    /** The password hash of an account; null when it has no password. */
    async passwordHashOf(ownerId: string): Promise<string | null> {
      const row = await credentials.findOne({ _id: ownerId }).lean<CredentialRow>().exec();
      return row?.passwordHash ?? null;
    },

    async setPasswords(
      session: ClientSession,
      given: readonly { readonly ownerId: string; readonly passwordHash: string }[],
      at: Date,
    ): Promise<void> {
      const rows = given.map(({ ownerId, passwordHash }) => ({ _id: ownerId, passwordHash, changedAt: at }));
      await credentials.insertMany(rows, { session });
    },
  };
}
