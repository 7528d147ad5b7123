import type { ClientSession, Connection } from 'mongoose';
import { newId } from '#kit/ids/ids.ts';
import { defineModel } from '#kit/mongo/connect.ts';
import { isDuplicateKey } from '#kit/mongo/transaction.ts';
import { trusted } from '#kit/mongo/trusted.ts';
import type { Identity, IdentityKind } from '../domain/identity.ts';
import type { Owner } from '../domain/person.ts';

interface IdentityRow {
  _id: string;
  kind: IdentityKind;
  value: string;
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
export function createIdentitiesStore(connection: Connection) {
  const identities = defineModel<IdentityRow>(
    connection,
    'Identity',
    {
      _id: { type: String, required: true },
      kind: { type: String, required: true },
      value: { type: String, required: true },
      ownerKind: { type: String, required: true },
      ownerId: { type: String, required: true },
      createdAt: { type: Date, required: true },
    },
    {
      collection: 'identities',
      indexes: [{ key: { kind: 1, value: 1 }, unique: true }, { key: { ownerId: 1 } }],
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

  return {
    /** Whose identity it is; null when nobody has it. */
    async ownerOf({ kind, value }: Identity): Promise<Owner | null> {
      const row = await identities.findOne({ kind, value }).lean<IdentityRow>().exec();
      return row === null ? null : { id: row.ownerId, kind: row.ownerKind };
    },

    /** The owners of many identities of one kind, by value. */
    async ownersOf(kind: IdentityKind, values: readonly string[]): Promise<Map<string, Owner>> {
      const rows = await identities
        .find({ kind, value: trusted({ $in: values }) })
        .lean<IdentityRow[]>()
        .exec();
      return new Map(rows.map(({ value, ownerId, ownerKind }) => [value, { id: ownerId, kind: ownerKind }]));
    },

    /** How WeChat calls somebody inside one of our apps; null when they never signed in there. */
    async openIdOf(ownerId: string, appId: string): Promise<string | null> {
      const rows = await identities.find({ ownerId, kind: 'WECHAT_USER' }).lean<IdentityRow[]>().exec();
      const prefix = `${appId}:`;
      return rows.find(({ value }) => value.startsWith(prefix))?.value.slice(prefix.length) ?? null;
    },

    /** Gives identities to people. A taken one is a duplicate key and ends the transaction: see `isTaken`. */
    async add(
      session: ClientSession,
      given: readonly { readonly owner: Owner; readonly identity: Identity }[],
      at: Date,
    ): Promise<void> {
      const rows = given.map(({ owner, identity }) => ({
        _id: newId('identity'),
        ...identity,
        ownerKind: owner.kind,
        ownerId: owner.id,
        createdAt: at,
      }));
      await identities.insertMany(rows, { session });
    },

    /** Whether an error says that somebody else has one of the identities. */
    isTaken: (error: unknown): boolean => isDuplicateKey(error, 'kind_1_value_1'),

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
