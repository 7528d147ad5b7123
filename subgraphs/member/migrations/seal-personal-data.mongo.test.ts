import { expect, test } from '@jest/globals';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { createStores } from '../store/stores.ts';
import { sealPersonalData } from './seal-personal-data.ts';

const { connection } = testDatabase();
const createdAt = new Date('2026-01-02T03:04:05Z');
const address = {
  id: 'adr_1',
  recipient: '王芳',
  phone: '13800138021',
  region: '浙江省',
  city: '杭州市',
  line: '文三路 1 号',
  postalCode: null,
  isDefault: true,
};
const growth = { growth: 10, tierLevel: 0, reviewAt: createdAt, graceUntil: null };

test('what was stored in the open is sealed by the migration, reads as before, and a second run changes nothing', async () => {
  const people = Array.from({ length: 501 }, (_, index) => `mbr_${index}`);
  const all = <Row extends object>(name: string, rows: Row[]) => connection.collection(name).insertMany(rows as never);
  await connection.collection('identities').createIndex({ kind: 1, value: 1 }, { unique: true });
  await all(
    'members',
    people.map((_id) => {
      const named = { displayName: `Wang Xiaoming ${_id}`, email: `${_id}@example.com`, phone: null };
      return { _id, ...named, createdAt, ...growth, tierDueAt: createdAt };
    }),
  );
  await all('identities', [
    { _id: 'idn_1', kind: 'EMAIL', value: 'mbr_1@example.com', ownerKind: 'MEMBER', ownerId: 'mbr_1', createdAt },
    { _id: 'idn_2', kind: 'WECHAT_USER', value: 'wx-app:open-7', ownerKind: 'MEMBER', ownerId: 'mbr_1', createdAt },
  ]);
  await all('address_books', [
    { _id: 'mbr_1', version: 3, addresses: [address] },
    { _id: 'mbr_2', version: 2, addresses: [] },
  ]);
  await all('staff', [
    { _id: 'stf_1', email: 'ann@example.com', displayName: 'Ann of Green Gables', roles: ['ADMIN'], createdAt },
  ]);

  const secrets = ['a secret for the test of a migration'];
  const personalData = createPersonalData(connection, { scope: 'member', secrets });
  const migration = sealPersonalData(personalData);
  await migration.up(connection);

  const stores = createStores(connection, personalData, { tries: 5, triesPerAddress: 100, windowMs: 1000 });
  const members = await stores.members.findMany(people);
  expect(people.map((id) => members.get(id)?.profile)).toEqual(
    people.map((id) => ({ displayName: `Wang Xiaoming ${id}`, email: `${id}@example.com`, phone: null })),
  );
  expect(members.get('mbr_1')).toMatchObject({ createdAt, growth, erasedAt: null });
  const owner = { id: 'mbr_1', kind: 'MEMBER' };
  expect(await stores.identities.ownerOf({ kind: 'EMAIL', value: 'mbr_1@example.com' })).toEqual(owner);
  expect(await stores.identities.openIdsOf('mbr_1', 'wx-app')).toMatchObject([{ openId: 'open-7' }]);
  expect(await stores.books.find('mbr_1')).toEqual({ memberId: 'mbr_1', version: 3, addresses: [address] });
  expect(await stores.books.find('mbr_2')).toEqual({ memberId: 'mbr_2', version: 2, addresses: [] });
  expect(await stores.staff.find('stf_1')).toMatchObject({
    email: 'ann@example.com',
    displayName: 'Ann of Green Gables',
  });

  const stored = async () =>
    JSON.stringify(
      await Promise.all(
        ['members', 'identities', 'address_books', 'staff'].map((name) => connection.collection(name).find().toArray()),
      ),
    );
  const once = await stored();
  for (const plain of ['Wang Xiaoming', 'example.com', 'open-7', '王芳', '13800138021', '文三路', 'Gables']) {
    expect(once).not.toContain(plain);
  }
  await migration.up(connection);
  expect(await stored()).toBe(once);
});
