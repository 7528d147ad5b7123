import { afterAll, describe, expect, test } from '@jest/globals';
import { createPersonalData } from '#kit/personal-data/personal-data.ts';
import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import { testDatabase } from '#kit/testing/test-database.ts';
import { systemViewer } from '#kit/viewer/viewer.ts';
import {
  meDocument,
  refreshDocument,
  saveAddressDocument,
  signInDocument,
  signUpDocument,
  wechatDocument,
} from '../fixtures/documents.ts';
import { asMember, asStaff, guest, memberSecrets, memberWorld } from '../fixtures/member-world.ts';

const apps = { 'wx-a': 'secret-a' };
const platform = await startFakeWeChat({ port: 0, apps });
afterAll(() => platform.stop());
const world = memberWorld({ WECHAT_API_URL: platform.url, WECHAT_APPS: JSON.stringify(apps) });
const { connection } = testDatabase();

const errors = `userErrors { __typename code message path ... on UnfinishedOrdersError { orders } }`;
const eraseMe = async (id: string, input: object) =>
  (
    await world.ask(
      `mutation ($input: EraseMeInput!) { eraseMe(input: $input) { erasedId ${errors} } }`,
      { input },
      asMember(id),
    )
  ).eraseMe;
const eraseDocument = `mutation ($input: EraseMemberInput!) { eraseMember(input: $input) { erasedId ${errors} } }`;
const clerk = asStaff(['member:read', 'member:write']);
const eraseByStaff = async (memberId: string) =>
  (await world.ask(eraseDocument, { input: { memberId } }, clerk)).eraseMember;
const password = 'correct horse battery';
let people = 0;

/** A member with everything that names one: name, address, number, e-mail address. */
async function somebody() {
  people += 1;
  const email = `lin.geheim${people}@example.com`;
  const phone = `+86139${String(70_000_000 + people)}`;
  const input = { email, phone, password, displayName: '林保密' };
  const { signUp } = await world.ask(signUpDocument, { input });
  const { id } = signUp.member;
  const address = { recipient: '林收件', phone, region: '浙江省', city: '杭州市', line: '秘密路 77 号' };
  await world.ask(saveAddressDocument, { input: address }, asMember(id));
  return { id: String(id), email, phone, session: signUp.session };
}
const signIn = async (identifier: string) =>
  (await world.ask(signInDocument, { input: { identifier, password } })).signIn;
const dump = async () => {
  const db = connection.getClient().db(world.database);
  const names = (await db.listCollections().toArray()).map(({ name }) => name);
  return JSON.stringify(await Promise.all(names.map((name) => db.collection(name).find({}).toArray())));
};
const eventsAbout = async (id: string) =>
  (await world.rows('outbox')).filter(({ name, aggregateId }) => name === 'member.erased' && aggregateId === id);

describe('a member who erases themselves', () => {
  test('is gone: no sign-in, no session, no name, address or number; what they earned stays under the id', async () => {
    const { id, email, phone, session } = await somebody();
    const points = await world.rows('points_accounts');
    expect(await eraseMe(id, { password })).toEqual({ erasedId: id, userErrors: [] });

    for (const identifier of [email, phone]) {
      expect((await signIn(identifier)).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
    }
    const refresh = { input: { refreshToken: session.refreshToken } };
    const { refreshSession } = await world.ask(refreshDocument, refresh);
    expect(refreshSession.userErrors).toMatchObject([{ code: 'SESSION_EXPIRED' }]);
    const { sessionIds } = await world.doors.endedSessions(
      { since: null },
      { viewer: systemViewer('gateway'), requestId: 'r' },
    );
    const sessions = (await world.rows('sessions')).filter(({ ownerId }) => ownerId === id);
    expect(sessions.map(({ _id }) => sessionIds.includes(String(_id)))).toEqual([true]);

    const { me } = await world.ask(meDocument, {}, asMember(id));
    expect(me).toMatchObject({ id, displayName: 'Erased member', email: null, phone: null, addresses: [] });
    const query =
      'query ($id: ID!) { member(id: $id) { displayName email phone erasedAt addresses { id } points { balance } } }';
    for (const viewer of [clerk, asStaff(['member:read'], 'ANALYST')]) {
      expect((await world.ask(query, { id }, viewer)).member).toEqual({
        displayName: 'Erased member',
        email: null,
        phone: null,
        erasedAt: world.clock.now().toISOString(),
        addresses: [],
        points: { balance: 0 },
      });
    }
    expect(await world.rows('points_accounts')).toEqual(points);
    expect(await eventsAbout(id)).toMatchObject([{ version: 1, payload: { memberId: id } }]);
  });

  test('leaves nothing to read in the database, and what somebody copied before opens with no key that is left', async () => {
    const { id, email, phone } = await somebody();
    const book = (await world.rows('address_books')).find(({ _id }) => _id === id);
    const member = (await world.rows('members')).find(({ _id }) => _id === id);
    await eraseMe(id, { password });
    const everything = await dump();
    for (const value of [email, phone, '林保密', '林收件', '秘密路', phone.slice(3)])
      expect(everything).not.toContain(value);

    const db = connection.useDb(world.database);
    const secrets = memberSecrets.PERSONAL_DATA_KEYS.split(',');
    const personalData = createPersonalData(db, { scope: 'member', secrets });
    const places = [
      [book?.['addresses'], 'address_books.addresses'],
      [member?.['profile'], 'members.profile'],
    ] as const;
    for (const [sealed, field] of places) {
      expect(sealed).toEqual(expect.stringMatching(/^A[\w-]{40,}$/));
      expect(await personalData.open(String(sealed), { owner: id, field })).toBeNull();
    }
  });

  test('can have nothing of theirs stored any more by a call that was under way', async () => {
    const { id, phone } = await somebody();
    await eraseMe(id, { password });
    const books = await world.rows('address_books');
    const input = { recipient: '林收件', phone, region: '浙江省', city: '杭州市', line: '秘密路 77 号' };
    expect(await world.codes(saveAddressDocument, { input }, asMember(id))).toEqual(['FORBIDDEN']);
    expect(await world.rows('address_books')).toEqual(books);
  });

  test('may sign up again with the same number, and is somebody new', async () => {
    const { id, email, phone } = await somebody();
    await eraseMe(id, { password });
    const input = { email, phone, password, displayName: '新人' };
    const { signUp } = await world.ask(signUpDocument, { input });
    expect(signUp.userErrors).toEqual([]);
    expect(signUp.member.id).not.toBe(id);
    expect((await world.ask('{ me { displayName } }', {}, asMember(id))).me.displayName).toBe('Erased member');
  });

  test('by a fresh code of WeChat, which then makes a new member', async () => {
    const { signInWithWeChat: before } = await world.ask(wechatDocument, {
      input: { appId: 'wx-a', code: 'demo-lin' },
    });
    const { id } = before.viewer;
    expect(await eraseMe(id, { weChat: { appId: 'wx-a', code: 'demo-lin' } })).toEqual({
      erasedId: id,
      userErrors: [],
    });
    const { signInWithWeChat: after } = await world.ask(wechatDocument, { input: { appId: 'wx-a', code: 'demo-lin' } });
    expect(after.viewer.id).not.toBe(id);
  });
});

describe('erasing oneself is refused', () => {
  const stays = async (id: string) => {
    expect((await world.ask('{ me { displayName erasedAt } }', {}, asMember(id))).me).toMatchObject({ erasedAt: null });
    expect(await eventsAbout(id)).toEqual([]);
  };

  test('with a wrong password, which counts like one of a sign-in', async () => {
    const { id, email } = await somebody();
    for (let wrong = 0; wrong < 5; wrong += 1) {
      expect((await eraseMe(id, { password: 'wrong wrong' })).userErrors).toMatchObject([
        { code: 'INVALID_CREDENTIALS' },
      ]);
    }
    expect((await eraseMe(id, { password })).userErrors).toMatchObject([{ code: 'TOO_MANY_ATTEMPTS' }]);
    expect((await signIn(email)).userErrors).toMatchObject([{ code: 'TOO_MANY_ATTEMPTS' }]);
    await stays(id);
  });

  test('with somebody else’s WeChat, a used code, no proof, or two', async () => {
    const { id } = await somebody();
    await world.ask(wechatDocument, { input: { appId: 'wx-a', code: 'demo-stranger' } });
    const weChat = { appId: 'wx-a', code: 'demo-stranger' };
    expect((await eraseMe(id, { weChat })).userErrors).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
    const unknown = { appId: 'wx-b', code: 'demo-stranger' };
    expect((await eraseMe(id, { weChat: unknown })).userErrors).toMatchObject([{ code: 'WECHAT_SIGN_IN_FAILED' }]);
    for (const input of [{}, { password, weChat }]) {
      expect((await eraseMe(id, input)).userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['password'] }]);
    }
    await stays(id);
  });

  test('while orders aren’t over, and without an answer from order it is put off', async () => {
    const { id } = await somebody();
    world.unfinishedOrders.set(id, 2);
    expect(await eraseMe(id, { password })).toEqual({
      erasedId: null,
      userErrors: [
        {
          __typename: 'UnfinishedOrdersError',
          code: 'UNFINISHED_ORDERS',
          message: '2 of your orders are not over yet. Please receive, return or cancel them first.',
          path: null,
          orders: 2,
        },
      ],
    });
    await stays(id);
    world.unfinishedOrders.set('down', 1);
    const document = `mutation { eraseMe(input: { password: "${password}" }) { erasedId } }`;
    expect(await world.codes(document, {}, asMember(id))).toEqual(['BUSY']);
    await stays(id);
    world.unfinishedOrders.clear();
    expect(await eraseMe(id, { password })).toEqual({ erasedId: id, userErrors: [] });
  });
});

describe('staff', () => {
  test('erase a member who asked for it, once, however often and at once they do', async () => {
    const { id } = await somebody();
    const answers = await Promise.all(Array.from({ length: 6 }, () => eraseByStaff(id)));
    expect(answers).toEqual(answers.map(() => ({ erasedId: id, userErrors: [] })));
    expect(await eventsAbout(id)).toHaveLength(1);
    expect((await eraseByStaff('mbr_none')).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['memberId'] }]);
    world.unfinishedOrders.set((await somebody()).id, 1);
    expect((await eraseByStaff([...world.unfinishedOrders.keys()][0] ?? '')).userErrors).toMatchObject([{ orders: 1 }]);
    world.unfinishedOrders.clear();
  });

  test('without the scope, members and guests can’t', async () => {
    const { id } = await somebody();
    const variables = { input: { memberId: id } };
    for (const viewer of [asStaff(['member:read']), asStaff(['member:read'], 'ANALYST'), asMember(id)]) {
      expect(await world.codes(eraseDocument, variables, viewer)).toEqual(['FORBIDDEN']);
    }
    expect(await world.codes(eraseDocument, variables, guest)).toEqual(['UNAUTHENTICATED']);
    const own = `mutation { eraseMe(input: { password: "${password}" }) { erasedId } }`;
    expect(await world.codes(own, {}, clerk)).toEqual(['UNAUTHENTICATED']);
  });
});
