import type { Migration } from '#kit/mongo/migrations.ts';
import type { PersonalData } from '#kit/personal-data/personal-data.ts';
import { sealStored } from '#kit/personal-data/seal-stored.ts';

/** Rows as they were before, with what named people in the open. */
interface PlainMember {
  _id: string;
  displayName?: string;
  email?: string | null;
  phone?: string | null;
}
interface PlainIdentity {
  _id: string;
  kind: string;
  ownerId: string;
  value?: string;
}
interface PlainBook {
  _id: string;
  addresses: unknown;
}
interface PlainStaff {
  _id: string;
  email?: string;
  displayName?: string;
}

/** What names members and staff was stored in the open: it is sealed, and identities are found by their blind index. */
export function sealPersonalData(personalData: PersonalData): Migration {
  const sealed = (value: unknown, owner: string, field: string) =>
    personalData.seal(JSON.stringify(value), { owner, field });
  return {
    id: '2026-11-23-seal-personal-data',
    async up(connection) {
      const database = connection.getClient().db(connection.name);
      const identities = database.collection<PlainIdentity>('identities');
      const indexes = await identities
        .listIndexes()
        .toArray()
        .catch(() => []);
      if (indexes.some(({ name }) => name === 'kind_1_value_1')) await identities.dropIndex('kind_1_value_1');
      await sealStored(identities, { value: { $exists: true } }, async ({ _id, kind, ownerId, value = '' }) => ({
        set: {
          index: await personalData.blindIndex(kind, value),
          sealed:
            kind === 'WECHAT_USER'
              ? await personalData.seal(value, { owner: ownerId, field: 'identities.value', of: _id })
              : null,
        },
        unset: ['value'],
      }));
      await sealStored(
        database.collection<PlainMember>('members'),
        { displayName: { $exists: true } },
        async ({ _id, displayName, email = null, phone = null }) => ({
          set: { profile: await sealed({ displayName, email, phone }, _id, 'members.profile'), erasedAt: null },
          unset: ['displayName', 'email', 'phone'],
        }),
      );
      await sealStored(
        database.collection<PlainBook>('address_books'),
        { addresses: { $type: 'array' } },
        async ({ _id, addresses }) => ({ set: { addresses: await sealed(addresses, _id, 'address_books.addresses') } }),
      );
      await sealStored(
        database.collection<PlainStaff>('staff'),
        { displayName: { $exists: true } },
        async ({ _id, email, displayName }) => ({
          set: { profile: await sealed({ email, displayName }, _id, 'staff.profile') },
          unset: ['email', 'displayName'],
        }),
      );
    },
  };
}
