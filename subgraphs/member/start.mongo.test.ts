import { expect, test } from '@jest/globals';
import { asMember, byOrder, memberWorld } from './fixtures/member-world.ts';

const world = memberWorld();

test('a second process with another key secret does not start, and says which setting is wrong', async () => {
  const starting = world.another({ MEMBER_KEY_SECRET: 'quite another key secret, long enough' });
  await expect(starting).rejects.toThrow(
    'MEMBER_KEY_SECRET does not open the stored signing keys. Expected: the secret that they were stored with',
  );
});

test('a second process that can not open the keys of personal data does not start', async () => {
  const { doors } = world;
  const anne = { displayName: 'Anne', email: 'anne@example.com', growth: 0, pointsBalance: 0, addresses: [] };
  await doors.loadMembers({ members: [{ ...anne, createdAt: '2026-01-01T00:00:00.000Z' }] }, byOrder);
  const starting = world.another({ PERSONAL_DATA_KEYS: 'quite another secret for personal data' });
  await expect(starting).rejects.toThrow('PERSONAL_DATA_KEYS does not open the stored keys. Expected: every secret');
});

test('a first administrator who can not be made stops the start', async () => {
  const starting = world.another({ FIRST_ADMIN_EMAIL: 'admin@example.com', FIRST_ADMIN_PASSWORD: 'short' });
  await expect(starting).rejects.toThrow('FIRST_ADMIN_EMAIL or FIRST_ADMIN_PASSWORD has a value that cannot be used.');
  expect(await world.rows('staff')).toEqual([]);
});

test('the schema has no field of Query or Mutation that everybody may call, but for signing up, in, on and out', async () => {
  const anybody = ['signUp', 'signIn', 'signInWithWeChat', 'refreshSession', 'signOut'];
  const { _service } = await world.ask('{ _service { sdl } }', {}, asMember('mbr_1'));
  const fields = [..._service.sdl.matchAll(/^ {2}(\w+)(?:\([^)]*\))?: \S+ @public/gm)].map(([, name]) => name);
  expect(fields.toSorted()).toEqual(anybody.toSorted());
});
