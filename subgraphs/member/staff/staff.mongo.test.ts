import { describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { signInDocument } from '../fixtures/documents.ts';
import { asMember, asStaff, byOrder, guest, memberWorld } from '../fixtures/member-world.ts';

const first = { FIRST_ADMIN_EMAIL: 'admin@example.com', FIRST_ADMIN_PASSWORD: 'first password' };
const world = memberWorld(first);
const admin = asStaff(['staff:write']);
const createStaff = `mutation ($input: CreateStaffInput!) { createStaff(input: $input) {
  staff { id email displayName roles } userErrors { __typename code path } } }`;
const valid = { email: 'wang@example.com', password: 'correct horse', displayName: '王芳', roles: ['WAREHOUSE'] };
const signIn = async (identifier: string, password: string) =>
  (await world.ask(signInDocument, { input: { identifier, password } })).signIn;

describe('the first administrator', () => {
  test('is there at the start and may do everything', async () => {
    const { viewer, session } = await signIn('admin@example.com', 'first password');
    expect(viewer).toEqual({
      id: expect.stringMatching(/^stf_/),
      kind: 'STAFF',
      displayName: 'Administrator',
      roles: ['ADMIN'],
    });
    const claims = decodeJwt(session.accessToken);
    expect(claims).toMatchObject({ kind: 'STAFF', roles: ['ADMIN'] });
    expect(claims['scopes']).toEqual(expect.arrayContaining(['staff:write', 'catalog:write', 'member:read']));
    expect(claims['tier']).toBeUndefined();
  });

  test('is not made again by another process or a later start', async () => {
    await world.another();
    expect(await world.rows('staff')).toHaveLength(1);
  });
});

describe('an administrator', () => {
  test('adds colleagues, who sign in with the scopes of their roles', async () => {
    const { createStaff: created } = await world.ask(createStaff, { input: valid }, admin);
    expect(created).toEqual({
      staff: {
        id: expect.stringMatching(/^stf_/),
        email: 'wang@example.com',
        displayName: '王芳',
        roles: ['WAREHOUSE'],
      },
      userErrors: [],
    });
    const { viewer, session } = await signIn('Wang@example.com', 'correct horse');
    expect(viewer).toMatchObject({ id: created.staff.id, kind: 'STAFF', roles: ['WAREHOUSE'] });
    expect(decodeJwt(session.accessToken)['scopes']).toEqual([
      'fulfillment:write',
      'order:read',
      'stock:read',
      'stock:write',
    ]);
  });

  test('adds analysts, who are a kind of their own', async () => {
    await world.ask(createStaff, { input: { ...valid, email: 'analyst@example.com', roles: ['ANALYST'] } }, admin);
    expect((await signIn('analyst@example.com', 'correct horse')).viewer).toMatchObject({
      kind: 'ANALYST',
      roles: ['ANALYST'],
    });
  });

  test.each([
    ['an address that is none', { email: 'nobody' }, 'INVALID_INPUT', ['email']],
    ['no role', { roles: [] }, 'INVALID_INPUT', ['roles']],
    ['no name', { displayName: '' }, 'INVALID_INPUT', ['displayName']],
    ['a short password', { password: 'short' }, 'WEAK_PASSWORD', ['password']],
    ['an address that is taken', { email: 'ADMIN@example.com' }, 'IDENTITY_TAKEN', ['email']],
  ])('can not add somebody with %s', async (_name, over, code, path) => {
    const before = (await world.rows('staff')).length;
    const { createStaff: refused } = await world.ask(
      createStaff,
      { input: { ...valid, email: 'x@example.com', ...over } },
      admin,
    );
    expect(refused).toMatchObject({ staff: null, userErrors: [{ code, path }] });
    expect(await world.rows('staff')).toHaveLength(before);
  });

  test('lists everybody, the newest first', async () => {
    const list = '{ staff(first: 2) { totalCount pageInfo { hasNextPage } nodes { email } } }';
    const { staff } = await world.ask(list, {}, admin);
    expect(staff.nodes).toHaveLength(2);
    expect(staff.nodes[0].email).toBe('analyst@example.com');
    expect(staff).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  });
});

test.each([
  ['a guest', guest, 'UNAUTHENTICATED'],
  ['a member', asMember('mbr_1'), 'FORBIDDEN'],
  ['staff without the scope', asStaff(['catalog:write', 'member:read']), 'FORBIDDEN'],
])('%s can not add staff, partners or keys, and no database command is spent on it', async (_name, viewer, code) => {
  const partner = 'mutation { createPartner(input: { name: "P" }) { partner { id } } }';
  const key = 'mutation { issueApiKey(input: { partnerId: "ptn_1", name: "K", scopes: [] }) { key } }';
  const rotate = 'mutation { rotateApiKey(input: { apiKeyId: "key_1" }) { key } }';
  const revoke = 'mutation { revokeApiKey(input: { apiKeyId: "key_1" }) { apiKey { id } } }';
  const reads = ['{ staff { totalCount } }', '{ partners { totalCount } }'];
  const commands = await world.commandsOf(async () => {
    expect(await world.codes(createStaff, { input: valid }, viewer)).toEqual([code]);
    for (const document of [partner, key, rotate, revoke, ...reads]) {
      expect(await world.codes(document, {}, viewer)).toEqual([code]);
    }
  });
  expect(commands.filter((command) => /staff|partner|api_keys|identities/.test(command))).toEqual([]);
});

describe('staff brought along', () => {
  const brought = { email: 'staff@example.com', password: 'staff-demo', displayName: 'Demo', roles: ['ADMIN'] };

  test('is added once and signs in', async () => {
    const once = await world.doors.loadStaff({ staff: [brought] }, byOrder);
    expect(await world.doors.loadStaff({ staff: [brought] }, byOrder)).toEqual(once);
    expect((await signIn('staff@example.com', 'staff-demo')).viewer.id).toBe(once.staffIds[0]);
  });

  test.each([{ roles: ['KING'] }, { roles: [] }, { password: 'short' }, { email: 'nobody' }])(
    'is refused with %j',
    async (over) => {
      const staff = [{ ...brought, email: 'other@example.com', ...over }];
      await expect(world.doors.loadStaff({ staff }, byOrder)).rejects.toMatchObject({
        code: 'REFUSED',
        reason: 'BAD_USER_INPUT',
      });
    },
  );
});
