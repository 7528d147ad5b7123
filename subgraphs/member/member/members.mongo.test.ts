import { describe, expect, test } from '@jest/globals';
import { explainOf } from '#kit/mongo/explain.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { meDocument, signInDocument } from '../fixtures/documents.ts';
import { asMember, asStaff, byOrder, guest, memberWorld } from '../fixtures/member-world.ts';

const world = memberWorld();
const database = testDatabase();
const address = {
  recipient: '王芳',
  phone: '13800138021',
  region: '浙江省',
  city: '杭州市',
  line: '文三路 1 号',
  postalCode: null,
};
const brought = (email: string, over: object = {}) => ({
  displayName: '王芳',
  email,
  phone: `1390000${String(Math.abs(hash(email)) % 10_000).padStart(4, '0')}`,
  growth: 5_500,
  pointsBalance: 300,
  addresses: [address],
  createdAt: '2026-02-03T04:05:06.000Z',
  ...over,
});
function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
}
const load = async (email: string, over: object = {}) => {
  const { members } = await world.doors.loadMembers({ members: [brought(email, over)] }, byOrder);
  return members[0]?.memberId ?? '';
};
const memberDocument = `query ($id: ID!) { member(id: $id) { displayName email phone createdAt
  points { balance } addresses { recipient phone region line } } }`;
const entitiesDocument = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Member { id displayName email } } }`;
const representations = (...ids: string[]) => ({ representations: ids.map((id) => ({ __typename: 'Member', id })) });

describe('a member', () => {
  test('is seen by staff with the scope, whole, and by analysts with personal data masked', async () => {
    const id = await load('wangfang@example.com', { phone: '13800138021' });
    const whole = {
      displayName: '王芳',
      email: 'wangfang@example.com',
      phone: '+8613800138021',
      createdAt: '2026-02-03T04:05:06.000Z',
      points: { balance: 300 },
      addresses: [{ recipient: '王芳', phone: '13800138021', region: '浙江省', line: '文三路 1 号' }],
    };
    expect(await world.ask(memberDocument, { id }, asStaff(['member:read']))).toEqual({ member: whole });
    expect(await world.ask(memberDocument, { id }, asStaff(['member:read'], 'ANALYST'))).toEqual({
      member: {
        ...whole,
        displayName: '王**',
        email: 'w***@example.com',
        phone: '***21',
        addresses: [{ recipient: '王**', phone: '***21', region: '浙江省', line: '***' }],
      },
    });
    expect(await world.ask(memberDocument, { id: 'mbr_nobody' }, asStaff(['member:read']))).toEqual({ member: null });
  });

  test.each([
    ['a guest', guest, 'UNAUTHENTICATED'],
    ['another member', asMember('mbr_other'), 'FORBIDDEN'],
    ['staff without the scope', asStaff(['catalog:write']), 'FORBIDDEN'],
  ])('is not shown to %s, and no database command is spent on it', async (_name, viewer, code) => {
    const commands = await world.commandsOf(async () => {
      expect(await world.codes(memberDocument, { id: 'mbr_1' }, viewer)).toEqual([code]);
    });
    expect(commands.filter((command) => command.startsWith('members'))).toEqual([]);
  });

  test('is reached as an entity by themselves and by staff with the scope; for others there is none', async () => {
    const [mine, theirs] = [await load('mine@example.com'), await load('theirs@example.com')];
    const seen = async (viewer: ReturnType<typeof asMember>) => {
      const { _entities } = await world.ask(entitiesDocument, representations(mine, theirs, 'mbr_nobody'), viewer);
      return _entities.map((entity: { id: string } | null) => entity?.id ?? null);
    };
    expect(await seen(asMember(mine))).toEqual([mine, null, null]);
    expect(await seen(asStaff(['member:read']))).toEqual([mine, theirs, null]);
    expect(await seen(asStaff(['catalog:write']))).toEqual([null, null, null]);
    expect(await seen(guest)).toEqual([null, null, null]);
  });

  test('is me for themselves, nobody for staff, and a question of signing in for guests', async () => {
    expect((await world.ask(meDocument, {}, asStaff([]))).me).toBeNull();
    expect((await world.ask(meDocument, {}, asMember('mbr_gone'))).me).toBeNull();
    expect(await world.codes(meDocument)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('reading many members', () => {
  test('costs one query for each kind of thing, however many members there are', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 12; count += 1) ids.push(await load(`many${count}@example.com`));
    const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
      ... on Member { id tier { name } growth points { balance } addresses { line } } } }`;
    const commands = await world.commandsOf(async () => {
      const { _entities } = await world.ask(document, representations(...ids), asStaff(['member:read']));
      expect(_entities).toHaveLength(12);
      expect(_entities[11]).toMatchObject({ tier: { name: 'Gold' }, growth: 5_500, points: { balance: 300 } });
    });
    // Which keys were destroyed is asked twice a second and how old those that sign are once an hour, whoever comes then.
    const finds = commands.filter(
      (command) => command.endsWith(' find') && !/^(personal_data|signing)_keys/.test(command),
    );
    expect(finds.toSorted()).toEqual(['address_books find', 'members find', 'points_accounts find']);
  });
});

describe('members brought along', () => {
  test('two hundred are there at once, with tiers, points, addresses and sign-ins', async () => {
    const members = Array.from({ length: 200 }, (_, index) =>
      brought(`bulk${index}@example.com`, {
        phone: `1370000${String(index).padStart(4, '0')}`,
        growth: index * 100,
        addresses: [address, address],
        ...(index === 0 ? { password: 'shopper-demo' } : {}),
      }),
    );
    const loaded = (await world.doors.loadMembers({ members }, byOrder)).members;
    expect(loaded).toHaveLength(200);
    expect(loaded[150]).toEqual({
      memberId: expect.stringMatching(/^mbr_/),
      tierLevel: 3,
      addressIds: [expect.stringMatching(/^adr_/), expect.stringMatching(/^adr_/)],
    });
    const input = { identifier: 'bulk0@example.com', password: 'shopper-demo' };
    expect((await world.ask(signInDocument, { input })).signIn.viewer.id).toBe(loaded[0]?.memberId);
    expect((await world.ask(meDocument, {}, asMember(loaded[60]?.memberId ?? ''))).me).toMatchObject({
      growth: 6_000,
      tier: { level: 2, growthToNext: 9_000 },
      points: { balance: 300 },
      addresses: [{ isDefault: true }, { isDefault: false }],
    });
    // Again: the same members, untouched.
    expect((await world.doors.loadMembers({ members }, byOrder)).members).toEqual(loaded);
  });

  test.each([
    ['an address that is none', { email: 'nobody' }],
    ['a number that is none', { phone: '123' }],
    ['no name', { displayName: '' }],
    ['a postal address that can not be used', { addresses: [{ ...address, phone: 'x' }] }],
  ])('are all refused when one has %s', async (_name, over) => {
    const before = (await world.rows('members')).length;
    const members = [brought('good@example.com'), { ...brought('bad@example.com'), ...over }];
    await expect(world.doors.loadMembers({ members }, byOrder)).rejects.toMatchObject({
      code: 'REFUSED',
      reason: 'BAD_USER_INPUT',
    });
    expect(await world.rows('members')).toHaveLength(before);
  });

  test.each([
    ['a member', asMember('mbr_1')],
    ['an administrator', asStaff(['staff:write', 'member:read'])],
  ])('can not be brought by %s', async (_name, viewer) => {
    const call = { viewer, requestId: 'req_test' };
    const refused = { code: 'REFUSED', reason: 'FORBIDDEN' };
    await expect(world.doors.loadMembers({ members: [brought('x@example.com')] }, call)).rejects.toMatchObject(refused);
    const staff = [{ email: 'x@example.com', password: 'correct horse', displayName: 'X', roles: ['ADMIN'] }];
    await expect(world.doors.loadStaff({ staff }, call)).rejects.toMatchObject(refused);
    await expect(world.doors.loadPartner({ name: 'X', scopes: ['partner:orders'] }, call)).rejects.toMatchObject(
      refused,
    );
  });
});

test('who is asking is told, whatever kind of caller it is', async () => {
  const document = '{ viewer { id kind displayName roles } }';
  const id = await load('viewer@example.com');
  expect(await world.ask(document, {}, asMember(id))).toEqual({
    viewer: { id, kind: 'MEMBER', displayName: '王芳', roles: [] },
  });
  const staff = [{ email: 'v@example.com', password: 'correct horse', displayName: 'V', roles: ['ANALYST'] }];
  const { staffIds } = await world.doors.loadStaff({ staff }, byOrder);
  const analyst = { ...asStaff([], 'ANALYST'), id: staffIds[0] ?? '' };
  expect((await world.ask(document, {}, analyst)).viewer).toMatchObject({ kind: 'ANALYST', roles: ['ANALYST'] });
  const { partnerId } = await world.doors.loadPartner({ name: 'Viewer', scopes: ['partner:orders'] }, byOrder);
  const partner = { ...guest, kind: 'PARTNER' as const, id: partnerId };
  expect((await world.ask(document, {}, partner)).viewer).toEqual({
    id: partnerId,
    kind: 'PARTNER',
    displayName: 'Viewer',
    roles: [],
  });
  expect(await world.codes(document)).toEqual(['UNAUTHENTICATED']);
});

test('every listing and every look-up of a job is served by an index, in its order', async () => {
  const db = database.connection.useDb(world.database).db;
  if (db === undefined) throw new Error('the database should be open');
  const now = new Date();
  const looks = [
    db
      .collection('points_entries')
      .find({ memberId: 'mbr_1', $or: [{ _id: { $lt: 'pte_9' as never } }] })
      .sort({ _id: -1 }),
    db.collection('points_entries').find({ memberId: 'mbr_1' }).sort({ _id: -1 }),
    db
      .collection('points_accounts')
      .find({ nextExpiryAt: { $lte: now } })
      .sort({ nextExpiryAt: 1 }),
    db
      .collection('members')
      .find({ tierDueAt: { $lte: now } })
      .sort({ tierDueAt: 1 }),
    db.collection('growth_entries').find({ memberId: 'mbr_1', at: { $gt: now } }),
    db.collection('identities').find({ kind: 'EMAIL', index: 'a blind index' }),
    db
      .collection('api_keys')
      .find({ partnerId: { $in: ['ptn_1', 'ptn_2'] } })
      .sort({ partnerId: 1, _id: -1 }),
    db.collection('api_keys').find({ hash: 'x' }),
    db.collection('staff').find({}).sort({ _id: -1 }),
    db.collection('partners').find({}).sort({ _id: -1 }),
  ];
  for (const look of looks) {
    expect(await explainOf(look)).toMatchObject({ collectionScan: false, inMemorySort: false });
  }
});
