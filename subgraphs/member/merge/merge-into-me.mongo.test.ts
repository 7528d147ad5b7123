import { afterAll, describe, expect, test } from '@jest/globals';
import { newId } from '#kit/ids/ids.ts';
import { startFakeWeChat } from '#kit/testing/fake-wechat.ts';
import { signInDocument, signUpDocument, wechatDocument } from '../fixtures/documents.ts';
import { asMember, asStaff, guest, memberWorld } from '../fixtures/member-world.ts';

const apps = { 'wx-a': 'secret-a' };
const platform = await startFakeWeChat({ port: 0, apps });
afterAll(() => platform.stop());
const world = memberWorld({ WECHAT_API_URL: platform.url, WECHAT_APPS: JSON.stringify(apps) });
const document = `mutation ($input: MergeIntoMeInput!) { mergeIntoMe(input: $input) {
  member { id } mergedId userErrors { __typename code path ... on InvalidStateError { state } } } }`;
let people = 0;

async function byPassword(password = 'correct horse battery') {
  people += 1;
  const identifier = `zwei${people}@example.com`;
  const { signUp } = await world.ask(signUpDocument, { input: { email: identifier, password, displayName: '二人' } });
  return { id: String(signUp.member.id), identifier, password };
}
async function byWeChat() {
  people += 1;
  const weChat = { appId: 'wx-a', code: `demo-zwei${people}` };
  const { signInWithWeChat } = await world.ask(wechatDocument, { input: weChat });
  return { id: String(signInWithWeChat.viewer.id), weChat };
}
const ask = async (id: string, me: object, other: object, key = newId('request'), address?: string) =>
  (await world.ask(document, { input: { me, other, idempotencyKey: key } }, asMember(id), address)).mergeIntoMe;
const done = (from: string, into: string) => ({ member: { id: into }, mergedId: from, userErrors: [] });
const refusal = (code: string, path: string[] | null = null) => ({
  member: null,
  mergedId: null,
  userErrors: [expect.objectContaining({ code, path })],
});
const account = ({ identifier, password }: { identifier: string; password: string }) => ({
  account: { identifier, password },
});

describe('somebody with two accounts', () => {
  test('joins the one of WeChat into theirs, signs in by both, and pays by its openid', async () => {
    const [own, other] = [await byPassword(), await byWeChat()];
    expect(await ask(own.id, { password: own.password }, { weChat: other.weChat })).toEqual(done(other.id, own.id));
    const { signInWithWeChat } = await world.ask(wechatDocument, { input: other.weChat });
    expect(signInWithWeChat.viewer.id).toBe(own.id);
    const call = { viewer: asMember(own.id), requestId: 'req_1' };
    const { openId } = await world.doors.openIdOf({ memberId: own.id, appId: 'wx-a' }, call);
    expect(openId).toEqual(expect.any(String));
  });

  test('joins the one with a password into that of WeChat, whose password it is from then on', async () => {
    const [own, other] = [await byWeChat(), await byPassword()];
    expect(await ask(own.id, { weChat: own.weChat }, account(other))).toEqual(done(other.id, own.id));
    const { identifier, password } = other;
    const { signIn } = await world.ask(signInDocument, { input: { identifier, password } });
    expect(signIn.viewer.id).toBe(own.id);
    expect((await world.ask('{ me { email } }', {}, asMember(own.id))).me.email).toBe(identifier);
  });

  test('of WeChat in one mini-program pays by the one that they are signed in by', async () => {
    const [own, other] = [await byWeChat(), await byWeChat()];
    const openIdOf = async (sessionId: string | null) => {
      const call = { viewer: { ...asMember(own.id), sessionId }, requestId: 'req_1' };
      return (await world.doors.openIdOf({ memberId: own.id, appId: 'wx-a' }, call)).openId;
    };
    const before = await openIdOf(null);
    await ask(own.id, { weChat: own.weChat }, { weChat: other.weChat });
    const signedInBy = async (weChat: object) => {
      const earlier = new Set((await world.rows('sessions')).map(({ _id }) => _id));
      await world.ask(wechatDocument, { input: weChat });
      return String((await world.rows('sessions')).find(({ _id }) => !earlier.has(_id))?.['_id']);
    };
    const [asOwn, asOther] = [await signedInBy(own.weChat), await signedInBy(other.weChat)];
    expect(await openIdOf(asOwn)).toBe(before);
    const paidBy = await openIdOf(asOther);
    expect([paidBy === before, paidBy]).toEqual([false, expect.stringMatching(/^o/)]);
    expect(await openIdOf('ses_unknown')).toBe(before);
  });

  test('keeps their own password and not the other one', async () => {
    const [own, other] = [await byPassword('my own password'), await byPassword('the other password')];
    await ask(own.id, { password: own.password }, account(other));
    const signIn = async (password: string) =>
      (await world.ask(signInDocument, { input: { identifier: other.identifier, password } })).signIn.userErrors;
    expect(await signIn('my own password')).toEqual([]);
    expect(await signIn('the other password')).toMatchObject([{ code: 'INVALID_CREDENTIALS' }]);
  });

  test('who asks again under the same key, with proofs that are used up, gets the same answer; another account is a conflict', async () => {
    const [own, other, third] = [await byPassword(), await byPassword(), await byPassword()];
    const mine = { password: own.password };
    const answers = [
      await ask(own.id, mine, account(other), 'again'),
      await ask(own.id, mine, account(other), 'again'),
    ];
    expect(answers).toEqual([done(other.id, own.id), done(other.id, own.id)]);
    expect(await ask(own.id, mine, account(third), 'again')).toEqual(
      refusal('IDEMPOTENCY_CONFLICT', ['idempotencyKey']),
    );
  });
});

describe('joining another account is refused', () => {
  test('without both proofs, with two of one, and for one’s own account', async () => {
    const [own, other] = [await byPassword(), await byPassword()];
    const mine = { password: own.password };
    expect(await ask(own.id, {}, account(other))).toEqual(refusal('INVALID_INPUT', ['me']));
    const both = { weChat: { appId: 'wx-a', code: 'demo-x' } };
    expect(await ask(own.id, { ...mine, ...both }, account(other))).toEqual(refusal('INVALID_INPUT', ['me']));
    expect(await ask(own.id, mine, {})).toEqual(refusal('INVALID_INPUT', ['other']));
    expect(await ask(own.id, mine, { ...account(other), ...both })).toEqual(refusal('INVALID_INPUT', ['other']));
    expect(await ask(own.id, mine, account(own))).toEqual(refusal('INVALID_INPUT', ['other']));
  });

  test('in the same words with a wrong password of either, of an account that nobody has, and for a WeChat user whom nobody knows', async () => {
    const [own, other] = [await byPassword(), await byPassword()];
    const mine = { password: own.password };
    const wrong = refusal('INVALID_CREDENTIALS');
    expect(await ask(own.id, { password: 'wrong wrong' }, account(other))).toEqual(wrong);
    expect(await ask(own.id, mine, account({ ...other, password: 'wrong wrong' }))).toEqual(wrong);
    expect(await ask(own.id, mine, account({ ...other, identifier: 'nobody@example.com' }))).toEqual(wrong);
    expect(await ask(own.id, mine, account({ ...other, identifier: 'no name' }))).toEqual(wrong);
    expect(await ask(own.id, mine, { weChat: { appId: 'wx-a', code: 'demo-nobody-at-all' } })).toEqual(wrong);
    const unknown = { weChat: { appId: 'wx-b', code: 'demo-nobody' } };
    expect((await ask(own.id, mine, unknown)).userErrors).toMatchObject([{ code: 'WECHAT_SIGN_IN_FAILED' }]);
    expect((await world.rows('member_merges')).filter(({ memberId }) => memberId === own.id)).toEqual([]);
  });

  test('after five wrong passwords of the other account, as at a sign-in', async () => {
    const [own, other] = [await byPassword(), await byPassword()];
    const mine = { password: own.password };
    for (let wrong = 0; wrong < 5; wrong += 1) await ask(own.id, mine, account({ ...other, password: 'wrong wrong' }));
    expect(await ask(own.id, mine, account(other))).toEqual(refusal('TOO_MANY_ATTEMPTS'));
  });

  test('for accounts of staff, who are no members, and to guests and staff', async () => {
    const own = await byPassword();
    const created = await world.ask(
      `mutation { createStaff(input: { email: "boss@example.com", password: "a long password", displayName: "B", roles: [CUSTOMER_SERVICE] }) { staff { id } userErrors { code } } }`,
      {},
      asStaff(['staff:write']),
    );
    expect(created.createStaff.userErrors).toEqual([]);
    const staff = { identifier: 'boss@example.com', password: 'a long password' };
    expect(await ask(own.id, { password: own.password }, account(staff))).toEqual(refusal('INVALID_CREDENTIALS'));
    const input = { me: { password: 'x' }, other: account(staff), idempotencyKey: 'k' };
    for (const viewer of [guest, asStaff(['member:write'])]) {
      expect(await world.codes(document, { input }, viewer)).toEqual(['UNAUTHENTICATED']);
    }
  });
});
